"""What is always true of the ledger by itself, asked of the database in one statement each.

An invariant is a query that finds the rows that break it: no rows, and it holds. One statement sees one snapshot, so
that money on the move is never taken for a difference.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cpanet.ledger.kinds import NEVER_NEGATIVE, NEVER_POSITIVE

EXAMPLES = 10


@dataclass(frozen=True)
class Invariant:
    """`sql` finds what breaks it; it may use %(network)s and %(now)s. `says` is the truth in words."""

    name: str
    says: str
    sql: str


@dataclass(frozen=True)
class Finding:
    """The answer about one invariant: how many rows break it, and the first of them."""

    name: str
    says: str
    differences: int
    examples: list[dict] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.differences == 0

    def as_dict(self) -> dict:
        """JSON-able."""
        return {**asdict(self), "holds": self.holds}


def examine(invariants: Iterable[Invariant], *, network_id: int, now: datetime, using=connection) -> list[Finding]:
    """Ask about each invariant for one network, in the connection `using`."""
    with using.cursor() as cursor:
        return [_ask(cursor, invariant, {"network": network_id, "now": now}) for invariant in invariants]


def _ask(cursor, invariant, values):
    cursor.execute(f"SELECT count(*) OVER (), found.* FROM ({invariant.sql}) found LIMIT {EXAMPLES}", values)  # noqa: S608
    names = [column.name for column in cursor.description][1:]
    rows = cursor.fetchall()
    examples = [dict(zip(names, map(_plain, row[1:]), strict=True)) for row in rows]
    return Finding(invariant.name, str(invariant.says), rows[0][0] if rows else 0, examples)


def _plain(value):
    return value if value is None or isinstance(value, (int, str, bool)) else _text(value)


def _text(value):
    is_whole = getattr(value, "as_integer_ratio", None) and value == int(value)
    return int(value) if is_whole else str(value)


def compare(found: str, expected: str, keys: str) -> str:
    """SQL for two ways of counting the same: both give (keys…, units), and must agree for every key."""
    return f"""
        SELECT {keys}, coalesce(f.units, 0) AS found, coalesce(e.units, 0) AS expected
        FROM ({found}) f FULL JOIN ({expected}) e USING ({keys})
        WHERE coalesce(f.units, 0) <> coalesce(e.units, 0)"""  # noqa: S608


def balances_of(*kinds: str, sign: int = 1) -> str:
    """SQL for (owner_id, currency, units) of the accounts of these kinds."""
    return f"""SELECT owner_id, currency, {sign} * sum(balance) AS units FROM ledger_account
               WHERE network_id = %(network)s AND kind IN ({_list(kinds)}) GROUP BY 1, 2"""  # noqa: S608


def _list(kinds):
    return ", ".join(f"'{kind}'" for kind in kinds)


_ENTRIES = """ledger_entry e JOIN ledger_account a ON a.network_id = e.network_id AND a.id = e.account_id"""


def _both(name, says, left, right):
    return Invariant(
        name,
        says,
        f"""SELECT l.owner_id, l.currency, l.balance AS {left}, r.balance AS {right}
            FROM ledger_account l JOIN ledger_account r
              ON r.network_id = l.network_id AND r.owner_id = l.owner_id AND r.currency = l.currency
            WHERE l.network_id = %(network)s AND l.kind = '{left}' AND r.kind = '{right}'
              AND l.balance <> 0 AND r.balance <> 0""",  # noqa: S608
    )


LEDGER = (
    Invariant(
        "journals_sum_to_zero",
        _("Every journal sums to zero in every currency"),
        f"""SELECT e.journal_id, a.currency, sum(e.amount) AS off_by FROM {_ENTRIES}
            WHERE e.network_id = %(network)s GROUP BY 1, 2 HAVING sum(e.amount) <> 0""",  # noqa: S608
    ),
    Invariant(
        "journals_have_entries",
        _("Every journal has entries"),
        """SELECT j.id AS journal_id, j.key FROM ledger_journal j
           WHERE j.network_id = %(network)s AND NOT EXISTS (
             SELECT 1 FROM ledger_entry e WHERE e.network_id = j.network_id AND e.journal_id = j.id)""",
    ),
    Invariant(
        "balance_is_sum_of_entries",
        _("Every balance is the sum of its entries"),
        """SELECT a.id AS account_id, a.kind, a.owner_id, a.currency, a.balance, coalesce(s.units, 0) AS entries
            FROM ledger_account a LEFT JOIN (
              SELECT account_id, sum(amount) AS units FROM ledger_entry e WHERE e.network_id = %(network)s GROUP BY 1
            ) s ON s.account_id = a.id
            WHERE a.network_id = %(network)s AND a.balance <> coalesce(s.units, 0)""",
    ),
    Invariant(
        "versions_without_gaps",
        _("The entries of every account are numbered from 1 to its version"),
        """SELECT a.id AS account_id, a.kind, a.version, coalesce(s.count, 0) AS entries, s.first, s.last
           FROM ledger_account a LEFT JOIN (
             SELECT account_id, count(*) AS count, min(account_version) AS first, max(account_version) AS last
             FROM ledger_entry e WHERE e.network_id = %(network)s GROUP BY 1
           ) s ON s.account_id = a.id
           WHERE a.network_id = %(network)s
             AND (a.version, a.version) <> (coalesce(s.count, 0), coalesce(s.last, 0))""",
    ),
    Invariant(
        "balances_chain",
        _("Every entry continues from the balance before it"),
        """SELECT * FROM (
             SELECT account_id, account_version, balance_after, amount + coalesce(
               lag(balance_after) OVER (PARTITION BY account_id ORDER BY account_version), 0) AS expected
             FROM ledger_entry WHERE network_id = %(network)s
           ) chain WHERE balance_after <> expected""",
    ),
    Invariant(
        "balances_within_bounds",
        _("No balance is on the wrong side of zero"),
        f"""SELECT id AS account_id, kind, owner_id, currency, balance FROM ledger_account
            WHERE network_id = %(network)s AND ((kind IN ({_list(NEVER_NEGATIVE)}) AND balance < 0)
              OR (kind IN ({_list(NEVER_POSITIVE)}) AND balance > 0))""",  # noqa: S608
    ),
    Invariant(
        "books_sum_to_zero",
        _("All balances together are zero in every currency"),
        """SELECT currency, sum(balance) AS off_by FROM ledger_account WHERE network_id = %(network)s
           GROUP BY 1 HAVING sum(balance) <> 0""",
    ),
    _both("available_or_debt", _("No webmaster has available money and a debt together"), "available", "debt"),
    _both("deposit_or_owed", _("No advertiser has a deposit and owes together"), "deposit", "receivable"),
)
