"""Which rate prices an action."""

from datetime import datetime

from django.db.models import Q, QuerySet

from cpanet.tenancy.raw import row
from offers.models import Goal, Rate

_RATE = """
    SELECT * FROM offers_rate
    WHERE network_id = %(network)s AND goal_id = %(goal)s AND country IN ('', %(country)s)
      AND (affiliate_id IS NULL OR affiliate_id = %(affiliate)s)
      AND valid_from <= %(at)s AND (valid_until IS NULL OR valid_until > %(at)s)
    ORDER BY affiliate_id NULLS LAST, country DESC, valid_from DESC, id DESC
    LIMIT 1
"""


def rate_for(goal: Goal, affiliate_id: int | None, country: str, at: datetime) -> Rate | None:
    """The most specific rate of the goal at the moment: the webmaster's own for the country, his own, the country's,
    everybody's. None when no rate applies (a country-only rate and an unknown country, for example)."""
    return row(Rate, _RATE, goal=goal.pk, affiliate=affiliate_id, country=country, at=at)


def at_moment(rates: QuerySet, at: datetime) -> QuerySet:
    """Those of `rates` that are in force at `at` (from inclusive, until exclusive)."""
    return rates.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at), valid_from__lte=at)


def rates_shown_to(affiliate_id: int, at: datetime) -> QuerySet:
    """Rates in force that one webmaster may see: everybody's and his own, never another's."""
    return at_moment(Rate.objects.filter(Q(affiliate__isnull=True) | Q(affiliate_id=affiliate_id)), at)
