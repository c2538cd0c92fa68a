"""REST calls about conversions: webmasters see what they earn, advertisers what they owe and decide, the staff both."""

from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import ByAudience, MoneyField
from cpanet.accounts.rest.paging import changed_since, envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, BadParameter, Parameter
from cpanet.accounts.rest.schema import documented, id_parameter, page_example, page_of
from cpanet.accounts.rest.views import ADVERTISER, AFFILIATE, MANAGER, ApiView, found
from offers.api import NamedSerializer
from tracking.choices import AttributedBy, DecisionSource, DeclineReason, Intake, Origin, Status
from tracking.lead_flags import open_classes
from tracking.models import Conversion

_EARNERS, _PAYERS = {AFFILIATE, MANAGER}, {ADVERTISER, MANAGER}
_MARKS = ("sub1", "sub2", "sub3", "sub4", "sub5")


class ConversionGoalSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class ConversionLinkSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()


class FlagsField(serializers.ListField):
    """Why the money is held longer, by class."""

    def get_attribute(self, instance):
        return open_classes(instance)


class ConversionSerializer(ByAudience, serializers.Serializer):
    """A conversion. `money_state` is where the earning is: pending, hold (until `hold_until`), available or none."""

    audience_fields = {
        "earning": _EARNERS, "money_state": _EARNERS, "hold_until": _EARNERS, "link": _EARNERS, "click_id": _EARNERS,
        "flags": _EARNERS,
        "revenue": _PAYERS, "order_id": _PAYERS, "basket": _PAYERS, "affiliate": _PAYERS, "advertiser": {MANAGER},
        **dict.fromkeys(_MARKS, _EARNERS),
    }  # fmt: skip
    id = serializers.IntegerField()
    public_id = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    reason = serializers.CharField(help_text="Why it was declined: cancelled, returned, duplicate… or empty.")
    note = serializers.CharField()
    decided_by = serializers.CharField(help_text="Who decided: advertiser, statement, postback, api, auto, manager.")
    is_test = serializers.SerializerMethodField()
    offer = NamedSerializer()
    goal = ConversionGoalSerializer()
    link = ConversionLinkSerializer(required=False, allow_null=True, help_text="null without a link: by promo code.")
    affiliate = serializers.CharField(source="affiliate.public_id", required=False)
    advertiser = NamedSerializer(required=False)
    order_id = serializers.CharField(required=False)
    click_id = serializers.UUIDField(required=False, allow_null=True, help_text="null without a click.")
    promo_code = serializers.CharField()
    origin = serializers.ChoiceField(choices=Origin.choices, help_text="By which way it came in.")
    attributed_by = serializers.ChoiceField(choices=AttributedBy.choices)
    country = serializers.CharField()
    device = serializers.CharField()
    sub1 = serializers.CharField(required=False)
    sub2 = serializers.CharField(required=False)
    sub3 = serializers.CharField(required=False)
    sub4 = serializers.CharField(required=False)
    sub5 = serializers.CharField(required=False)
    currency = serializers.CharField()
    order_amount = MoneyField(allow_null=True)
    basket = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()), required=False, help_text="Lines of the order."
    )
    earning = MoneyField(required=False)
    revenue = MoneyField(required=False)
    money_state = serializers.CharField(required=False)
    hold_until = serializers.DateTimeField(required=False)
    flags = FlagsField(
        child=serializers.CharField(),
        required=False,
        help_text="Classes of the open reasons for a longer hold: timing, repeats, click, terms, own, listed, quality,"
        " spike.",
    )
    revision = serializers.IntegerField()
    clicked_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    status_updated_at = serializers.DateTimeField()

    def get_is_test(self, conversion) -> bool:
        return conversion.intake == Intake.TEST


