"""Telling again: one delivery, many by a filter, a test, and the leads of a period that were never told."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from cpanet.core.ids import uuid7
from cpanet.core.queue import enqueue
from cpanet.jobs.models import Job
from cpanet.jobs.services import finish_job, report_progress, start_job
from cpanet.tenancy.scope import network_scope
from tracking.choices import Intake
from tracking.models import Conversion, PostbackDelivery, PostbackReceiver
from tracking.outgoing.macros import example_of
from tracking.outgoing.services.events import event_key, event_of_revision, tell
from tracking.outgoing.words import DeliveryState, Event, ReceiverState

MOST_AT_ONCE = 10_000
BATCH = 500
TASK = "tracking.tasks.send_postbacks"
BACKFILL_TASK = "tracking.tasks.backfill_postbacks"
BACKFILL = "postback_backfill"
RESENDABLE = (DeliveryState.DELIVERED, DeliveryState.RETRYING, DeliveryState.PARKED, DeliveryState.CANCELLED)


class ReceiverOff(DomainError):
    """The receiver is switched off, paused or removed: switch it on first."""

    code = "receiver_off"
    status = 409


class DetailsRemoved(DomainError):
    """What this event was about is no longer kept, so it cannot be sent again."""

    code = "details_removed"
    status = 409


class BadPeriod(DomainError):
    """The period must end after it begins."""

    code = "bad_period"
    field = "last"


class AtWork(DomainError):
    """This receiver is being told of a period already: wait until that is done."""

    code = "at_work"
    status = 409


@transaction.atomic
def resend(*, delivery: PostbackDelivery, actor, now: datetime) -> bool:
    """Put a delivery in line again, under its own id. False: it waits already. Raises ReceiverOff, DetailsRemoved."""
    if delivery.details_removed_at:
        raise DetailsRemoved()
    if delivery.receiver.removed_at or delivery.receiver.state != ReceiverState.ACTIVE:
        raise ReceiverOff()
    is_changed = bool(_put_in_line(PostbackDelivery.objects.filter(pk=delivery.pk), now))
    if is_changed:
        audit.record(action="postback.resent", subject=delivery, actor=actor, now=now)
        enqueue(TASK, network_id=delivery.network_id)
    return is_changed


@transaction.atomic
def resend_many(*, deliveries: QuerySet[PostbackDelivery], affiliate, actor, now: datetime) -> int:
    """Put in line again what of `deliveries` can be, at most MOST_AT_ONCE, the oldest first; answers how many.

    Those of receivers that are off, paused or removed stay as they are.
    """
    sendable = deliveries.filter(
        state__in=RESENDABLE, is_test=False, receiver__state=ReceiverState.ACTIVE, receiver__removed_at=None,
        details_removed_at=None,
    )  # fmt: skip
    rows = sendable.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    chosen = list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])
    count = _put_in_line(PostbackDelivery.objects.filter(pk__in=chosen), now)
    if count:
        audit.record(action="postbacks.resent", subject=affiliate, actor=actor, now=now, changes={"count": count})
        enqueue(TASK, network_id=affiliate.network_id)
    return count


def _put_in_line(deliveries, now) -> int:
    """What is being sent at this moment stays with its worker."""
    idle = deliveries.filter(state__in=RESENDABLE, leased_until=None, details_removed_at=None)
    return idle.update(state=DeliveryState.WAITING, next_attempt_at=now, attempts=0, finished_at=None)


@transaction.atomic
def send_test(*, receiver: PostbackReceiver, event: str, actor, now: datetime) -> PostbackDelivery:
    """An example lead, really sent, once, marked as a test; the answer stands on the delivery's page."""
    event = event if event in Event.values else Event.APPROVED
    uid = uuid7()
    delivery = PostbackDelivery.objects.create(
        uid=uid, receiver=receiver, affiliate_id=receiver.affiliate_id, event=event, event_key=f"test:{uid.hex}",
        is_test=True, facts=example_of(event) | {"test": "1"}, created_at=now, next_attempt_at=now,
    )  # fmt: skip
    audit.record(action="postback.tested", subject=receiver, actor=actor, now=now)
    enqueue(TASK, network_id=receiver.network_id)
    return delivery


@transaction.atomic
def start_backfill(*, receiver: PostbackReceiver, first: datetime, last: datetime, actor, now: datetime) -> Job:
    """A job that tells a receiver how the leads of [first, last) stand now, as far as it has not heard of it.

    Raises ReceiverOff, BadPeriod, AtWork.
    """
    if receiver.removed_at or receiver.state != ReceiverState.ACTIVE:
        raise ReceiverOff()
    if last <= first:
        raise BadPeriod()
    arguments = {"receiver_id": receiver.pk, "first": first.isoformat(), "last": last.isoformat()}
    PostbackReceiver.objects.select_for_update(of=("self",), no_key=True).get(pk=receiver.pk)
    if Job.objects.filter(kind=BACKFILL, state__in=Job.OPEN, arguments__receiver_id=receiver.pk).exists():
        raise AtWork()
    job = start_job(kind=BACKFILL, task=BACKFILL_TASK, arguments=arguments, actor=actor, affiliate=receiver.affiliate)
    audit.record(action="receiver.backfill", subject=receiver, actor=actor, now=now, changes=arguments)
    return job


def run_backfill(*, network_id: int, job: Job, clock: Callable[[], datetime]) -> None:
    """Batch by batch, each in its own transaction; run again after a crash it finds what is told already."""
    with network_scope(network_id):
        receiver = PostbackReceiver.objects.filter(pk=job.arguments["receiver_id"], removed_at=None).first()
        total = _leads(receiver, job).count() if receiver else 0
        report_progress(job=job, done=0, total=total, now=clock())
    done, told, after = 0, 0, 0
    while receiver:
        with network_scope(network_id):
            leads = list(_leads(receiver, job).filter(pk__gt=after).order_by("pk")[:BATCH])
            if not leads:
                break
            told += sum(_tell_state(lead, receiver, clock()) for lead in leads)
            done, after = done + len(leads), leads[-1].pk
            report_progress(job=job, done=done, now=clock())
    with network_scope(network_id):
        finish_job(job=job, state=Job.State.DONE, now=clock(), result={"told": told}, message=_summary(told, done))


def _leads(receiver, job):
    span = (datetime.fromisoformat(job.arguments["first"]), datetime.fromisoformat(job.arguments["last"]))
    leads = Conversion.objects.filter(affiliate=receiver.affiliate_id, intake=Intake.VALID)
    leads = leads.filter(created_at__gte=span[0], created_at__lt=span[1]).select_related("offer", "goal")
    leads = leads.filter(offer=receiver.offer_id) if receiver.offer_id else leads
    return leads.filter(goal=receiver.goal_id) if receiver.goal_id else leads


def _tell_state(lead, receiver, now) -> int:
    """What a receiver would have heard last of this lead; under the key of that event, so never twice."""
    event, key = Event.CREATED, "created"
    if lead.revision:
        event, key = event_of_revision(lead), f"r{lead.revision}"
    if event == Event.CHANGED and event not in receiver.events:
        event = {"approved": Event.APPROVED, "declined": Event.DECLINED}.get(lead.status, event)
    known = PostbackDelivery.objects.filter(receiver=receiver, event_key=event_key(lead, key))
    return 0 if known.exists() else tell(lead, event, key, now, receivers=[receiver])


def _summary(told: int, done: int) -> str:
    words = ngettext("%d lead is in line to be told.", "%d leads are in line to be told.", told) % told
    return words + " " + _("The others of %d were told before, or are not wanted.") % done
