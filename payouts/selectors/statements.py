"""Balances at any moment, and the entries between two of them. Amounts are units; credits are positive.

A balance at a moment is the balance now less every entry that took effect later: exact also where journals were
written out of the order of their times, and quick by the index over those times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cpanet.ledger.kinds import DEBIT_KINDS, AccountKind
from cpanet.ledger.models import Account, Entry
from cpanet.tenancy.scope import current_network_id


@dataclass(frozen=True)
class Chosen:
    """The accounts a statement is about: these kinds, one currency, one owner (None: all of them)."""

    kinds: tuple[str, ...]
    currency: str
    owner_id: int | None = None

    @property
    def sign(self) -> int:
        """-1 where the statement is about what the network owns or has spent only: turned round for people."""
        return -1 if set(self.kinds) <= set(DEBIT_KINDS) else 1


@dataclass(frozen=True)
class Line:
    """What became of all chosen accounts of one kind: opening + credits + debits = closing. Debits are ≤ 0."""

    kind: str
    opening: int
    credits: int
    debits: int
    closing: int

    @property
    def label(self) -> str:
        return str(AccountKind(self.kind).label)


@dataclass(frozen=True)
class AccountAt:
    """One account with its balance at a moment."""

    kind: str
    owner_id: int
    currency: str
    balance: int


_LATER = """SELECT e.account_id, sum(e.amount) AS units FROM ledger_journal j
            JOIN ledger_entry e ON e.network_id = j.network_id AND e.journal_id = j.id
            WHERE j.network_id = %(network)s AND j.effective_at > %(at)s GROUP BY 1"""
_ALL_AT = f"""
    SELECT a.kind, a.owner_id, a.currency, a.balance - coalesce(later.units, 0) AS balance
    FROM ledger_account a LEFT JOIN ({_LATER}) later ON later.account_id = a.id
    WHERE a.network_id = %(network)s"""  # noqa: S608
_LINES = """
    SELECT a.kind,
      sum(a.balance) - coalesce(sum(m.later), 0) - coalesce(sum(m.credits), 0) - coalesce(sum(m.debits), 0) AS opening,
      coalesce(sum(m.credits), 0) AS credits, coalesce(sum(m.debits), 0) AS debits,
      sum(a.balance) - coalesce(sum(m.later), 0) AS closing
    FROM ledger_account a LEFT JOIN LATERAL (
      SELECT sum(e.amount) FILTER (WHERE j.effective_at >= %(end)s) AS later,
        sum(e.amount) FILTER (WHERE j.effective_at < %(end)s AND e.amount > 0) AS credits,
        sum(e.amount) FILTER (WHERE j.effective_at < %(end)s AND e.amount < 0) AS debits
      FROM ledger_entry e JOIN ledger_journal j ON j.network_id = e.network_id AND j.id = e.journal_id
      WHERE e.network_id = a.network_id AND e.account_id = a.id AND j.effective_at >= %(begin)s) m ON true
    WHERE a.network_id = %(network)s AND a.kind = ANY(%(kinds)s) AND a.currency = %(currency)s
      AND (%(owner)s::bigint IS NULL OR a.owner_id = %(owner)s) AND a.version > 0
    GROUP BY a.kind"""


def lines_of(chosen: Chosen, *, begin: datetime | None, end: datetime | None) -> list[Line]:
    """A line for each kind that was ever used, for begin ≤ time < end (None: from the first, to the last entry).

    One statement and so one moment: the lines agree with each other while money moves.
    """
    values = {
        "network": current_network_id(), "kinds": list(chosen.kinds), "currency": chosen.currency,
        "owner": chosen.owner_id, "begin": begin or "-infinity", "end": end or "infinity",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LINES, values)
        rows = {kind: [int(unit) for unit in units] for kind, *units in cursor.fetchall()}
    return [Line(kind, *rows[kind]) for kind in AccountKind.values if kind in rows]


def total_of(lines: Iterable[Line]) -> Line:
    """All lines together, as a line without a kind."""
    sums = [(line.opening, line.credits, line.debits, line.closing) for line in lines]
    return Line("", *(map(sum, zip(*sums, strict=True)) if sums else (0, 0, 0, 0)))


def entries_of(chosen: Chosen, *, begin: datetime | None, end: datetime | None, event: str = ""):
    """The entries of the chosen accounts, newest first, with journal and account loaded; maybe of one kind of event."""
    found = Entry.objects.select_related("journal", "account")
    if chosen.owner_id is None:
        found = found.filter(account__kind__in=chosen.kinds, account__currency=chosen.currency)
    else:
        own = Account.objects.filter(kind__in=chosen.kinds, currency=chosen.currency, owner_id=chosen.owner_id)
        found = found.filter(account__in=list(own.values_list("pk", flat=True)))
    found = found.filter(journal__effective_at__gte=begin) if begin else found
    found = found.filter(journal__effective_at__lt=end) if end else found
    return (found.filter(journal__kind=event) if event else found).order_by("-id")


def accounts_at(at: datetime) -> list[AccountAt]:
    """Every account of the network with its balance at a moment (inclusive), in the order of the chart."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_AT, {"network": current_network_id(), "at": at})
        rows = [AccountAt(kind, owner, currency, int(balance)) for kind, owner, currency, balance in cursor.fetchall()]
    order = {kind: place for place, kind in enumerate(AccountKind.values)}
    return sorted(rows, key=lambda row: (row.currency, order[row.kind], row.owner_id))


@dataclass(frozen=True)
class TrialLine:
    """All accounts of a kind in a currency: what stands on the left (debit) and on the right (credit), both ≥ 0."""

    kind: str
    currency: str
    accounts: int
    debit: int
    credit: int

    @property
    def label(self) -> str:
        return str(AccountKind(self.kind).label)


def trial_balance_at(at: datetime) -> list[TrialLine]:
    """Every kind and currency with a balance at the moment. Per currency debits and credits are equal in sum."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in accounts_at(at):
        if row.balance:
            line = sums.setdefault((row.kind, row.currency), [0, 0, 0])
            line[0] += 1
            line[1 if row.balance < 0 else 2] += abs(row.balance)
    return [TrialLine(kind, currency, *line) for (kind, currency), line in sums.items()]


def trial_totals(lines: Iterable[TrialLine]) -> dict[str, tuple[int, int]]:
    """{currency: (sum of debits, sum of credits)}."""
    totals: dict[str, tuple[int, int]] = {}
    for line in lines:
        debit, credit = totals.get(line.currency, (0, 0))
        totals[line.currency] = (debit + line.debit, credit + line.credit)
    return totals
