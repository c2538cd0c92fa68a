"""What matching takes and gives: plain facts about rows and conversions, and where each of them falls."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum


class Class(StrEnum):
    """Where a row or a conversion falls; exactly one each."""

    EQUAL = "equal"
    WITHIN_TOLERANCE = "within_tolerance"
    AMOUNT_DIFFERS = "amount_differs"
    STATUS_DIFFERS = "status_differs"
    CURRENCY_DIFFERS = "currency_differs"
    THEIRS_ONLY = "theirs_only"
    OURS_ONLY = "ours_only"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    DUPLICATE_ACROSS = "duplicate_across"
    DUPLICATE_ACROSS_NETWORKS = "duplicate_across_networks"
    OUT_OF_PERIOD = "out_of_period"
    ROW_ERROR = "row_error"


@dataclass(frozen=True, slots=True)
class StatementFact:
    """One row. `amount_units` is in ledger units of `currency`, None when the row gives none; `click_id` may hold our
    click id or the public id of our conversion; `status` is "" when the row gives none; `error` marks a row that could
    not be read; `in_other_network` one whose order another network has claimed already."""

    row_id: str
    click_id: str = ""
    order_id: str = ""
    offer_id: str = ""
    goal: str = ""
    sub_ids: tuple[tuple[str, str], ...] = ()
    amount_units: int | None = None
    currency: str = ""
    occurred_at: datetime | None = None
    status: str = ""
    error: str = ""
    in_other_network: bool = False


@dataclass(frozen=True, slots=True)
class ConversionFact:
    """One conversion of ours. `amount_units` is what the statement's amounts are compared with (None: nothing to
    compare); `claimed_by` names the row of another statement that holds this conversion."""

    id: int
    public_id: str = ""
    click_id: str = ""
    order_id: str = ""
    offer_id: str = ""
    goal: str = ""
    sub_ids: tuple[tuple[str, str], ...] = ()
    amount_units: int | None = None
    currency: str = ""
    status: str = "pending"
    created_at: datetime | None = None
    claimed_by: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """How strict the comparison is. Amounts agree when the difference is within `tolerance_units` AND within
    `tolerance_percent` of ours; both 0 mean exactly equal. The period is half-open, None is unbounded; `window` is the
    time between row and conversion that pass 5 accepts."""

    tolerance_units: int = 0
    tolerance_percent: Decimal = Decimal(0)
    period_from: datetime | None = None
    period_until: datetime | None = None
    window: timedelta = timedelta(hours=24)
    strip_leading_zeros: bool = False

    def in_period(self, moment: datetime | None) -> bool:
        """Whether `moment` lies in the period; an unknown moment does."""
        if moment is None:
            return True
        after = self.period_from is None or moment >= self.period_from
        return after and (self.period_until is None or moment < self.period_until)


@dataclass(frozen=True, slots=True)
class RowMatch:
    """Where a row fell. `conversion_id` is the one it claimed or, for a duplicate, the one it repeats; `matched_by`
    names the pass; `decision` is the status to give a pending conversion ("" for none: outside the tolerance nothing
    is decided); `difference_units` is theirs minus ours."""

    row_id: str
    match_class: Class
    conversion_id: int | None = None
    matched_by: str = ""
    decision: str = ""
    difference_units: int | None = None
    note: str = ""


@dataclass(slots=True)
class MatchResult:
    """`rows`: row id → RowMatch; `conversions`: id → class for those in scope; `outside`: ids of conversions that are
    not in scope (other period, or held by another statement) and were not touched."""

    rows: dict[str, RowMatch] = field(default_factory=dict)
    conversions: dict[int, Class] = field(default_factory=dict)
    outside: frozenset[int] = frozenset()

    def row_counts(self) -> dict[Class, int]:
        """Rows per class; classes without rows are left out."""
        return _counts(match.match_class for match in self.rows.values())

    def conversion_counts(self) -> dict[Class, int]:
        """Conversions in scope per class."""
        return _counts(self.conversions.values())

    def claims(self) -> dict[int, str]:
        """conversion id → row id, for storing; each conversion at most once."""
        return {m.conversion_id: m.row_id for m in self.rows.values() if m.match_class in CLAIMING}


CLAIMING = {
    Class.EQUAL,
    Class.WITHIN_TOLERANCE,
    Class.AMOUNT_DIFFERS,
    Class.STATUS_DIFFERS,
    Class.CURRENCY_DIFFERS,
}


def _counts(classes: Iterable[Class]) -> dict[Class, int]:
    counted = Counter(classes)
    return {name: counted[name] for name in Class if name in counted}