CONVERSION_EXAMPLE = {
    "id": 17, "public_id": "conv_01k9w5v0q8e2z9s4t6c3m1x7yd", "status": "approved", "reason": "", "note": "",
    "decided_by": "advertiser", "is_test": False, "offer": {"id": 12, "name": "Riche"},
    "goal": {"id": 20, "code": "sale", "name": "Sale"}, "link": {"id": 41, "code": "k3f9xw2p"},
    "click_id": "019a9c5d-8017-7089-bf26-68dcc0e8e8ed", "promo_code": "", "origin": "postback",
    "attributed_by": "click", "country": "DE", "device": "mobile", "sub1": "blog", "sub2": "",
    "sub3": "", "sub4": "", "sub5": "", "currency": "USD", "order_amount": "120.00", "basket": [], "earning": "9.60",
    "money_state": "hold", "hold_until": "2026-12-04T12:00:00Z", "flags": [], "revision": 1,
    "clicked_at": "2026-11-18T09:30:00Z",
    "created_at": "2026-11-18T10:02:11Z", "updated_at": "2026-11-20T12:00:00Z",
    "status_updated_at": "2026-11-20T12:00:00Z",
}  # fmt: skip
_LIST = (
    AFTER,
    LIMIT,
    Parameter("status", "choices", "Of these statuses.", tuple(Status.values), example=["pending"]),
    Parameter("reason", "choices", "Declined for these reasons.", tuple(DeclineReason.values)),
    Parameter("decided_by", "choices", "Decided by these.", tuple(DecisionSource.values)),
    Parameter("offer", "ids", "Of these offers."),
    Parameter("link", "ids", "Webmasters and staff: of these links."),
    Parameter("affiliate", "ids", "Staff: of these webmasters."),
    Parameter("order_id", "texts", "Advertisers and staff: with these ids of the advertiser."),
    Parameter("sub1", "texts", "Webmasters and staff: with these sub-ids."),
    Parameter("created_from", "moment", "Made at or after this moment."),
    Parameter("created_until", "moment", "Made before this moment."),
    Parameter("updated_since", "moment", "Changed at or after this moment, in the order of the change."),
)
_NOT_FOR = {AFFILIATE: ("affiliate", "order_id"), ADVERTISER: ("link", "affiliate", "sub1"), MANAGER: ()}


def conversions_of(view):
    """The conversions this caller may see."""
    related = ("offer", "goal", "link", "affiliate", "advertiser")
    rows = Conversion.objects.select_related(*related).prefetch_related("flags")
    if view.audience == AFFILIATE:
        return rows.filter(affiliate=view.member.affiliate)
    return rows.filter(advertiser=view.member.advertiser) if view.audience == ADVERTISER else rows


class ConversionsView(ApiView):
    scope = "conversions"
    parameters = _LIST

    @documented(
        "conversions_list", "List conversions", parameters=_LIST, answer=page_of(ConversionSerializer),
        example=page_example(CONVERSION_EXAMPLE),
    )  # fmt: skip
    def get(self, request):
        """The newest first. With `updated_since` the ones changed longest ago come first, and `next_cursor` is there on
        the last page too: keep it and go on from it later. None is lost that way; the same one may come again."""
        given, rows = self.given, self._filtered(conversions_of(self))
        if given["updated_since"]:
            page = changed_since(rows, given["updated_since"], given["after"], given["limit"], self._show)
        else:
            page = newest_first(rows, given["after"], given["limit"], self._show)
        return Response(envelope(page))

    def _show(self, rows):
        return ConversionSerializer(rows, many=True, context=self.context()).data

    def _filtered(self, rows):
        given = self.given
        for name in _NOT_FOR[self.audience]:
            if given[name] is not None:
                raise BadParameter(f"“{name}” is no filter for your role.", field=name)
        for name in ("status", "reason", "decided_by", "offer", "link", "affiliate", "order_id", "sub1"):
            rows = rows.filter(**{f"{name}__in": given[name]}) if given[name] else rows
        rows = rows.filter(created_at__gte=given["created_from"]) if given["created_from"] else rows
        return rows.filter(created_at__lt=given["created_until"]) if given["created_until"] else rows


class ConversionView(ApiView):
    scope = "conversions"

    @documented(
        "conversions_get", "Get a conversion", answer=ConversionSerializer, example=CONVERSION_EXAMPLE,
        path=id_parameter("conv_…", "The conversion"),
    )  # fmt: skip
    def get(self, request, id):
        """By its stable or its public id."""
        return Response(ConversionSerializer(found(conversions_of(self), id, "conv"), context=self.context()).data)
