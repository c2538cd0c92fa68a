"""Filters over the entries of the ledger."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.ledger.kinds import ADVERTISER_KINDS, JOURNAL_NAMES, WEBMASTER_KINDS, AccountKind
from cpanet.ledger.models import Entry

NETWORK_WIDE = (AccountKind.CASH, AccountKind.REVENUE, AccountKind.COST, AccountKind.FEES)


def choices_of(kinds):
    """Choices of a filter: these kinds of accounts by their names."""
    return [(AccountKind(kind).value, AccountKind(kind).label) for kind in kinds]


class StatementFilter(filters.FilterSet):
    """Over one owner's entries: which account, since and until when."""

    kinds = WEBMASTER_KINDS

    account = filters.ChoiceFilter(
        label=_("Account"), field_name="account__kind", choices=lambda: (), empty_label=_("All")
    )
    since = filters.DateFilter(label=_("Since"), field_name="journal__effective_at", lookup_expr="date__gte")
    until = filters.DateFilter(label=_("Until"), field_name="journal__effective_at", lookup_expr="date__lte")

    class Meta:
        model = Entry
        fields = ["account", "since", "until"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["account"].extra["choices"] = choices_of(self.kinds)


class AdvertiserStatementFilter(StatementFilter):
    kinds = ADVERTISER_KINDS


class JournalFilter(filters.FilterSet):
    """Over all entries of the network."""

    q = filters.CharFilter(label=_("Key, subject or note"), method="search")
    kind = filters.ChoiceFilter(
        label=_("Event"), field_name="journal__kind", choices=list(JOURNAL_NAMES.items()), empty_label=_("All")
    )
    account = filters.ChoiceFilter(
        label=_("Account"), field_name="account__kind", choices=AccountKind.choices, empty_label=_("All")
    )
    owner = filters.NumberFilter(label=_("Owner's id"), field_name="account__owner_id", min_value=0, max_value=2**62)
    currency = filters.CharFilter(
        label=_("Currency"), field_name="account__currency", lookup_expr="iexact", max_length=3
    )
    journal = filters.NumberFilter(label=_("Journal"), field_name="journal_id", min_value=1, max_value=2**62)
    since = filters.DateFilter(label=_("Since"), field_name="journal__effective_at", lookup_expr="date__gte")
    until = filters.DateFilter(label=_("Until"), field_name="journal__effective_at", lookup_expr="date__lte")

    class Meta:
        model = Entry
        fields = ["q", "kind", "account", "owner", "currency", "journal", "since", "until"]

    def search(self, queryset, name, value):
        """A subject or key by its beginning (“conversion:17”), a note by any of its words."""
        text = value.strip()
        return queryset.filter(
            Q(journal__subject__startswith=text) | Q(journal__key__startswith=text) | Q(journal__note__icontains=text)
        )
