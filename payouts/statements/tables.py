"""Entries, accounts and profit as people read them."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from cpanet.core.elements import figures
from cpanet.core.money import format_money
from cpanet.core.tables import NUMERIC, MoneyColumn, PercentColumn, Table
from cpanet.ledger.kinds import ADVERTISER_KINDS, WEBMASTER_KINDS, AccountKind
from cpanet.ledger.tables import EntryTable

PEOPLE = {**dict.fromkeys(WEBMASTER_KINDS, "webmaster"), **dict.fromkeys(ADVERTISER_KINDS, "advertiser")}


class StatementTable(EntryTable):
    """The entries of the chosen accounts. `sign` -1 turns all amounts round: what is owned or spent is positive."""

    caption = _("Entries")
    empty_state = {
        "icon": "books",
        "title": _("No money has moved yet"),
        "text": _("Each movement of this balance appears here."),
    }

    class Meta(EntryTable.Meta):
        orderable = False

    def __init__(self, *args, audience="", sign=1, **options):
        self.audience, self.sign = audience, sign
        super().__init__(*args, **options)

    def render_account(self, record):
        label = super().render_account(record)
        if self.audience != "manager":
            return label
        return format_html('<a href="{}">{}</a>', account_url(record.account), account_name(record.account))

    def render_amount(self, value, record):
        return figures.amount_signed(self.sign * value, record.account.currency)

    def render_balance(self, value, record):
        return format_money(self.sign * value, record.account.currency)


def account_url(account) -> str:
    """The entries of one account, for the staff."""
    named = {"account": account.kind, "owner": account.owner_id, "currency": account.currency}
    return f"{reverse('manager:entries')}?{urlencode(named)}"


def account_name(account) -> str:
    label = AccountKind(account.kind).label
    return f"{label} #{account.owner_id}" if account.owner_id else str(label)


class AccountTable(Table):
    """Accounts with their balances at a moment (payouts.selectors.statements.AccountAt)."""

    caption = _("Accounts")
    empty_state = {
        "icon": "books",
        "title": _("No account has a balance"),
        "text": _("Accounts appear with their first entry."),
    }

    account = tables.Column(verbose_name=_("Account"), accessor="kind", orderable=False)
    owner_id = tables.Column(verbose_name=_("Of"))
    balance = tables.Column(verbose_name=_("Balance"), attrs=NUMERIC)

    class Meta(Table.Meta):
        fields = ["account", "owner_id", "balance"]
        order_by = "-balance"

    def __init__(self, *args, names=None, **options):
        self.names = names or {}
        super().__init__(*args, **options)

    def render_account(self, record):
        return format_html('<a href="{}">{}</a>', account_url(record), account_name(record))

    def render_owner_id(self, value, record):
        page, name = PEOPLE.get(record.kind), self.names.get((record.kind, value))
        if not value or not page:
            return name or "—"
        return format_html('<a href="{}">{}</a>', reverse(f"manager:{page}", args=[value]), name or f"#{value}")

    def render_balance(self, value, record):
        return figures.amount_signed(value, record.currency)


class ProfitTable(Table):
    """Lines of payouts.selectors.profit, with the figures of the chosen period."""

    caption = _("Profit")
    empty_state = {
        "icon": "chart-bar",
        "title": _("Nothing has been earned yet"),
        "text": _("Approved leads bring revenue, and with it the first line."),
    }
    pages = {"offer": "offer", "advertiser": "advertiser", "affiliate": "webmaster"}

    name = tables.Column(verbose_name=_("Of"), empty_values=())
    currency = tables.Column(verbose_name=_("Currency"))
    revenue = MoneyColumn(verbose_name=_("Revenue"))
    cost = MoneyColumn(verbose_name=_("Webmasters"))
    referral_cost = MoneyColumn(verbose_name=_("Referrals"))
    fees = MoneyColumn(verbose_name=_("Fees"))
    bad_debt = MoneyColumn(verbose_name=_("Bad debt"))
    rounding = MoneyColumn(verbose_name=_("Rounding"))
    margin = MoneyColumn(verbose_name=_("Margin"), signed=True)
    margin_share = PercentColumn(verbose_name=_("Margin, %"), digits=1)

    class Meta(Table.Meta):
        order_by = "-margin"

    def __init__(self, *args, by="network", **options):
        self.by = by
        super().__init__(*args, **options)

    def render_name(self, record):
        if self.by == "network":
            return _("The whole network")
        if not record.id:
            return _("Of none")
        url = reverse(f"manager:{self.pages[self.by]}", args=[record.id])
        return format_html('<a href="{}">{}</a>', url, record.name or f"#{record.id}")
