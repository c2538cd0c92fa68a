"""REST calls about offers: the catalogue of a webmaster, the own offers of an advertiser, all of them for the staff."""

from decimal import Decimal

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import MONEY, ByAudience, MoneyField, RatioField
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, BadParameter, Parameter
from cpanet.accounts.rest.schema import documented, id_parameter, page_example, page_of
from cpanet.accounts.rest.views import ADVERTISER, AFFILIATE, MANAGER, ApiView, found
from cpanet.core.money import to_text
from offers.choices import CapMeasure, CapPeriod, CapPolicy, PaymentModel, TrafficPolicy, TrafficSource
from offers.filters import CatalogueFilter, search_offers
from offers.models import Offer, Rate
from offers.pricing import effective_rates
from offers.selectors import all_offers, catalogue, offers_of, with_details
from offers.selectors.caps import states_for, states_of
from offers.selectors.offers import rates_of_everybody
from offers.selectors.rates import at_moment

_PAYERS = {ADVERTISER, MANAGER}
_EARNERS = {AFFILIATE, MANAGER}


class NamedSerializer(serializers.Serializer):
    """A row of ours by its id and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


@extend_schema_field(MONEY)
class PercentField(serializers.Field):
    """Basis points as a decimal string of percents."""

    def to_representation(self, value):
        return format((Decimal(value) / 100).normalize() + 0, "f")


class OfferRateSerializer(ByAudience, serializers.Serializer):
    """What one action brings: a fixed amount and a percent of the order, in one country or (“”) everywhere. With a
    `category` it prices the lines of an order that name it, a fixed amount for each piece; “” is for other goods."""

    audience_fields = {
        "earning_fixed": _EARNERS, "earning_percent": _EARNERS, "revenue_fixed": _PAYERS, "revenue_percent": _PAYERS,
        "affiliate_id": {MANAGER},
    }  # fmt: skip
    country = serializers.CharField()
    category = serializers.CharField()
    affiliate_id = serializers.IntegerField(allow_null=True, required=False)
    earning_fixed = MoneyField(currency="goal.offer.currency", required=False)
    earning_percent = PercentField(required=False)
    revenue_fixed = MoneyField(currency="goal.offer.currency", required=False)
    revenue_percent = PercentField(required=False)


class OfferGoalSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    payment_model = serializers.ChoiceField(choices=PaymentModel.choices)
    attribution_days = serializers.IntegerField()
    hold_days = serializers.SerializerMethodField()
    rates = serializers.SerializerMethodField()

    def get_hold_days(self, goal) -> int:
        return goal.offer.hold_days if goal.hold_days is None else goal.hold_days

    def get_rates(self, goal) -> OfferRateSerializer(many=True):
        mine = effective_rates(goal.shown_rates) if self.context.get("audience") == AFFILIATE else goal.shown_rates
        return OfferRateSerializer(mine, many=True, context=self.context).data


class OfferTrafficSerializer(serializers.Serializer):
    """A kind without a rule is forbidden."""

    traffic_source = serializers.ChoiceField(choices=TrafficSource.choices)
    policy = serializers.ChoiceField(choices=TrafficPolicy.choices)
    note = serializers.CharField()


class OfferFiguresSerializer(serializers.Serializer):
    """The last 30 days of the whole network."""

    epc = MoneyField(currency="offer.currency", allow_null=True)
    cr = RatioField(allow_null=True)
    approval_rate = RatioField(allow_null=True)


class OfferSerializer(ByAudience, serializers.Serializer):
    """An offer. `access_status` is what the webmaster asked for and got; null when nothing was asked."""

    audience_fields = {"access_status": {AFFILIATE}, "advertiser": _EARNERS}
    id = serializers.IntegerField()
    public_id = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField()
    status = serializers.ChoiceField(choices=Offer.Status.choices)
    access = serializers.ChoiceField(choices=Offer.Access.choices)
    access_status = serializers.CharField(allow_null=True, required=False)
    advertiser = NamedSerializer(required=False)
    theme = NamedSerializer(source="vertical", allow_null=True)
    site_url = serializers.CharField()
    currency = serializers.CharField()
    countries = serializers.ListField(child=serializers.CharField())
    devices = serializers.ListField(child=serializers.CharField())
    systems = serializers.ListField(child=serializers.CharField())
    browsers = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    hours = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Hours of the week, 0 being Monday 00:00 of the network's time; none: always.",
    )
    deep_link_domains = serializers.ListField(child=serializers.CharField())
    hold_days = serializers.IntegerField()
    needs_funding = serializers.BooleanField(help_text="Money is held until the advertiser has paid for the lead, too.")
    decision_days = serializers.IntegerField()
    goals = OfferGoalSerializer(source="shown_goals", many=True)
    landings = NamedSerializer(source="shown_landings", many=True)
    traffic = OfferTrafficSerializer(source="shown_rules", many=True)
    figures = serializers.SerializerMethodField()

    def get_figures(self, offer) -> OfferFiguresSerializer(allow_null=True):
        metrics = getattr(offer, "metrics", None)
        return OfferFiguresSerializer(metrics).data if metrics else None


class CapSerializer(serializers.Serializer):
    """How full a cap is in its running period. `limit`, `used` and `remaining` are counts or amounts of money; a lead
    whose visitor clicked before `reached_at` always counts."""

    id = serializers.IntegerField(source="cap.pk")
    measure = serializers.ChoiceField(choices=CapMeasure.choices, source="cap.measure")
    period = serializers.ChoiceField(choices=CapPeriod.choices, source="cap.period")
    policy = serializers.ChoiceField(choices=CapPolicy.choices, source="cap.policy")
    goal_id = serializers.IntegerField(source="cap.goal_id", allow_null=True)
    limit = serializers.SerializerMethodField()
    used = serializers.SerializerMethodField()
    remaining = serializers.SerializerMethodField()
    reached_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)

    def get_limit(self, state) -> str:
        return _figure(state.cap, state.cap.limit)

    def get_used(self, state) -> str:
        return _figure(state.cap, state.used)

    def get_remaining(self, state) -> str:
        return _figure(state.cap, state.remaining)


def _figure(cap, value: int) -> str:
    return to_text(value, cap.offer.currency) if cap.is_money else str(value)


class OfferDetailSerializer(OfferSerializer):
    """An offer with its texts and its caps."""

    description = serializers.CharField()
    rules = serializers.CharField()
    caps = serializers.SerializerMethodField()

    def get_caps(self, offer) -> CapSerializer(many=True):
        return CapSerializer(self.context["caps"], many=True).data


OFFER_EXAMPLE = {
    "id": 12, "public_id": "offer_01k9w5v0q8e2z9s4t6c3m1x7yd", "name": "Riche", "summary": "Skin care",
    "status": "active", "access": "request", "access_status": "granted", "advertiser": {"id": 3, "name": "Riche"},
    "theme": {"id": 2, "name": "Beauty"}, "site_url": "https://riche.example", "currency": "USD",
    "countries": ["DE", "TR"],
    "devices": [], "systems": [], "browsers": [], "languages": [], "hours": [],
    "deep_link_domains": ["riche.example"], "hold_days": 14, "needs_funding": False,
    "decision_days": 30,
    "goals": [{
        "id": 20, "code": "sale", "name": "Sale", "payment_model": "percent", "attribution_days": 30, "hold_days": 14,
        "rates": [{"country": "", "category": "", "earning_fixed": "0.00", "earning_percent": "8"}],
    }],
    "landings": [{"id": 31, "name": "Main"}],
    "traffic": [{"traffic_source": "content", "policy": "allowed", "note": ""}],
    "figures": {"epc": "0.1432", "cr": "0.023700", "approval_rate": "0.812500"},
}  # fmt: skip
CAP_EXAMPLE = {
    "id": 4, "measure": "conversions", "period": "day", "policy": "fallback", "goal_id": None, "limit": "200",
    "used": "183", "remaining": "17", "reached_at": None, "ends_at": "2026-11-22T21:00:00Z",
}  # fmt: skip
_CATALOGUE = (
    Parameter("traffic", "choice", "Offers that take this kind of traffic.", tuple(TrafficSource.values)),
    Parameter("country", "text", "Offers that run in this country (ISO 3166 code).", example="DE"),
    Parameter("theme", "id", "Offers of this theme."),
    Parameter("payment_model", "choice", "Offers with a goal paid this way.", tuple(PaymentModel.values)),
    Parameter(
        "access", "choice", "Webmasters: by what one may do with them.", tuple(v for v, _ in CatalogueFilter.ACCESS)
    ),
    Parameter("status", "choice", "Advertisers and staff: by status.", tuple(Offer.Status.values)),
)


def _offers(view):
    """The offers this caller may know of, with all parts."""
    now = timezone.now()
    if view.audience == AFFILIATE:
        return catalogue(view.member.affiliate, now)
    if view.audience == ADVERTISER:
        return with_details(offers_of(view.member.advertiser), rates_of_everybody(now))
    return with_details(all_offers(), at_moment(Rate.objects.all(), now))


class OffersView(ApiView):
    scope = "offers"
    parameters = (AFTER, LIMIT, Parameter("q", "text", "Words of the name, or the id."), *_CATALOGUE)

    @documented(
        "offers_list",
        "List offers",
        parameters=parameters,
        answer=page_of(OfferSerializer),
        example=page_example(OFFER_EXAMPLE),
    )
    def get(self, request):
        """Webmasters get the running offers they may know of, advertisers their own, the staff all."""
        rows = self._filtered(_offers(self))
        page = newest_first(rows, self.given["after"], self.given["limit"], self._show)
        return Response(envelope(page))

    def _show(self, rows):
        return OfferSerializer(rows, many=True, context=self.context()).data

    def _filtered(self, rows):
        given = self.given
        asked = {"q": given["q"], "traffic": given["traffic"], "country": given["country"], "theme": given["theme"]}
        asked |= {"model": given["payment_model"]}
        if self.audience == AFFILIATE:
            _refuse(given, "status")
            found = CatalogueFilter({**asked, "access": given["access"]}, rows)
            if not found.is_valid():
                raise _bad(found)
            return found.qs
        for name in ("access", "traffic", "country", "theme", "payment_model"):
            _refuse(given, name)
        rows = search_offers(rows, given["q"]) if given["q"] else rows
        return rows.filter(status=given["status"]) if given["status"] else rows


def _refuse(given, name):
    if given[name] is not None:
        raise BadParameter(f"“{name}” is no filter for your role.", field=name)


def _bad(found):
    name, errors = next(iter(found.errors.items()))
    return BadParameter(f"{name}: {errors[0]}", field="payment_model" if name == "model" else name)


class OfferView(ApiView):
    scope = "offers"

    @documented(
        "offers_get", "Get an offer", parameters=(), answer=OfferDetailSerializer,
        example=OFFER_EXAMPLE | {"description": "…", "rules": "…", "caps": [CAP_EXAMPLE]},
        path=id_parameter("offer_…", "The offer"),
    )  # fmt: skip
    def get(self, request, id):
        """With its texts, goals, rates, landings, rules of traffic and caps."""
        offer = found(_offers(self), id, "offer")
        context = self.context() | {"caps": _caps(self, offer)}
        return Response(OfferDetailSerializer(offer, context=context).data)


def _caps(view, offer) -> list:
    now = timezone.now()
    if view.audience == AFFILIATE:
        return states_for(view.member.affiliate, [offer.pk], now).get(offer.pk, [])
    states = states_of(offer, now)
    return states if view.audience == MANAGER else [state for state in states if state.cap.affiliate_id is None]
