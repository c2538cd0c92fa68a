"""The price of an action: by one rate, or line by line where rates by category matter."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from cpanet.core.money import to_text, to_units
from offers.models import Goal, Rate
from offers.pricing import PartPrice, price
from offers.selectors import rate_for, rates_for
from tracking.lead_prices import facts_of, names_goods, price_lines
from tracking.services.touches import Touch


class NoRate(DomainError):
    """No rate of this goal applies to this click."""

    code = "no_rate"
    field = "goal"


@dataclass(frozen=True)
class Price:
    """What an action is worth in units, the rate that says so (the first of several), and how it came about."""

    rate: Rate
    revenue: int
    earning: int
    facts: dict


def price_action(*, goal: Goal, touch: Touch, basket: tuple[dict, ...], amount: int | None, at: datetime) -> Price:
    """The price at `at` of an order of `amount` units with these lines. Raises NoRate, offers.pricing.MissingAmount,
    cpanet.core.money.BadAmount."""
    if names_goods(basket):
        return _by_lines(goal, touch, basket, amount, at)
    rate = rate_for(goal, touch.affiliate_id, touch.country, at)
    if rate is None:
        raise _no_rate(goal, touch)
    return _by_one(goal, rate, amount)


def _by_one(goal, rate, amount) -> Price:
    worth = PartPrice(amount, *price(rate, amount))
    return Price(rate, worth.revenue, worth.earning, facts_of(rate, worth, goal.offer.currency))


def _by_lines(goal, touch, basket, amount, at) -> Price:
    rates = rates_for(goal, [line["category"] for line in basket], touch.affiliate_id, touch.country, at)
    first = next(filter(None, rates), None)
    if first is None:
        raise _no_rate(goal, touch)
    if not any(rate and rate.category for rate in rates) and None not in rates:
        return _by_one(goal, first, amount)
    currency = goal.offer.currency
    parts = price_lines(basket=basket, rates=rates, amount=amount, currency=currency)
    revenue, earning = (sum(to_units(part[name], currency) for part in parts) for name in ("revenue", "earning"))
    facts = {
        "rate": first.pk, "parts": parts, "basis": to_text(amount, currency), "revenue": to_text(revenue, currency),
        "earning": to_text(earning, currency),
    }  # fmt: skip
    return Price(first, revenue, earning, facts)


def _no_rate(goal, touch) -> NoRate:
    where = touch.country or _("an unknown country")
    return NoRate(_("“%(goal)s” has no rate for %(where)s at this time.") % {"goal": goal.name, "where": where})
