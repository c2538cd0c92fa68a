"""Filters of the advertiser's side of the money."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from payouts.models import Adjustment, BankPayment, Invoice


def _advertisers(request):
    return Advertiser.objects.order_by("name")


class BankPaymentFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Payer or purpose"), method="search")
    status = filters.ChoiceFilter(label=_("Status"), choices=BankPayment.Status.choices, empty_label=_("All"))
    advertiser = filters.ModelChoiceFilter(label=_("Advertiser"), queryset=_advertisers, empty_label=_("All"))
    since = filters.DateFilter(label=_("Since"), field_name="on", lookup_expr="gte")

    class Meta:
        model = BankPayment
        fields = ["q", "status", "advertiser", "since"]

    def search(self, queryset, name, value):
        text = value.strip()
        found = Q(payer__icontains=text) | Q(purpose__icontains=text) | Q(payer_tax_id=text) | Q(reference=text)
        return queryset.filter(found)


class InvoiceFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number"), field_name="number_text", lookup_expr="icontains")
    status = filters.ChoiceFilter(label=_("Status"), choices=Invoice.Status.choices, empty_label=_("All"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Invoice.Kind.choices, empty_label=_("All"))
    advertiser = filters.ModelChoiceFilter(label=_("Advertiser"), queryset=_advertisers, empty_label=_("All"))

    class Meta:
        model = Invoice
        fields = ["q", "status", "kind", "advertiser"]


class OwnInvoiceFilter(filters.FilterSet):
    """An advertiser's own."""

    status = filters.ChoiceFilter(label=_("Status"), choices=Invoice.Status.choices[1:], empty_label=_("All"))

    class Meta:
        model = Invoice
        fields = ["status"]


class AdjustmentFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("Status"), choices=Adjustment.Status.choices, empty_label=_("All"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Adjustment.Kind.choices, empty_label=_("All"))

    class Meta:
        model = Adjustment
        fields = ["status", "kind"]
