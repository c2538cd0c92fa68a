"""Whether new rates can be true: beside those that are known, a price hardly moves by a third overnight. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from payouts.currencies.rate_files import FoundRate, RateTable

MOST = Fraction(13, 10)  # times as much, or as little
Prices = Mapping[str, Fraction]  # of one table: what one of each currency is worth in its base


@dataclass(frozen=True)
class Move:
    """One `currency` was worth `before` of `base` and would be worth `after`."""

    base: str
    currency: str
    before: Fraction
    after: Fraction

    @property
    def times(self) -> Fraction:
        """How many times as much or as little, always above one."""
        return max(self.after / self.before, self.before / self.after)

    @property
    def text(self) -> str:
        """For people: “EUR: 1.1 → 11 USD”."""
        return f"{self.currency}: {_shown(self.before)} → {_shown(self.after)} {self.base}"


def _shown(price: Fraction) -> str:
    return f"{float(price):.6g}"


def prices_of(rates: Iterable[FoundRate]) -> dict[str, Fraction]:
    """The prices in a table, its base among them."""
    found: dict[str, Fraction] = {}
    for rate in rates:
        found[rate.base] = Fraction(1)
        found[rate.currency] = Fraction(rate.base_amount) / Fraction(rate.currency_amount)
    return found


def moves_of(table: RateTable, known: Iterable[Prices]) -> list[Move]:
    """What would move by more than MOST, the wildest first. Each price is held against the first of the `known`
    tables that has both its currencies; what none of them has is new and cannot be judged."""
    earlier = list(known)
    moves = [move for rate in table.rates if (move := _move(rate, earlier)) and move.times > MOST]
    return sorted(moves, key=lambda move: move.times, reverse=True)


def _move(rate: FoundRate, earlier) -> Move | None:
    for prices in earlier:
        if rate.base in prices and rate.currency in prices:
            before = prices[rate.currency] / prices[rate.base]
            return Move(rate.base, rate.currency, before, Fraction(rate.base_amount) / Fraction(rate.currency_amount))
    return None
