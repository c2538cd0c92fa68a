"""Hints for a person: conversions that look like a row nobody could match. Never applied by themselves."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from reconciliation.cells import normal_order_id
from reconciliation.facts import Class, ConversionFact, MatchResult, StatementFact

MAX_PER_ROW = 3
MAX_CANDIDATES = 200
MIN_TAIL = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`score` is 1…100; `reasons` are slugs: same_amount, near_time, similar_order, same_sub."""

    row_id: str
    conversion_id: int
    score: int
    reasons: tuple[str, ...]


def suggest(
    rows: Iterable[StatementFact], conversions: Iterable[ConversionFact], result: MatchResult
) -> list[Suggestion]:
    """At most three per row that is theirs only, out of the conversions that are ours only; best first."""
    free = [c for c in conversions if result.conversions.get(c.id) == Class.OURS_ONLY]
    by_amount, by_tail = defaultdict(list), defaultdict(list)
    for conversion in sorted(free, key=lambda c: c.id):
        by_amount[(conversion.currency, conversion.amount_units)].append(conversion)
        if _tail(conversion.order_id):
            by_tail[_tail(conversion.order_id)].append(conversion)
    found = []
    for row in sorted(rows, key=lambda row: row.row_id):
        if result.rows[row.row_id].match_class == Class.THEIRS_ONLY:
            near = [*by_amount[(row.currency, row.amount_units)], *by_tail[_tail(row.order_id)]][:MAX_CANDIDATES]
            found.extend(_best(row, {c.id: c for c in near}.values()))
    return found


def _best(row: StatementFact, candidates: Iterable[ConversionFact]) -> list[Suggestion]:
    scored = [_score(row, conversion) for conversion in candidates]
    usable = [suggestion for suggestion in scored if len(suggestion.reasons) > 1]
    return sorted(usable, key=lambda found: (-found.score, found.conversion_id))[:MAX_PER_ROW]


def _score(row: StatementFact, conversion: ConversionFact) -> Suggestion:
    reasons = {
        "same_amount": row.amount_units is not None
        and (row.amount_units, row.currency) == (conversion.amount_units, conversion.currency),
        "near_time": bool(row.occurred_at and conversion.created_at)
        and abs(row.occurred_at - conversion.created_at) <= timedelta(days=1),
        "similar_order": bool(_tail(row.order_id)) and _tail(row.order_id) == _tail(conversion.order_id),
        "same_sub": bool(set(row.sub_ids) & set(conversion.sub_ids)),
    }
    true = tuple(name for name, holds in reasons.items() if holds)
    return Suggestion(row.row_id, conversion.id, 25 * len(true), true)


def _tail(order_id: str) -> str:
    """The end of an order id, which prefixes and check digits in front leave alone; "" for a short one."""
    normal = normal_order_id(order_id)
    return normal[-6:] if len(normal) >= MIN_TAIL else ""
