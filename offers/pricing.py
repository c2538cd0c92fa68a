"""What one action is worth by a rate. Pure: takes anything with the four figures of a rate, gives ledger units."""

from typing import Protocol

from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError
from cpanet.core.money import percent_of


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


def needs_amount(rate: RateFacts) -> bool:
    """Whether the rate cannot be applied without the amount of the order."""
    return bool(rate.revenue_percent or rate.earning_percent)


def loses_money(rate: RateFacts) -> bool:
    """Whether the webmaster could get more than the advertiser pays: for an order of some size, or for every one."""
    return rate.earning_fixed > rate.revenue_fixed or rate.earning_percent > rate.revenue_percent


def effective_rates(rates) -> list:
    """Of the current rates one webmaster could meet (his own and everybody's), those that can price his actions, the
    one for all countries first. The order of `rate_for`: own and country > own > country > everybody."""
    own = {rate.country: rate for rate in rates if rate.affiliate_id is not None}
    everybody = {rate.country: rate for rate in rates if rate.affiliate_id is None}
    chosen = own if "" in own else everybody | own
    return sorted(chosen.values(), key=lambda rate: rate.country)
