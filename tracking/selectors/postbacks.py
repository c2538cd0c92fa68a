"""Questions about the calls of advertisers' systems."""

from django.db.models import QuerySet

from cpanet.accounts.models import Advertiser
from offers.models import Goal
from tracking.choices import Verdict
from tracking.models import InboundPostback, PostbackKey

KEYS_SHOWN = 10
# Calls that somebody should look at: they made no lead, and could.
UNSETTLED = (Verdict.REFUSED, Verdict.PARKED)


def all_calls() -> QuerySet[InboundPostback]:
    """Every call of the network, the newest first."""
    return InboundPostback.objects.select_related("advertiser").order_by("-id")


def calls_of(advertiser: Advertiser) -> QuerySet[InboundPostback]:
    """Every call to an advertiser's address, the newest first."""
    return all_calls().filter(advertiser=advertiser)


def parked_calls() -> QuerySet[InboundPostback]:
    """Calls of the network that wait in vain for their clicks."""
    return InboundPostback.objects.filter(verdict=Verdict.PARKED)


def keys_of(advertiser: Advertiser) -> list[PostbackKey]:
    """His newest keys, revoked ones too."""
    return list(PostbackKey.objects.filter(advertiser=advertiser).order_by("-id")[:KEYS_SHOWN])


def goals_of(advertiser: Advertiser) -> list[Goal]:
    """The active goals of his offers, with the offers."""
    goals = Goal.objects.filter(offer__advertiser=advertiser, is_active=True).select_related("offer")
    return list(goals.exclude(offer__status="archived").order_by("offer__name", "id"))
