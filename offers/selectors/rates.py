"""Which rate prices an action, and which its single lines."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from cpanet.tenancy.raw import row, rows
from offers.models import Goal, Rate
from offers.pricing import category_key

_IN_FORCE = """
    SELECT * FROM offers_rate
    WHERE network_id = %(network)s AND goal_id = %(goal)s AND country IN ('', %(country)s)
      AND (affiliate_id IS NULL OR affiliate_id = %(affiliate)s)
      AND valid_from <= %(at)s AND (valid_until IS NULL OR valid_until > %(at)s)
"""
_MOST_SPECIFIC_FIRST = "ORDER BY affiliate_id NULLS LAST, country DESC, valid_from DESC, id DESC"
_RATE = f"{_IN_FORCE} AND category = '' {_MOST_SPECIFIC_FIRST} LIMIT 1"
_RATES = f"{_IN_FORCE} {_MOST_SPECIFIC_FIRST}"


def rate_for(goal: Goal, affiliate_id: int | None, country: str, at: datetime) -> Rate | None:
    """The most specific rate of the goal at the moment for goods of no category: the webmaster's own for the country,
    his own, the country's, everybody's. None when no rate applies (a country-only rate and an unknown country, for
    example)."""
    return row(Rate, _RATE, goal=goal.pk, affiliate=affiliate_id, country=country, at=at)


def rates_for(
    goal: Goal, categories: Sequence[str], affiliate_id: int | None, country: str, at: datetime
) -> list[Rate | None]:
    """The rate of each of the categories, in their order. A rate that names the category counts before any that names
    none, then the order of `rate_for`; decision 0014 says why."""
    found: dict[str, Rate] = {}
    for rate in rows(Rate, _RATES, goal=goal.pk, affiliate=affiliate_id, country=country, at=at):
        found.setdefault(category_key(rate.category), rate)
    return [found.get(category_key(name)) or found.get("") for name in categories]


def at_moment(rates: QuerySet, at: datetime) -> QuerySet:
    """Those of `rates` that are in force at `at` (from inclusive, until exclusive)."""
    return rates.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at), valid_from__lte=at)


def rates_shown_to(affiliate_id: int, at: datetime) -> QuerySet:
    """Rates in force that one webmaster may see: everybody's and his own, never another's."""
    return at_moment(Rate.objects.filter(Q(affiliate__isnull=True) | Q(affiliate_id=affiliate_id)), at)
