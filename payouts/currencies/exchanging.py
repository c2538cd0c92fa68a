"""What an amount of one currency is worth in another. Pure; exact: nothing is rounded but the result, once, down."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cpanet.core.money import scale

BASIS = 10_000


@dataclass(frozen=True)
class CrossRate:
    """`price` is how much of `target` one major unit of `source` is worth, by the table of `origin` of `day`."""

    source: str
    target: str
    price: Fraction
    origin: str
    day: date

    @property
    def text(self) -> str:
        """Six significant digits at least, for people: “1.0854”."""
        digits = 4 if self.price >= 1 else 8
        return f"{float(self.price):.{digits}f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Exchanged:
    """What `sold` units become: `fair` at the rate itself, `bought` after the network's spread; both rounded down."""

    sold: int
    fair: int
    bought: int


def exchanged(sold: int, rate: CrossRate, *, spread: int) -> Exchanged:
    """`sold` units of rate.source in units of rate.target; `spread` (basis points) stays with the network."""
    exact = Fraction(sold, 10 ** scale(rate.source)) * rate.price * 10 ** scale(rate.target)
    return Exchanged(sold, int(exact), int(exact * (BASIS - spread) / BASIS))
