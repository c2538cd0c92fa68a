"""Entries as people read them."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cpanet.core.elements import figures
from cpanet.core.money import format_money
from cpanet.core.tables import NUMERIC, Table, WhenColumn
from cpanet.ledger.kinds import JOURNAL_NAMES, AccountKind, natural
from cpanet.ledger.models import Entry
from cpanet.ledger.subjects import link_to


class EntryTable(Table):
    """Entries with their journals. `audience` decides where a subject's link leads."""

    audience = ""
    caption = _("Entries")

    what = tables.Column(verbose_name=_("What"), accessor="journal__kind", orderable=False)
    subject = tables.Column(verbose_name=_("Of"), accessor="journal__subject", orderable=False, empty_values=())
    account = tables.Column(verbose_name=_("Account"), accessor="account__kind", orderable=False)
    at = WhenColumn(verbose_name=_("When"), accessor="journal__effective_at", exact=True, orderable=False)
    amount = tables.Column(verbose_name=_("Amount"), attrs=NUMERIC, orderable=False)
    balance = tables.Column(verbose_name=_("Balance after"), accessor="balance_after", attrs=NUMERIC, orderable=False)

    class Meta(Table.Meta):
        model = Entry
        fields = ["what", "subject", "account", "at", "amount", "balance"]

    def render_what(self, value, record):
        name = JOURNAL_NAMES.get(value, value)
        note = format_html('<span class="cell-sub">{}</span>', record.journal.note) if record.journal.note else ""
        return format_html('<span><span class="cell-main">{}</span>{}</span>', name, note)

    def render_subject(self, value):
        return link_to(value, self.audience) if value else "—"

    def render_account(self, record):
        label = str(AccountKind(record.account.kind).label)
        return label.partition(": ")[2].capitalize() or label

    def render_amount(self, value, record):
        return figures.amount_signed(value, record.account.currency)

    def render_balance(self, value, record):
        return format_money(natural(record.account.kind, value), record.account.currency)


class WebmasterStatement(EntryTable):
    audience = "webmaster"
    caption = _("Statement")
    empty_state = {
        "icon": "wallet",
        "title": _("No money has moved yet"),
        "text": _("When an advertiser approves your first lead, its earning appears here."),
    }


class AdvertiserStatement(EntryTable):
    audience = "advertiser"
    caption = _("Statement")
    empty_state = {
        "icon": "wallet",
        "title": _("No money has moved yet"),
        "text": _("Deposits and approved leads appear here."),
    }


class JournalTable(EntryTable):
    """For the staff: accounts with their owners, the journal with its number."""

    audience = "manager"
    caption = _("Ledger")
    empty_state = {
        "icon": "books",
        "title": _("The ledger is empty"),
        "text": _("The first approved lead or deposit writes the first journal."),
    }

    journal = tables.Column(verbose_name=_("Journal"), accessor="journal_id", orderable=False)

    class Meta(EntryTable.Meta):
        fields = ["what", "subject", "account", "at", "journal", "amount", "balance"]
        sequence = fields

    def render_journal(self, value, record):
        url = f"{reverse('manager:journal')}?journal={value}"
        return format_html('<a class="mono" href="{}" title="{}">{}</a>', url, record.journal.key, value)

    def render_account(self, record):
        account = record.account
        label = AccountKind(account.kind).label
        query = f"?account={account.kind}&owner={account.owner_id}&currency={account.currency}"
        href = reverse("manager:journal") + query
        shown = f"{label} #{account.owner_id}" if account.owner_id else label
        return format_html('<a href="{}">{}</a>', href, shown)
