"""Which rate prices an action."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from offers.models import Goal, Rate


def rate_for(goal: Goal, affiliate_id: int | None, country: str, at: datetime) -> Rate | None:
    """The most specific rate of the goal at the moment: the webmaster's own for the country, his own, the country's,
    everybody's. None when no rate applies (a country-only rate and an unknown country, for example)."""
    found = at_moment(Rate.objects.filter(goal=goal), at).filter(
        Q(affiliate__isnull=True) | Q(affiliate_id=affiliate_id), country__in=["", country]
    )
    return found.order_by(F("affiliate_id").asc(nulls_last=True), "-country", "-valid_from", "-id").first()


def at_moment(rates: QuerySet, at: datetime) -> QuerySet:
    """Those of `rates` that are in force at `at` (from inclusive, until exclusive)."""
    return rates.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at), valid_from__lte=at)


def rates_shown_to(affiliate_id: int, at: datetime) -> QuerySet:
    """Rates in force that one webmaster may see: everybody's and his own, never another's."""
    return at_moment(Rate.objects.filter(Q(affiliate__isnull=True) | Q(affiliate_id=affiliate_id)), at)
