"""Sends what is due: claimed by lease, called outside any transaction, written down, tried again or given up.

At least once: a worker that dies between call and answer leaves a lease, and after it the same delivery is sent again
under the same id. Events of one lead or payout go to a receiver in their order. A slow receiver holds up no other:
each has a few calls at a time.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.tenancy.scope import network_scope
from tracking.models import PostbackAttempt, PostbackDelivery, PostbackReceiver
from tracking.outgoing.calls import Answer, Order, postback_order, send, webhook_order
from tracking.outgoing.retries import FAILURES_TO_PAUSE, TIME_TO_PAUSE, next_attempt
from tracking.outgoing.services.letters import tell_of_pause
from tracking.outgoing.words import OPEN, DeliveryState, ReceiverState

LEASE = timedelta(minutes=1)  # far longer than one call may take
AT_ONCE = 32
AT_ONCE_PER_RECEIVER = 4
FAILING = 5  # after so many failures in a row a receiver gets one call at a time
RECEIVERS_A_TURN = 100
WORTH_A_LOOK = AT_ONCE // 4  # free threads, for which the table is asked before SECONDS_BETWEEN_LOOKS are over
SECONDS_BETWEEN_LOOKS = 0.25
_CHANCE = random.SystemRandom()
log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Claimed:
    """A delivery that is ours until `lease`, with the call as it will be made. `is_failing`: the last one failed."""

    network_id: int
    delivery_id: int
    lease: datetime
    order: Order
    is_failing: bool = False


def send_due(*, network_ids: Sequence[int], clock: Clock, seconds: float = 20.0) -> int:
    """Send what is due in these networks, for at most `seconds` of new calls; answers how many calls were made.

    The calls run in threads; rows are read and written by this one alone, each in a short transaction of its own.
    """
    deadline, looked, made, running = time.monotonic() + seconds, 0.0, 0, {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="postback") as pool:
        while True:
            now = time.monotonic()
            is_worth_it = len(running) <= AT_ONCE - WORTH_A_LOOK or now - looked > SECONDS_BETWEEN_LOOKS
            if now < deadline and is_worth_it:
                _start(pool, running, network_ids, clock)
                looked = now
            if not running:
                return made
            made += _settle_finished(running, clock)


def _start(pool, running: dict[Future, Claimed], network_ids, clock) -> None:
    """Claim as many as there are free threads, the networks taking turns."""
    for place, network_id in enumerate(network_ids):
        room = (AT_ONCE - len(running)) // (len(network_ids) - place)
        for claimed in claim(network_id=network_id, now=clock(), limit=max(room, 0)):
            running[pool.submit(send, claimed.order)] = claimed


def _settle_finished(running, clock) -> int:
    finished, _others = wait(running, timeout=SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED)
    for future in finished:
        _settle(running.pop(future), future, clock())
    return len(finished)


def _settle(claimed, future, now):
    try:
        settle(claimed=claimed, answer=future.result(), now=now)
    except Exception:  # its lease ends and it is sent again; the others go on
        log.exception("delivery %s of network %s could not be settled", claimed.delivery_id, claimed.network_id)


def claim(*, network_id: int, now: datetime, limit: int) -> list[Claimed]:
    """Up to `limit` due deliveries, leased. Workers that claim at the same time pass one another by."""
    if limit <= 0:
        return []
    claimed: list[Claimed] = []
    with network_scope(network_id):
        receivers = _receivers_with_work(now)
        in_flight = _in_flight(receivers, now)
        for receiver in receivers:
            room = min(_most_at_once(receiver) - in_flight.get(receiver.pk, 0), limit - len(claimed))
            claimed += [_as_claimed(receiver, each, now) for each in _next_of(receiver, now, room)]
        PostbackDelivery.objects.filter(pk__in=[each.delivery_id for each in claimed]).update(leased_until=now + LEASE)
    return claimed


def _receivers_with_work(now) -> list[PostbackReceiver]:
    """Locked, so that one worker at a time counts the calls to a receiver. Those that answer come first.

    Asked from the receivers' side: however much waits for one, it costs one look into the index.
    """
    due = _due(now).filter(receiver=OuterRef("pk"))
    active = PostbackReceiver.objects.filter(Exists(due), state=ReceiverState.ACTIVE, removed_at=None)
    first = Subquery(due.order_by("next_attempt_at").values("next_attempt_at")[:1])
    places = list(active.order_by(_is_failing(), first).values_list("pk", flat=True)[:RECEIVERS_A_TURN])
    places += _due(now).filter(conversion=None, is_test=True).values_list("receiver", flat=True)[:RECEIVERS_A_TURN]
    rows = PostbackReceiver.objects.filter(pk__in=places, removed_at=None)
    locked = rows.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("pk")
    return sorted(locked, key=lambda receiver: places.index(receiver.pk))


def _is_failing() -> Case:
    return Case(When(failures__gte=FAILING, then=1), default=0)


def _due(now):
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return PostbackDelivery.objects.filter(free, state__in=OPEN, next_attempt_at__lte=now)


def _in_flight(receivers, now) -> dict[int, int]:
    calls = PostbackDelivery.objects.filter(receiver__in=receivers, state__in=OPEN, leased_until__gt=now)
    return dict(calls.order_by().values_list("receiver").annotate(Count("pk")))


def _most_at_once(receiver) -> int:
    """A few calls, and one while it fails, so that those that answer have the threads."""
    return 1 if receiver.failures >= FAILING else AT_ONCE_PER_RECEIVER


def _next_of(receiver, now, room) -> list[PostbackDelivery]:
    """Tests are sent to a receiver in any state: that is how its owner finds out whether it works again."""
    if room <= 0:
        return []
    earlier = PostbackDelivery.objects.filter(
        receiver=receiver, conversion=OuterRef("conversion"), pk__lt=OuterRef("pk"), state__in=OPEN
    )
    due = _due(now).filter(~Exists(earlier), ~Exists(_earlier_of_payout(receiver)), receiver=receiver)
    due = due if receiver.state == ReceiverState.ACTIVE else due.filter(is_test=True)
    rows = due.order_by("next_attempt_at", "pk").select_for_update(of=("self",), skip_locked=True)
    return list(rows[:room])


def _earlier_of_payout(receiver):
    """Asked apart from leads: an “or” between the two would find no index."""
    return PostbackDelivery.objects.filter(
        receiver=receiver, payout_uid=OuterRef("payout_uid"), pk__lt=OuterRef("pk"), state__in=OPEN
    )


def _as_claimed(receiver, delivery, now) -> Claimed:
    order = order_for(receiver, delivery, now)
    return Claimed(receiver.network_id, delivery.pk, now + LEASE, order, receiver.failures > 0)


def order_for(receiver: PostbackReceiver, delivery: PostbackDelivery, now: datetime) -> Order:
    """The call about a delivery as it would be made now."""
    if receiver.is_webhook:
        return webhook_order(
            address=receiver.address, message_id=delivery.public_id, facts=delivery.facts,
            secrets=receiver.live_secrets(now), timestamp=int(now.timestamp()),
        )  # fmt: skip
    return postback_order(address=receiver.address, method=receiver.method, facts=delivery.facts, words=receiver.words)


def settle(*, claimed: Claimed, answer: Answer, now: datetime) -> None:
    """Write down an attempt and what follows from it. One whose lease went to another worker changes no state."""
    with network_scope(claimed.network_id):
        concerns_receiver = claimed.is_failing or not answer.is_success
        delivery = _locked(claimed, concerns_receiver)
        _write_attempt(claimed, answer, now)
        if not delivery.is_open or delivery.leased_until != claimed.lease:
            return
        _apply(delivery, answer, now)
        if concerns_receiver and not delivery.is_test:
            _judge_receiver(delivery, answer, now)


def _locked(claimed, with_receiver: bool) -> PostbackDelivery:
    """The receiver first, as everybody does who changes both."""
    if with_receiver:
        receiver = PostbackReceiver.objects.filter(deliveries=claimed.delivery_id)
        receiver.select_for_update(of=("self",), no_key=True).get()
    return PostbackDelivery.objects.select_for_update(of=("self",)).get(pk=claimed.delivery_id)


def _write_attempt(claimed, answer, now):
    PostbackAttempt.objects.create(
        delivery_id=claimed.delivery_id, at=now, method=claimed.order.method, url=claimed.order.url,
        body=claimed.order.body, status=answer.status, answer=answer.text, error=answer.error,
        duration_ms=answer.duration_ms,
    )  # fmt: skip


def _apply(delivery, answer, now):
    delivery.attempts += 1
    delivery.leased_until = None
    delivery.last_status, delivery.last_error = answer.status, answer.error
    again = None if answer.is_success or answer.hopeless or delivery.is_test else _again(delivery, answer, now)
    if again:
        delivery.state, delivery.next_attempt_at = DeliveryState.RETRYING, again
    else:
        delivery.state = DeliveryState.DELIVERED if answer.is_success else DeliveryState.PARKED
        delivery.finished_at = now
    delivery.save(update_fields=[
        "attempts", "leased_until", "last_status", "last_error", "state", "next_attempt_at", "finished_at",
    ])  # fmt: skip


def _again(delivery, answer, now):
    return next_attempt(
        attempts=delivery.attempts, status=answer.status, retry_after=answer.retry_after, now=now, chance=_CHANCE
    )


def _judge_receiver(delivery, answer, now):
    """Count failures in a row; a receiver that is back gets at once what has waited for it."""
    receiver = PostbackReceiver.objects.filter(pk=delivery.receiver_id)
    if not answer.is_success:
        receiver.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", now))
        _pause_if_hopeless(receiver, answer, now)
    elif receiver.filter(failures__gt=0).update(failures=0, failing_since=None):
        _bring_forward(delivery.receiver_id, now)


def _bring_forward(receiver_id, now):
    waiting = PostbackDelivery.objects.filter(receiver=receiver_id, state=DeliveryState.RETRYING, leased_until=None)
    rows = waiting.order_by("pk").select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)
    PostbackDelivery.objects.filter(pk__in=list(rows)).update(next_attempt_at=now)


def _pause_if_hopeless(receiver, answer, now):
    failing = receiver.filter(
        state=ReceiverState.ACTIVE, failures__gte=FAILURES_TO_PAUSE, failing_since__lte=now - TIME_TO_PAUSE
    )
    reason = _("The last answer: %s") % answer.error
    if failing.update(state=ReceiverState.PAUSED, paused_at=now, pause_reason=reason[:300]):
        paused = receiver.get()
        audit.record(action="receiver.paused", subject=paused, actor=None, now=now, changes={"reason": answer.error})
        tell_of_pause(paused)
