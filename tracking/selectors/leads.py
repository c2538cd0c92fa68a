"""Questions about leads (conversions), by whom they concern."""

from django.db.models import Case, F, QuerySet, When

from cpanet.accounts.models import Advertiser, Affiliate
from offers.models import Goal, Offer
from tracking.choices import Status
from tracking.models import Conversion


def all_leads() -> QuerySet[Conversion]:
    """Every lead of the network, the newest first, with `margin` (units) and what lists name of it."""
    related = ("offer", "goal", "advertiser", "affiliate", "link")
    return Conversion.objects.select_related(*related).annotate(margin=F("revenue") - F("earning") - F("referral"))


def leads_of_advertiser(advertiser: Advertiser) -> QuerySet[Conversion]:
    """The leads an advertiser decides about, the newest first."""
    return all_leads().filter(advertiser=advertiser)


def leads_of_affiliate(affiliate: Affiliate) -> QuerySet[Conversion]:
    """The leads of a webmaster, the newest first."""
    return all_leads().filter(affiliate=affiliate)


def pending_first(leads: QuerySet[Conversion]) -> QuerySet[Conversion]:
    """Those that wait for a decision at the head, the nearest deadline first; the others by their newest."""
    waits = Case(When(status=Status.PENDING, then=0), default=1)
    deadline = Case(When(status=Status.PENDING, then=F("decide_by")))
    return leads.order_by(waits, deadline.asc(nulls_last=True), "-id")


def choices_of(offers: QuerySet[Offer]) -> tuple[list, list]:
    """(offers, goals) as choices of a filter, by name."""
    names = list(offers.order_by("name").values_list("pk", "name"))
    goals = Goal.objects.filter(offer_id__in=[pk for pk, _name in names]).order_by("offer__name", "id")
    return names, [(goal.pk, f"{goal.offer.name}: {goal.name}") for goal in goals.select_related("offer")]


def offers_promoted_by(affiliate: Affiliate) -> QuerySet[Offer]:
    """The offers a webmaster has links to."""
    return Offer.objects.filter(pk__in=affiliate.links.values("offer_id"))


def number_waiting(leads: QuerySet[Conversion]) -> int:
    """How many of the leads wait for a decision."""
    return leads.filter(status=Status.PENDING).count()
