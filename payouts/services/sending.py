"""Payouts that leave by a call: claimed, handed to the rail, and looked up until the rail has said what became of them.

`submitting` and the reference are committed before the call is made, and the call is made outside any transaction.
Whoever dies on the way leaves a payout in `submitting`; when its lease is over it is unknown, and only the rail's
answer for its reference says more.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta

from cpanet.core.money import to_text
from cpanet.tenancy.scope import network_scope
from payouts.models import Payout, PayoutAttempt, PayoutBatch, PayoutFreeze, PayoutMethod
from payouts.rails.registry import RailConfig, open_rail
from payouts.rails.words import Answer, Destination, Outcome, Rail, RailUnreachable
from payouts.services.answers import leave, log, reference_of, take_answer
from payouts.services.states import lock_money, move

logger = logging.getLogger(__name__)
Status, Step = Payout.Status, PayoutAttempt.Step
LEASE = timedelta(minutes=5)  # far longer than AT_ONCE calls may take
AT_ONCE = 10
SILENT = 3


def submit_due(*, network_id: int, now: datetime, limit: int = AT_ONCE) -> int:
    """Hand up to `limit` due payouts to their rails, one after another; answers how many.

    Call it outside transactions. Running twice, or in many workers at once, submits each once. A rail that gives no
    answer several times in a row is left alone for a while, so that not everything ends in doubt.
    """
    silent = Counter()
    for count in range(limit):
        with network_scope(network_id):
            payout = _claim(now)
            order = payout and _order(payout)
        if payout is None:
            return count
        answer = _submit(payout, order)
        with network_scope(network_id):
            take_answer(payout_id=payout.pk, number=payout.attempt, answer=answer, step=Step.ANSWERED, now=now)
            silent[payout.method_id] = silent[payout.method_id] + 1 if answer.outcome == Outcome.NO_ANSWER else 0
            if silent[payout.method_id] == SILENT:
                _leave_alone(payout.method_id, now)
    return limit


def _leave_alone(method_id, now):
    due = Payout.objects.filter(method_id=method_id, status=Status.APPROVED, submit_at__lte=now)
    waiting = list(due.select_for_update(of=("self",), skip_locked=True).order_by("id").values_list("pk", flat=True))
    Payout.objects.filter(pk__in=waiting).update(submit_at=now + LEASE)


def _claim(now) -> Payout | None:
    """The next due payout under a reference of its own, leased. Nothing is claimed while payouts are frozen."""
    if PayoutFreeze.objects.filter(lifted_at__isnull=True).exists():
        return None
    due = Payout.objects.filter(submit_at__lte=now, status=Status.APPROVED, batch__status=PayoutBatch.Status.SENT)
    locked = due.select_for_update(of=("self",), skip_locked=True).select_related("method", "details", "affiliate")
    payout = locked.order_by("submit_at", "id").first()
    if payout is None:
        return None
    number = payout.attempt + 1
    fields = {"attempt": number, "reference": reference_of(payout, number), "submit_at": None, "answer_version": 0}
    move(payout, [Status.APPROVED], Status.SUBMITTING, now, look_up_at=now + LEASE, look_ups=0, **fields)
    log(payout, Step.ASKED, now, detail=f"{to_text(payout.net, payout.currency)} {payout.currency}")
    return payout


def _order(payout):
    details = payout.details
    destination = Destination(payout.method.kind, details.account, details.holder, details.fields)
    return {
        "reference": payout.reference,
        "amount": to_text(payout.net, payout.currency),
        "currency": payout.currency,
        "destination": destination,
    }


def _submit(payout, order) -> Answer:
    return _asked(payout, lambda rail: rail.submit(**order))


def _asked(payout, question) -> Answer:
    """What the rail answers; whatever goes wrong means that nobody knows."""
    try:
        return question(rail_of(payout.method))
    except RailUnreachable as error:
        return Answer(Outcome.NO_ANSWER, reason=str(error)[:300])
    except Exception as error:  # a fault of the adapter must not be taken for an answer of the rail
        logger.exception("rail of payout %s", payout.pk)
        return Answer(Outcome.NO_ANSWER, reason=type(error).__name__)


def rail_of(method: PayoutMethod) -> Rail:
    """The rail of a method. Raises KeyError for the register."""
    return open_rail(RailConfig(method.rail, method.rail_url, method.rail_secret))


def look_up_due(*, network_id: int, now: datetime, limit: int = AT_ONCE) -> int:
    """Ask the rails about up to `limit` payouts whose time has come; answers how many.

    Call it outside transactions. A payout is asked about by one worker at a time.
    """
    for count in range(limit):
        with network_scope(network_id):
            payout = _claim_look_up(now)
        if payout is None:
            return count
        answer = _asked(payout, lambda rail, reference=payout.reference: rail.look_up(reference=reference))
        with network_scope(network_id):
            take_answer(payout_id=payout.pk, number=payout.attempt, answer=answer, step=Step.LOOKED_UP, now=now)
    return limit


def _claim_look_up(now) -> Payout | None:
    due = Payout.objects.filter(look_up_at__lte=now).exclude(reference="")
    locked = due.select_for_update(of=("self",), skip_locked=True).select_related("method", "affiliate", "details")
    payout = locked.order_by("look_up_at", "id").first()
    if payout is None:
        return None
    if payout.status == Status.SUBMITTING:  # its sender is gone
        log(payout, Step.LOST, now)
        lock_money([payout])
        leave(payout, Status.UNKNOWN, now)
    Payout.objects.filter(pk=payout.pk).update(look_up_at=now + LEASE)
    return payout
