"""Filters of the lists of offers, products and requests."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from cpanet.core.numbers import whole_number
from offers import countries
from offers.choices import PaymentModel, TrafficPolicy, TrafficSource
from offers.coupon_codes import key_of
from offers.models import Coupon, Offer, OfferAccess, Product, Vertical


def _country_choices():
    return countries.choices()


def _verticals(request=None):
    return Vertical.objects.all()


def _advertisers(request=None):
    return Advertiser.objects.all()


def search_offers(queryset, value):
    """By name, summary, advertiser or number."""
    found = Q(name__icontains=value) | Q(summary__icontains=value) | Q(advertiser__name__icontains=value)
    if (number := whole_number(value)) is not None:
        found |= Q(pk=number)
    return queryset.filter(found)


class CouponFilter(filters.FilterSet):
    """Promo codes of an offer."""

    q = filters.CharFilter(label=_("Promo code"), method="search", max_length=100)
    state = filters.ChoiceFilter(
        label=_("State"), method="in_state",
        choices=[("given", _("Given")), ("free", _("Nobody's")), ("off", _("Off"))], empty_label=_("All"),
    )  # fmt: skip

    class Meta:
        model = Coupon
        fields: list[str] = []

    def search(self, queryset, name, value):
        return queryset.filter(code_key__contains=key_of(value))

    def in_state(self, queryset, name, value):
        if value == "off":
            return queryset.filter(is_active=False)
        return queryset.filter(affiliate__isnull=value == "free")


class CatalogueFilter(filters.FilterSet):
    """What a webmaster may ask of `selectors.catalogue`."""

    ACCESS = [
        ("mine", _("I can promote it now")),
        ("ask", _("I can ask for it")),
        ("requested", _("I have asked")),
        ("refused", _("Refused or withdrawn")),
    ]

    q = filters.CharFilter(label=_("Name, shop or number"), method="search")
    theme = filters.ModelChoiceFilter(
        label=_("Theme"), field_name="vertical", queryset=_verticals, empty_label=_("All")
    )
    traffic = filters.ChoiceFilter(
        label=_("My traffic"), choices=TrafficSource.choices, method="takes", empty_label=_("Any")
    )
    country = filters.ChoiceFilter(label=_("Country"), choices=_country_choices, method="runs_in", empty_label=_("Any"))
    model = filters.ChoiceFilter(
        label=_("Payment model"), choices=PaymentModel.choices, method="pays", empty_label=_("Any")
    )
    access = filters.ChoiceFilter(label=_("Access"), choices=ACCESS, method="in_reach", empty_label=_("Any"))

    class Meta:
        model = Offer
        fields = ["q", "theme", "traffic", "country", "model", "access"]

    def search(self, queryset, name, value):
        return search_offers(queryset, value)

    def takes(self, queryset, name, value):
        """Offers that take this kind of traffic, at once or after approval."""
        welcome = [TrafficPolicy.ALLOWED, TrafficPolicy.ASK]
        return queryset.filter(
            Q(pk__in=Offer.objects.filter(traffic_rules__traffic_source=value, traffic_rules__policy__in=welcome))
        )

    def runs_in(self, queryset, name, value):
        return queryset.filter(Q(countries__contains=[value]) | Q(countries=[]))

    def pays(self, queryset, name, value):
        return queryset.filter(pk__in=Offer.objects.filter(goals__payment_model=value, goals__is_active=True))

    def in_reach(self, queryset, name, value):
        Status = OfferAccess.Status
        granted = Q(access_status=Status.GRANTED)
        denied = Q(access_status__in=[Status.REFUSED, Status.WITHDRAWN])
        opened = Q(access=Offer.Access.OPEN) & (Q(access_status=None) | Q(access_status=Status.REQUESTED))
        wanted = {
            "mine": granted | opened,
            "ask": Q(access=Offer.Access.REQUEST, access_status=None),
            "requested": Q(access_status=Status.REQUESTED),
            "refused": denied,
        }
        return queryset.filter(wanted[value])


class OfferFilter(filters.FilterSet):
    """The list of an advertiser's offers."""

    q = filters.CharFilter(label=_("Name or number"), method="search")
    status = filters.ChoiceFilter(label=_("Status"), choices=Offer.Status.choices, empty_label=_("All"))
    theme = filters.ModelChoiceFilter(
        label=_("Theme"), field_name="vertical", queryset=_verticals, empty_label=_("All")
    )

    class Meta:
        model = Offer
        fields = ["q", "status", "theme"]

    def search(self, queryset, name, value):
        return search_offers(queryset, value)


class ManagerOfferFilter(OfferFilter):
    """The list of all offers."""

    advertiser = filters.ModelChoiceFilter(label=_("Advertiser"), queryset=_advertisers, empty_label=_("All"))

    class Meta(OfferFilter.Meta):
        fields = ["q", "status", "theme", "advertiser"]


class AccessFilter(filters.FilterSet):
    """The inbox of requests."""

    q = filters.CharFilter(label=_("Webmaster or offer"), method="search")
    status = filters.ChoiceFilter(label=_("Status"), choices=OfferAccess.Status.choices, empty_label=_("All"))

    class Meta:
        model = OfferAccess
        fields = ["q", "status"]

    def search(self, queryset, name, value):
        return queryset.filter(Q(affiliate__name__icontains=value) | Q(offer__name__icontains=value))


class ProductFilter(filters.FilterSet):
    """The goods of a feed."""

    STATES = [
        ("available", _("In stock")),
        ("absent", _("Out of stock")),
        ("gone", _("No longer in the feed")),
    ]

    q = filters.CharFilter(label=_("Name, id or vendor"), method="search")
    state = filters.ChoiceFilter(label=_("State"), choices=STATES, method="in_state", empty_label=_("All"))

    class Meta:
        model = Product
        fields = ["q", "state"]

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(external_id=value) | Q(vendor__icontains=value))

    def in_state(self, queryset, name, value):
        if value == "gone":
            return queryset.filter(is_listed=False)
        return queryset.filter(is_listed=True, is_available=value == "available")
