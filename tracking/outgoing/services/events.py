"""Writes down whom an event must be told to, in the transaction of the event: it is told exactly if it happened."""

from datetime import datetime

from cpanet.tenancy.raw import rows
from tracking.choices import Intake, Status
from tracking.models import Conversion, ConversionRevision, PostbackDelivery, PostbackReceiver
from tracking.outgoing.facts import TellablePayout, facts_of, facts_of_payout
from tracking.outgoing.words import Event, ReceiverState
from tracking.selectors.clicks import find_click

_RECEIVERS = """
    SELECT * FROM tracking_postbackreceiver
    WHERE network_id = %(network)s AND affiliate_id = %(affiliate)s AND removed_at IS NULL AND state = ANY(%(states)s)
      AND (offer_id IS NULL OR offer_id = %(offer)s) AND (goal_id IS NULL OR goal_id = %(goal)s)
    ORDER BY id
"""


def tell_created(conversion: Conversion, now: datetime) -> int:
    """A lead came in. Like the others below: answers how many receivers will hear of it; a test is told to nobody."""
    return tell(conversion, Event.CREATED, "created", now)


def tell_decided(conversion: Conversion, now: datetime) -> int:
    """A revision of a lead was written: approved, declined, or – amounts, or back to pending – changed."""
    receivers = _of_lead(conversion) if conversion.intake == Intake.VALID else []
    if not receivers:
        return 0
    return tell(conversion, event_of_revision(conversion), f"r{conversion.revision}", now, receivers)


def tell_paid(conversion: Conversion, now: datetime) -> int:
    """The hold of a lead is over: what it earned is available."""
    return tell(conversion, Event.PAID, f"paid:r{conversion.revision}", now)


def tell_payout(payout: TellablePayout, now: datetime) -> int:
    """A payout has another state than before: told to its webmaster's receivers that want payouts, for all offers."""
    receivers = [each for each in _receivers(payout.affiliate_id) if Event.PAYOUT in each.events]
    facts, key = facts_of_payout(payout, now), f"{payout.payout_id}:{payout.status}:{now.isoformat()}"
    deliveries = [
        PostbackDelivery(
            receiver=receiver, affiliate_id=payout.affiliate_id, payout_uid=payout.uid, event=Event.PAYOUT,
            event_key=key, facts=facts, created_at=now, next_attempt_at=now,
        )
        for receiver in receivers
    ]  # fmt: skip
    PostbackDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(deliveries)


def tell(conversion: Conversion, event: str, key: str, now: datetime, receivers=None) -> int:
    """One delivery for each receiver that wants the event; `key` is what makes it the same event within the lead.

    A receiver that has a delivery of this key already gets no second one: the unique constraint decides.
    """
    if conversion.intake != Intake.VALID:
        return 0
    receivers = _of_lead(conversion) if receivers is None else receivers
    wanting = [receiver for receiver in receivers if event in receiver.events]
    if not wanting:
        return 0
    click = find_click(conversion.click_id) if conversion.click_id else None
    facts = facts_of(conversion, click, event, now)
    deliveries = [_delivery(conversion, receiver, event, key, facts, now) for receiver in wanting]
    PostbackDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(deliveries)


def event_key(conversion: Conversion, key: str) -> str:
    """What is the same for equal events."""
    return f"{conversion.subject}:{key}"


def event_of_revision(conversion: Conversion) -> str:
    """What the newest revision of a lead means to its webmaster."""
    before = ConversionRevision.objects.filter(conversion=conversion, number__lt=conversion.revision)
    status = before.order_by("-number").values_list("status", flat=True).first() or Status.PENDING
    told = {Status.APPROVED: Event.APPROVED, Status.DECLINED: Event.DECLINED}
    return Event.CHANGED if status == conversion.status else told.get(conversion.status, Event.CHANGED)


def _receivers(affiliate_id: int, offer_id: int | None = None, goal_id: int | None = None) -> list[PostbackReceiver]:
    """Those of a webmaster that are for this offer and goal, without them those that are for all; a paused one hears
    of it when it is resumed."""
    states = [ReceiverState.ACTIVE.value, ReceiverState.PAUSED.value]
    return rows(PostbackReceiver, _RECEIVERS, affiliate=affiliate_id, offer=offer_id, goal=goal_id, states=states)


def _of_lead(conversion: Conversion) -> list[PostbackReceiver]:
    return _receivers(conversion.affiliate_id, conversion.offer_id, conversion.goal_id)


def _delivery(conversion, receiver, event, key, facts, now):
    return PostbackDelivery(
        receiver=receiver, affiliate_id=conversion.affiliate_id, conversion=conversion, event=event,
        event_key=event_key(conversion, key), facts=facts, created_at=now, next_attempt_at=now,
    )  # fmt: skip
