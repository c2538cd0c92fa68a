"""Questions about tracking links."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Sum

from cpanet.accounts.models import Affiliate
from offers.choices import TrafficPolicy
from offers.models import Offer, OfferAccess
from offers.selectors.access import may_promote
from tracking.models import HourlyLinkStats, TrackingLink

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Figures:
    """What a link did: clicks of people, leads of any status."""

    clicks: int = 0
    leads: int = 0


def links_of(affiliate: Affiliate) -> QuerySet[TrackingLink]:
    """The links of a webmaster, the newest first, with offers and landings."""
    return TrackingLink.objects.filter(affiliate=affiliate).select_related("offer", "landing")


def week_figures(affiliate_id: int, link_ids: list[int], *, now: datetime) -> dict[int, Figures]:
    """Figures of the last seven days by link, out of the roll-up; links without any are left out."""
    rows = HourlyLinkStats.objects.filter(
        affiliate_id=affiliate_id, hour__gte=now - WEEK, link_id__in=link_ids, basis__in=["visit", "click"]
    )
    sums = (
        rows.order_by()
        .values("link_id")
        .annotate(all_clicks=Sum("clicks"), leads=Sum("pending") + Sum("approved") + Sum("declined"))
    )
    return {row["link_id"]: Figures(row["all_clicks"], row["leads"]) for row in sums}


def offers_to_promote(affiliate: Affiliate) -> list[Offer]:
    """The running offers to which the webmaster has access, by name."""
    accesses = dict(OfferAccess.objects.filter(affiliate=affiliate).values_list("offer_id", "status"))
    candidates = Offer.objects.filter(Q(access=Offer.Access.OPEN) | Q(pk__in=accesses), status=Offer.Status.ACTIVE)
    return [offer for offer in candidates.order_by("name") if may_promote(offer.access, accesses.get(offer.pk))]


def kinds_to_declare(offer: Offer, affiliate: Affiliate) -> list[tuple[str, str]]:
    """(slug, name) of the kinds of traffic the webmaster may bring to the offer: allowed, or asked for and granted."""
    granted = OfferAccess.objects.filter(offer=offer, affiliate=affiliate, status=OfferAccess.Status.GRANTED).exists()
    policies = [TrafficPolicy.ALLOWED, *([TrafficPolicy.ASK] if granted else [])]
    rules = offer.traffic_rules.filter(policy__in=policies).order_by("id")
    return [(rule.traffic_source, rule.get_traffic_source_display()) for rule in rules]
