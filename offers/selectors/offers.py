"""Offers as their advertiser and the staff see them."""

from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from offers.choices import TrafficPolicy
from offers.models import Creative, Goal, Landing, Offer, OfferAccess, Rate, TrafficRule, Vertical
from offers.selectors.rates import at_moment

MISSING = {
    "goal": _("a goal with a rate"),
    "landing": _("an active landing with a weight above zero"),
    "traffic": _("a kind of traffic that is allowed"),
}


def all_offers() -> QuerySet[Offer]:
    """Every offer of the network, with what lists show of it."""
    requests = Count("accesses", filter=Q(accesses__status=OfferAccess.Status.REQUESTED))
    return Offer.objects.select_related("advertiser", "vertical", "metrics").annotate(open_requests=requests)


def offers_of(advertiser: Advertiser) -> QuerySet[Offer]:
    """The offers of one advertiser."""
    return all_offers().filter(advertiser=advertiser)


def with_details(offers: QuerySet[Offer], rates: QuerySet[Rate]) -> QuerySet[Offer]:
    """Add the parts of offers in a fixed number of queries: goals (each with `shown_rates` out of `rates`), landings,
    rules, creatives, feeds."""
    goals = Goal.objects.filter(is_active=True).prefetch_related(
        Prefetch("rates", queryset=rates.select_related("affiliate"), to_attr="shown_rates")
    )
    return offers.prefetch_related(
        Prefetch("goals", queryset=goals, to_attr="shown_goals"),
        Prefetch("landings", queryset=Landing.objects.filter(is_active=True), to_attr="shown_landings"),
        Prefetch("traffic_rules", queryset=TrafficRule.objects.order_by("id"), to_attr="shown_rules"),
        Prefetch("creatives", queryset=Creative.objects.filter(is_active=True), to_attr="shown_creatives"),
    )


def rates_of_everybody(at: datetime) -> QuerySet[Rate]:
    """Rates in force that are no webmaster's own."""
    return at_moment(Rate.objects.filter(affiliate__isnull=True), at)


def missing_of(offer: Offer, now: datetime) -> list[str]:
    """What keeps the offer from being active, as keys of MISSING; [] when it is complete."""
    present = {
        "goal": rates_of_everybody(now).filter(goal__offer=offer, goal__is_active=True).exists(),
        "landing": offer.landings.filter(is_active=True, weight__gt=0).exists(),
        "traffic": offer.traffic_rules.exclude(policy=TrafficPolicy.FORBIDDEN).exists(),
    }
    return [part for part, is_there in present.items() if not is_there]


def verticals_with_counts() -> QuerySet[Vertical]:
    """The themes with `offer_count`, the number of their offers."""
    return Vertical.objects.annotate(offer_count=Count("offers")).order_by("name")
