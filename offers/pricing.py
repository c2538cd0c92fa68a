"""What one action is worth by a rate, or by several: one for each category of goods. Pure: takes anything with the
four figures of a rate, gives ledger units."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError
from cpanet.core.money import MAX_UNITS, BadAmount, percent_of, split

_WEIGHT_DIGITS = 12  # a price and a quantity have six digits after the point each


class MissingAmount(DomainError):
    """This goal pays a percent of the order: the amount of the order is needed."""

    code = "missing_amount"
    field = "amount"


class RateFacts(Protocol):
    """Fixed amounts in ledger units of the offer's currency, percents in basis points (1 % = 100)."""

    revenue_fixed: int
    revenue_percent: int
    earning_fixed: int
    earning_percent: int


@dataclass(frozen=True)
class Figures:
    """What a rate says: fixed amounts in units of the offer's currency, percents in basis points (1 % = 100)."""

    revenue_fixed: int = 0
    revenue_percent: int = 0
    earning_fixed: int = 0
    earning_percent: int = 0


@dataclass(frozen=True)
class Part:
    """The lines of an order that one rate prices. `weight`, their price × quantity in major units, says which share of
    the order's amount is theirs; `pieces` how often the fixed amounts are paid."""

    rate: RateFacts
    weight: Decimal
    pieces: Decimal


@dataclass(frozen=True)
class PartPrice:
    """What a part is worth; all in units."""

    amount: int
    revenue: int
    earning: int


def price(rate: RateFacts, order_amount: int | None) -> tuple[int, int]:
    """(revenue, earning) in units for an order of `order_amount` units, percents rounded towards zero.

    A purely fixed rate needs no amount. Raises MissingAmount.
    """
    if needs_amount(rate) and order_amount is None:
        raise MissingAmount(_("This goal pays a percent of the order: send the amount of the order."))
    amount = order_amount or 0
    revenue = rate.revenue_fixed + percent_of(amount, rate.revenue_percent)
    earning = rate.earning_fixed + percent_of(amount, rate.earning_percent)
    return revenue, earning


def price_parts(parts: Sequence[Part], order_amount: int) -> list[PartPrice]:
    """Each part priced by its rate, in their order. The order's amount (with delivery, less a discount) is shared
    by the parts' weights without losing a unit; equally if all weigh nothing. Raises BadAmount."""
    weights = [int(part.weight.scaleb(_WEIGHT_DIGITS)) for part in parts]
    amounts = split(order_amount, weights if any(weights) else [1] * len(parts))
    return [_price_part(part, amount) for part, amount in zip(parts, amounts, strict=True)]


def _price_part(part: Part, amount: int) -> PartPrice:
    rate = part.rate
    revenue = int(rate.revenue_fixed * part.pieces) + percent_of(amount, rate.revenue_percent)
    earning = int(rate.earning_fixed * part.pieces) + percent_of(amount, rate.earning_percent)
    if max(revenue, earning) > MAX_UNITS:
        raise BadAmount(_("A lead of so many pieces would be worth too large an amount: check the quantities."))
    return PartPrice(amount, revenue, earning)


def category_key(name: str) -> str:
    """What makes two names of a category the same: large and small letters and doubled blanks do not matter."""
    return " ".join(name.split()).casefold()


def needs_amount(rate: RateFacts) -> bool:
    """Whether the rate cannot be applied without the amount of the order."""
    return bool(rate.revenue_percent or rate.earning_percent)


def loses_money(rate: RateFacts) -> bool:
    """Whether the webmaster could get more than the advertiser pays: for an order of some size, or for every one."""
    return rate.earning_fixed > rate.revenue_fixed or rate.earning_percent > rate.revenue_percent


def effective_rates(rates) -> list:
    """Of the current rates one webmaster could meet (his own and everybody's), those that can price his actions: the
    ones for all goods first, of each category the one for all countries first. The order of `rate_for`: within a
    category own and country > own > country > everybody."""
    categories: dict[str, list] = {}
    for rate in rates:
        categories.setdefault(category_key(rate.category), []).append(rate)
    return [rate for key in sorted(categories) for rate in _effective_of_category(categories[key])]


def _effective_of_category(rates) -> list:
    own = {rate.country: rate for rate in rates if rate.affiliate_id is not None}
    everybody = {rate.country: rate for rate in rates if rate.affiliate_id is None}
    chosen = own if "" in own else everybody | own
    return sorted(chosen.values(), key=lambda rate: rate.country)
