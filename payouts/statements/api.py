"""The REST call about single movements of a webmaster's money."""

from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import MoneyField
from cpanet.accounts.rest.paging import envelope, newest_first
from cpanet.accounts.rest.parameters import AFTER, LIMIT, Parameter
from cpanet.accounts.rest.schema import documented, page_example, page_of
from cpanet.accounts.rest.views import WEBMASTERS, ApiView
from cpanet.ledger.kinds import JOURNAL_NAMES, WEBMASTER_KINDS
from cpanet.ledger.selectors import entries_of_webmaster


class EntrySerializer(serializers.Serializer):
    """One movement of one account. What comes in is positive, what goes out negative; a debt is a balance below zero.
    `subject` names the lead, payout, adjustment or exchange that moved the money, by its kind and its id."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField(source="journal.effective_at")
    event = serializers.ChoiceField(source="journal.kind", choices=tuple(JOURNAL_NAMES))
    account = serializers.ChoiceField(source="account.kind", choices=tuple(kind.value for kind in WEBMASTER_KINDS))
    currency = serializers.CharField(source="account.currency")
    amount = MoneyField(currency="account.currency")
    balance_after = MoneyField(currency="account.currency")
    subject = serializers.CharField(source="journal.subject")
    note = serializers.CharField(source="journal.note")


_ENTRY = {
    "id": 4711, "at": "2026-11-20T12:00:00Z", "event": "release", "account": "available", "currency": "USD",
    "amount": "45.00", "balance_after": "250.00", "subject": "conversion:17", "note": "",
}  # fmt: skip


class EntriesView(ApiView):
    scope, audiences = "balance", WEBMASTERS
    parameters = (
        AFTER,
        LIMIT,
        Parameter("currency", "text", "In this currency only.", example="USD"),
        Parameter("account", "choices", "Of these accounts.", tuple(kind.value for kind in WEBMASTER_KINDS)),
        Parameter("event", "choices", "Of these kinds of events.", tuple(JOURNAL_NAMES)),
        Parameter("from", "moment", "At or after this moment."),
        Parameter("until", "moment", "Before this moment."),
    )

    @documented(
        "entries_list", "List entries", parameters=parameters, answer=page_of(EntrySerializer),
        example=page_example(_ENTRY),
    )  # fmt: skip
    def get(self, request):
        """Every movement of your money, the newest first: all entries of an account sum to its balance."""
        given, rows = self.given, entries_of_webmaster(affiliate_id=self.member.affiliate_id)
        filters = {
            "account__currency": given["currency"] and given["currency"].upper(),
            "account__kind__in": given["account"], "journal__kind__in": given["event"],
            "journal__effective_at__gte": given["from"], "journal__effective_at__lt": given["until"],
        }  # fmt: skip
        rows = rows.filter(**{name: value for name, value in filters.items() if value})
        return Response(envelope(newest_first(rows, given["after"], given["limit"], self._show)))

    def _show(self, rows):
        return EntrySerializer(rows, many=True, context=self.context()).data
