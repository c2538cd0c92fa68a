"""Filters over payouts and batches."""

from contextlib import suppress

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.core.ids import parse_public_id
from cpanet.core.numbers import whole_number
from payouts.models import Payout, PayoutBatch, PayoutMethod


def _methods(request):
    return PayoutMethod.objects.all()


class PayoutFilter(filters.FilterSet):
    """The network's payouts."""

    q = filters.CharFilter(label=_("Webmaster or id"), method="search")
    status = filters.ChoiceFilter(label=_("Status"), choices=Payout.Status.choices, empty_label=_("All"))
    method = filters.ModelChoiceFilter(label=_("Method"), queryset=_methods, empty_label=_("All"))
    since = filters.DateFilter(label=_("Requested since"), field_name="requested_at", lookup_expr="date__gte")
    attention = filters.BooleanFilter(label=_("Needs a person"), field_name="attention", method="in_doubt")

    class Meta:
        model = Payout
        fields = ["q", "status", "method", "since", "attention"]

    def in_doubt(self, queryset, name, value):
        return queryset.exclude(attention="") if value else queryset.filter(attention="")

    def search(self, queryset, name, value):
        text = value.strip()
        found = Q(affiliate__name__icontains=text)
        if (number := whole_number(text)) is not None:
            found |= Q(pk=number) | Q(affiliate_id=number)
        with suppress(ValueError):
            found |= Q(uid=parse_public_id("payout", text))
        return queryset.filter(found)


class OwnPayoutFilter(filters.FilterSet):
    """A webmaster's own payouts."""

    status = filters.ChoiceFilter(label=_("Status"), choices=Payout.Status.choices, empty_label=_("All"))

    class Meta:
        model = Payout
        fields = ["status"]


class BatchFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("Status"), choices=PayoutBatch.Status.choices, empty_label=_("All"))
    method = filters.ModelChoiceFilter(label=_("Method"), queryset=_methods, empty_label=_("All"))

    class Meta:
        model = PayoutBatch
        fields = ["status", "method"]
