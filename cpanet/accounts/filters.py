"""Filters of the lists of people."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser, Affiliate, AuditEntry
from cpanet.core.numbers import whole_number


class WebmasterFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Name, e-mail or id"), method="search")
    status = filters.ChoiceFilter(label=_("Status"), choices=Affiliate.Status.choices, empty_label=_("All"))

    class Meta:
        model = Affiliate
        fields = ["q", "status"]

    def search(self, queryset, name, value):
        found = Q(name__icontains=value) | Q(memberships__user__email__icontains=value)
        if (number := whole_number(value)) is not None:
            found |= Q(pk=number)
        return queryset.filter(found).distinct()


class AdvertiserFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Name"), field_name="name", lookup_expr="icontains")
    status = filters.ChoiceFilter(label=_("Status"), choices=Advertiser.Status.choices, empty_label=_("All"))

    class Meta:
        model = Advertiser
        fields = ["q", "status"]


class AuditFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Action, person or subject"), method="search")
    since = filters.DateFilter(label=_("Since"), field_name="at", lookup_expr="date__gte")

    class Meta:
        model = AuditEntry
        fields = ["q", "since"]

    def search(self, queryset, name, value):
        return queryset.filter(
            Q(action__icontains=value) | Q(actor_label__icontains=value) | Q(subject_label__icontains=value)
        )
