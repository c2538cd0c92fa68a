"""Statement rows against our conversions: pure, in fixed passes, one claim per conversion, adding up or not shown.

Passes, each over what the earlier ones left:
  1. the id of our conversion, 2. our click id, 3. the advertiser's order id, 4. the same after normalisation,
  5. offer, goal, sub-ids, amount, currency and time, only where exactly one row meets exactly one conversion.
Similarity alone (`reconciliation.similarity`) is a hint for a person and claims nothing. Within a pass all claims are
worked out before any is made, and ties are broken by content, so neither the order of the rows nor the number of
workers changes the result.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from reconciliation.cells import normal_order_id
from reconciliation.combination import agree, unique_pairs
from reconciliation.conservation import check_conservation
from reconciliation.facts import CLAIMING, Class, ConversionFact, MatchResult, RowMatch, Rules, StatementFact

_BEST_FIRST = list(Class)


def match(
    rows: Iterable[StatementFact], conversions: Iterable[ConversionFact], rules: Rules | None = None
) -> MatchResult:
    """Match every row. Row ids and conversion ids must be unique (ValueError). Raises DoesNotAddUp, which means a
    fault of ours: such a result must not be shown."""
    run = _Run(list(rows), list(conversions), rules or Rules())
    result = run.result()
    check_conservation(run.rows, run.conversions, result)
    return result


class _Run:
    """One matching. Everything is sorted by content first, so the order of the input is forgotten."""

    def __init__(self, rows: list[StatementFact], conversions: list[ConversionFact], rules: Rules):
        self.rows = sorted(rows, key=_row_key)
        self.conversions = sorted(conversions, key=lambda conversion: conversion.id)
        self.rules = rules
        _require_unique([row.row_id for row in rows], "row ids")
        _require_unique([conversion.id for conversion in conversions], "conversion ids")
        self.found: dict[str, RowMatch] = {}
        self.claimed: dict[int, str] = {}
        self.ambiguous: set[str] = set()

    def result(self) -> MatchResult:
        self._set_aside()
        for name, index, keys in self._passes():
            self._claim_by_id(name, index, keys)
        self._claim_by_combination()
        self._leave_the_rest()
        return self._summed_up()

    # -- rows that take part in no pass

    def _set_aside(self) -> None:
        for row in self.rows:
            if row.error:
                self._put(row, Class.ROW_ERROR, note=row.error)
            elif row.in_other_network:
                self._put(row, Class.DUPLICATE_ACROSS_NETWORKS)

    # -- passes by id

    def _passes(self):
        normal = self._normal
        yield "conversion_id", self._index(lambda c: c.public_id), lambda row: row.click_id
        yield "click_id", self._index(lambda c: c.click_id), lambda row: row.click_id
        yield "order_id", self._index(lambda c: c.order_id), lambda row: row.order_id
        yield "order_id_normal", self._index(lambda c: normal(c.order_id)), lambda row: normal(row.order_id)

    def _index(self, key: Callable[[ConversionFact], str]) -> dict[str, list[ConversionFact]]:
        index = defaultdict(list)
        for conversion in self.conversions:
            if key(conversion):
                index[key(conversion)].append(conversion)
        return index

    def _claim_by_id(self, name: str, index: dict[str, list[ConversionFact]], key: Callable) -> None:
        """Rows that point to exactly one free conversion claim it, the best fitting row first; the others repeat it."""
        wanted: dict[int, list[StatementFact]] = defaultdict(list)
        by_id: dict[int, ConversionFact] = {}
        for row in self._open():
            candidates = self._narrowed(row, index.get(key(row), ()) if key(row) else ())
            free = [c for c in candidates if c.id not in self.claimed]
            if len(free) == 1:
                wanted[free[0].id].append(row)
                by_id[free[0].id] = free[0]
            elif candidates and not free:
                self._repeat(row, candidates[0], name)
            elif free:
                self.ambiguous.add(row.row_id)
        for conversion_id, claimants in wanted.items():
            self._claim(by_id[conversion_id], claimants, name)

    def _narrowed(self, row: StatementFact, candidates: Iterable[ConversionFact]) -> list[ConversionFact]:
        """Candidates that the row's other words do not contradict, reduced by order id or amount where that decides."""
        fitting = [c for c in candidates if agree(row.goal, c.goal) and agree(row.offer_id, c.offer_id)]
        if len(fitting) > 1 and row.order_id:
            same = [c for c in fitting if self._normal(c.order_id) == self._normal(row.order_id)]
            fitting = same or fitting
        if len(fitting) > 1 and row.amount_units is not None:
            same = [c for c in fitting if (c.amount_units, c.currency) == (row.amount_units, row.currency)]
            fitting = same if len(same) == 1 else fitting
        return fitting

    # -- pass by combination

    def _claim_by_combination(self) -> None:
        free = [c for c in self.conversions if c.id not in self.claimed and not c.claimed_by]
        for row, conversion in unique_pairs(self._open(), free, self.rules, self._normal):
            self._claim(conversion, [row], "combination")

    # -- what a claim means

    def _claim(self, conversion: ConversionFact, claimants: list[StatementFact], name: str) -> None:
        verdicts = sorted(
            ((self._verdict(row, conversion, name), row) for row in claimants),
            key=lambda pair: (_BEST_FIRST.index(pair[0].match_class), _row_key(pair[1])),
        )
        winner, row = verdicts[0]
        self.claimed[conversion.id] = row.row_id
        self.found[row.row_id] = winner
        for _verdict, other in verdicts[1:]:
            self._repeat(other, conversion, name)

    def _verdict(self, row: StatementFact, conversion: ConversionFact, name: str) -> RowMatch:
        if conversion.claimed_by:
            note = f"claimed by {conversion.claimed_by}"
            return RowMatch(row.row_id, Class.DUPLICATE_ACROSS, conversion.id, name, note=note)
        if not self.rules.in_period(conversion.created_at):
            return RowMatch(row.row_id, Class.OUT_OF_PERIOD, conversion.id, name)
        found, difference = self._compare(row, conversion)
        decides = found in (Class.EQUAL, Class.WITHIN_TOLERANCE) and conversion.status == "pending"
        decision = row.status if decides and row.status in ("approved", "declined") else ""
        return RowMatch(row.row_id, found, conversion.id, name, decision, difference)

    def _compare(self, row: StatementFact, conversion: ConversionFact) -> tuple[Class, int | None]:
        """Currency before status before amount. Pending on our side is no decision yet, so it contradicts nothing; a
        declined row decides without its amount."""
        if row.currency and conversion.currency and row.currency != conversion.currency:
            return Class.CURRENCY_DIFFERS, None
        difference = _difference(row, conversion)
        if row.status and conversion.status not in ("pending", row.status):
            return Class.STATUS_DIFFERS, difference
        if row.status == "declined" or not difference:
            return Class.EQUAL, difference
        within = self._within(difference, conversion.amount_units)
        return (Class.WITHIN_TOLERANCE if within else Class.AMOUNT_DIFFERS), difference

    def _within(self, difference: int, ours: int) -> bool:
        size = abs(difference)
        return size <= self.rules.tolerance_units and size * 100 <= self.rules.tolerance_percent * abs(ours)

    def _repeat(self, row: StatementFact, conversion: ConversionFact, name: str) -> None:
        across = bool(conversion.claimed_by)
        self.found[row.row_id] = RowMatch(
            row.row_id, Class.DUPLICATE_ACROSS if across else Class.DUPLICATE_IN_FILE, conversion.id, name
        )

    # -- what is left

    def _leave_the_rest(self) -> None:
        seen: set[tuple] = set()
        for row in self._open():
            key = (self._normal(row.order_id), row.click_id, row.goal.casefold(), row.offer_id)
            if not self.rules.in_period(row.occurred_at):
                self._put(row, Class.OUT_OF_PERIOD)
            elif row.row_id in self.ambiguous:
                self._put(row, Class.THEIRS_ONLY, note="several conversions fit")
            elif any(key[:2]) and key in seen:
                self._put(row, Class.DUPLICATE_IN_FILE)
            else:
                self._put(row, Class.THEIRS_ONLY)
            seen.add(key)

    def _summed_up(self) -> MatchResult:
        of_row = {m.conversion_id: m.match_class for m in self.found.values() if m.match_class in CLAIMING}
        scope, outside = {}, set()
        for conversion in self.conversions:
            if conversion.id in of_row:
                scope[conversion.id] = of_row[conversion.id]
            elif conversion.claimed_by or not self.rules.in_period(conversion.created_at):
                outside.add(conversion.id)
            else:
                scope[conversion.id] = Class.OURS_ONLY
        return MatchResult(self.found, scope, frozenset(outside))

    def _put(self, row: StatementFact, match_class: Class, note: str = "") -> None:
        self.found[row.row_id] = RowMatch(row.row_id, match_class, note=note)

    def _open(self) -> list[StatementFact]:
        return [row for row in self.rows if row.row_id not in self.found]

    def _normal(self, order_id: str) -> str:
        return normal_order_id(order_id, strip_leading_zeros=self.rules.strip_leading_zeros)


def _difference(row: StatementFact, conversion: ConversionFact) -> int | None:
    if row.amount_units is None or conversion.amount_units is None:
        return None
    return row.amount_units - conversion.amount_units


def _row_key(row: StatementFact) -> tuple:
    """An order that depends on the content of a row and, for equal rows, on its id."""
    moment = row.occurred_at.timestamp() if row.occurred_at else 0.0
    amount = (row.amount_units is None, row.amount_units or 0)
    return (row.order_id, row.click_id, row.goal, row.sub_ids, row.status, amount, row.currency, moment, row.row_id)


def _require_unique(values: list, what: str) -> None:
    if len(set(values)) != len(values):
        raise ValueError(f"{what} must be unique")
