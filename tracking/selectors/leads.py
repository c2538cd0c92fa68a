"""Questions about leads (conversions), by whom they concern."""

from django.db.models import Case, Count, F, QuerySet, When

from cpanet.accounts.models import Advertiser, Affiliate
from offers.models import Goal, Offer
from tracking.choices import Status
from tracking.models import Conversion


def all_leads() -> QuerySet[Conversion]:
    """Every lead of the network, the newest first, with `margin` (units) and what lists name of it."""
    related = ("offer", "goal", "advertiser", "affiliate", "link")
    return Conversion.objects.select_related(*related).annotate(margin=F("revenue") - F("earning"))


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


def choices_of(leads: QuerySet[Conversion]) -> tuple[list, list]:
    """(offers, goals) that occur among the leads, as choices of a filter."""
    offers = Offer.objects.filter(pk__in=leads.order_by().values("offer_id")).values_list("pk", "name")
    goals = Goal.objects.filter(pk__in=leads.order_by().values("goal_id")).select_related("offer")
    return list(offers.order_by("name")), [(goal.pk, f"{goal.offer.name}: {goal.name}") for goal in goals]


def counts_by_status(leads: QuerySet[Conversion]) -> dict[str, int]:
    """How many of the leads stand in each status."""
    rows = leads.order_by().values("status").annotate(number=Count("pk"))
    return {row["status"]: row["number"] for row in rows}
