"""Questions about disputes and decisions about many."""

from datetime import datetime, timedelta

from django.db.models import Case, F, QuerySet, When

from tracking.choices import DecisionSource, DisputeState
from tracking.models import BulkDecision, Conversion, ConversionRevision, Dispute

SHOWN_FOR = timedelta(hours=2)


def all_disputes() -> QuerySet[Dispute]:
    """Every dispute, those that wait for an answer first, the most urgent at the head."""
    waits = Case(When(state=DisputeState.OPEN, then=0), default=1)
    urgent = Case(When(state=DisputeState.OPEN, then=F("answer_by")))
    related = ("conversion__offer", "conversion__goal", "conversion__affiliate", "conversion__advertiser")
    return Dispute.objects.select_related(*related).order_by(waits, urgent.asc(nulls_last=True), "-id")


def disputes_of_advertiser(advertiser_id: int) -> QuerySet[Dispute]:
    """Those he may answer or has answered: not those about what the network has decided itself."""
    rows = all_disputes().filter(conversion__advertiser=advertiser_id)
    return rows.exclude(state=DisputeState.OPEN, conversion__decided_by=DecisionSource.MANAGER)


def disputes_of_affiliate(affiliate_id: int) -> QuerySet[Dispute]:
    """A webmaster's own."""
    return all_disputes().filter(conversion__affiliate=affiliate_id)


def open_ones(disputes: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """Those that wait for an answer."""
    return disputes.filter(state=DisputeState.OPEN)


def overdue(disputes: QuerySet[Dispute], now: datetime) -> QuerySet[Dispute]:
    """Those whose answer is late."""
    return open_ones(disputes).filter(answer_by__lt=now)


def waiting_for_network(now: datetime) -> QuerySet[Dispute]:
    """Disputes that wait for the network: about its own decisions, and those that an advertiser leaves lying."""
    waiting = Dispute.objects.filter(state=DisputeState.OPEN)
    own = waiting.filter(conversion__decided_by=DecisionSource.MANAGER)
    return own | waiting.filter(answer_by__lt=now)


def last_bulk(actor, now: datetime) -> BulkDecision | None:
    """What this person has lately decided about many, to be looked at or undone."""
    rows = BulkDecision.objects.filter(actor=actor, at__gt=now - SHOWN_FOR, undone_at__isnull=True, changed__gt=0)
    return rows.order_by("-id").first()


def leads_of_bulk(bulk: BulkDecision) -> list[Conversion]:
    """The leads that it changed, each with `can_undo`: nobody has decided about it since."""
    revisions = dict(ConversionRevision.objects.filter(bulk=bulk).values_list("conversion_id", "number"))
    leads = list(Conversion.objects.filter(pk__in=revisions).select_related("offer", "goal").order_by("-id"))
    for lead in leads:
        lead.can_undo = lead.revision == revisions[lead.pk]
    return leads
