"""A comparison that does not add up is not shown."""

from collections import Counter
from collections.abc import Iterable

from reconciliation.facts import CLAIMING, Class, ConversionFact, MatchResult, StatementFact


class DoesNotAddUp(Exception):
    """Rows, conversions or money went in and did not come out in exactly one class: a fault of the program."""


def amounts_by_class(rows: Iterable[StatementFact], result: MatchResult) -> dict[Class, dict[str, int]]:
    """class → currency → sum of the rows' amounts in units ("" for rows without a currency)."""
    sums: dict[Class, Counter] = {}
    for row in rows:
        if row.amount_units is not None:
            sums.setdefault(result.rows[row.row_id].match_class, Counter())[row.currency] += row.amount_units
    return {name: dict(sums[name]) for name in Class if name in sums}


def check_conservation(rows: list[StatementFact], conversions: list[ConversionFact], result: MatchResult) -> None:
    """Raises DoesNotAddUp unless every row and every conversion in scope is in exactly one class, amounts per currency
    sum to what came in, and each conversion is claimed at most once, by the row whose class it carries."""
    _same({row.row_id for row in rows}, set(result.rows), "rows")
    _same(len(rows), sum(result.row_counts().values()), "rows per class")
    inside = set(result.conversions)
    _same({conversion.id for conversion in conversions}, inside | result.outside, "conversions")
    _same(set(), inside & result.outside, "conversions in and out of scope")
    _same(_total(rows), _sum(amounts_by_class(rows, result).values()), "amounts per currency")
    claims = [found for found in result.rows.values() if found.match_class in CLAIMING]
    _same(len(claims), len({found.conversion_id for found in claims}), "claims per conversion")
    _same(
        {found.conversion_id: found.match_class for found in claims},
        {key: name for key, name in result.conversions.items() if name != Class.OURS_ONLY},
        "classes of rows and of conversions",
    )


def _total(rows: Iterable[StatementFact]) -> Counter:
    total: Counter = Counter()
    for row in rows:
        if row.amount_units is not None:
            total[row.currency] += row.amount_units
    return total


def _sum(parts: Iterable[dict[str, int]]) -> Counter:
    total: Counter = Counter()
    for part in parts:
        for currency, units in part.items():
            total[currency] += units
    return total


def _same(expected, found, what: str) -> None:
    if expected != found:
        raise DoesNotAddUp(what)
