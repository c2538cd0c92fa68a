"""The pass that knows no ids: rows and conversions that agree in everything else and meet nobody but each other."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from reconciliation.facts import ConversionFact, Rules, StatementFact

ANY = object()  # the key under which a fact is found whatever its order id is


def agree(theirs: str, ours: str) -> bool:
    """Nothing is contradicted: one side is silent, or both say the same."""
    return not theirs or not ours or theirs.casefold() == ours.casefold()


def unique_pairs(
    rows: Iterable[StatementFact], conversions: Iterable[ConversionFact], rules: Rules, normal: Callable[[str], str]
) -> list[tuple[StatementFact, ConversionFact]]:
    """Pairs that agree in sub-ids (at least one), amount, currency and time, contradict each other in nothing, and are
    each other's only partner. Sum and date alone are never enough, and a row with a click id that we do not know is a
    contradiction already."""
    rows = [r for r in rows if r.sub_ids and r.amount_units is not None and r.occurred_at and not r.click_id]
    ours = [c for c in conversions if c.sub_ids and c.amount_units is not None and c.created_at]
    row_index = _Index(rows, lambda row: row.sub_ids[:1], lambda row: row.occurred_at, normal)
    our_index = _Index(ours, lambda conversion: conversion.sub_ids, lambda conversion: conversion.created_at, normal)
    pairs = []
    for row in rows:
        near = our_index.near(row, row.sub_ids[:1], row.occurred_at, rules)
        conversion = _only(c for c in near if _fits(row, c))
        if conversion is None:
            continue
        back = row_index.near(conversion, conversion.sub_ids, conversion.created_at, rules)
        if _only(other for other in back if _fits(other, conversion)) is row:
            pairs.append((row, conversion))
    return pairs


def _fits(row: StatementFact, conversion: ConversionFact) -> bool:
    subs_agree = set(row.sub_ids) <= set(conversion.sub_ids)
    return subs_agree and agree(row.goal, conversion.goal) and agree(row.offer_id, conversion.offer_id)


def _only(found: Iterator):
    """The only element, None when there is none or a second one (which is not waited for beyond the second)."""
    first = next(found, None)
    return first if next(found, None) is None else None


class _Index:
    """Facts by amount, currency, sub-id and order id, each list in the order of time."""

    def __init__(self, facts: list, subs: Callable, moment: Callable, normal: Callable[[str], str]):
        self._normal = normal
        self._lists: dict[tuple, list[tuple[datetime, object]]] = defaultdict(list)
        for fact in facts:
            for sub in subs(fact):
                for order in (normal(fact.order_id), ANY):
                    self._lists[fact.amount_units, fact.currency, sub, order].append((moment(fact), fact))
        for found in self._lists.values():
            found.sort(key=_first)

    def near(self, fact, subs: Iterable, moment: datetime, rules: Rules) -> Iterator:
        """Facts with the amount, currency and one of the sub-ids of `fact` whose order id does not contradict it."""
        orders = (self._normal(fact.order_id), "") if fact.order_id else (ANY,)
        for sub in subs:
            for order in orders:
                found = self._lists.get((fact.amount_units, fact.currency, sub, order), ())
                start = bisect_left(found, moment - rules.window, key=_first)
                end = bisect_right(found, moment + rules.window, key=_first)
                for place in range(start, end):
                    yield found[place][1]


def _first(entry: tuple[datetime, object]) -> datetime:
    return entry[0]
