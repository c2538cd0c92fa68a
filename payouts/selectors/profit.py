"""What the network has earned in a period, out of the entries of its ledger. Amounts are units of one currency."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Model

from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.ledger.kinds import ADVERTISER_KINDS, WEBMASTER_KINDS, AccountKind
from cpanet.tenancy.scope import current_network_id
from offers.models import Offer

# Columns in the order of a page, and the account each is read from. Credits (revenue, fees) are gains.
COLUMNS = {
    "revenue": AccountKind.REVENUE,
    "cost": AccountKind.COST,
    "referral_cost": AccountKind.REFERRAL_COST,
    "fees": AccountKind.FEES,
    "bad_debt": AccountKind.BAD_DEBT,
    "rounding": AccountKind.ROUNDING,
}
GROUPS = ("network", "offer", "advertiser", "affiliate")
_NAMED: dict[str, type[Model]] = {"offer": Offer, "advertiser": Advertiser, "affiliate": Affiliate}


@dataclass(frozen=True)
class ProfitLine:
    """One group in one currency. Every figure is what it does to the profit: costs are negative. `id` 0: entries that
    belong to none (a correction of the network's own accounts)."""

    id: int
    name: str
    currency: str
    revenue: int
    cost: int
    referral_cost: int
    fees: int
    bad_debt: int
    rounding: int

    @property
    def margin(self) -> int:
        """What is left."""
        return sum(getattr(self, name) for name in COLUMNS)

    @property
    def margin_share(self) -> float | None:
        """The margin as a part of the revenue; None without revenue."""
        return self.margin / self.revenue if self.revenue else None


def _owner_in_journal(kinds):
    """Whose accounts the rest of the journal has touched: it says whom a fee, a loss, a correction is about."""
    names = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""(SELECT min(o.owner_id) FROM ledger_entry x
                JOIN ledger_account o ON o.network_id = x.network_id AND o.id = x.account_id
                WHERE x.network_id = j.network_id AND x.journal_id = j.id AND o.kind IN ({names}))"""  # noqa: S608


_GROUP_SQL = {
    "network": "0",
    "offer": "c.offer_id",
    "advertiser": f"coalesce(c.advertiser_id, {_owner_in_journal(ADVERTISER_KINDS)})",
    "affiliate": f"coalesce(c.affiliate_id, {_owner_in_journal(WEBMASTER_KINDS)})",
}
_SUMS = ", ".join(f"coalesce(sum(amount) FILTER (WHERE kind = '{kind}'), 0)" for kind in COLUMNS.values())
_KINDS = ", ".join(f"'{kind}'" for kind in COLUMNS.values())


def profit(*, by: str, begin: datetime | None, end: datetime | None) -> list[ProfitLine]:
    """A line for each group (`by`: one of GROUPS) and currency with entries at begin ≤ time < end, unsorted.

    The lines of a currency sum to the change of the network's accounts of COLUMNS in the same period.
    """
    sql = f"""
        SELECT grouped, currency, {_SUMS} FROM (
          SELECT coalesce({_GROUP_SQL[by]}, 0) AS grouped, a.currency, a.kind, e.amount
          FROM ledger_account a
          JOIN ledger_entry e ON e.network_id = a.network_id AND e.account_id = a.id
          JOIN ledger_journal j ON j.network_id = e.network_id AND j.id = e.journal_id
          LEFT JOIN tracking_conversion c ON c.network_id = j.network_id
            AND c.id = CASE WHEN j.subject ~ '^conversion:[0-9]+$' THEN substr(j.subject, 12)::bigint END
          WHERE a.network_id = %(network)s AND a.kind IN ({_KINDS})
            AND j.effective_at >= %(begin)s AND j.effective_at < %(end)s
        ) moved GROUP BY 1, 2"""  # noqa: S608
    values = {"network": current_network_id(), "begin": begin or "-infinity", "end": end or "infinity"}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    names = _names(by, {row[0] for row in rows})
    return [ProfitLine(row[0], names.get(row[0], ""), row[1], *map(int, row[2:])) for row in rows]


def _names(by, ids):
    model = _NAMED.get(by)
    return dict(model.objects.filter(pk__in=ids).values_list("pk", "name")) if model else {}


def profit_totals(lines: list[ProfitLine]) -> list[ProfitLine]:
    """One line for each currency: the sum of the others."""
    codes = sorted({line.currency for line in lines})
    own = {code: [line for line in lines if line.currency == code] for code in codes}
    return [
        ProfitLine(0, "", code, *(sum(getattr(line, name) for line in own[code]) for name in COLUMNS)) for code in codes
    ]
