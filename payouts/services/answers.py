"""What a rail says about a payout, written down and acted upon.

The rail's answer for the reference of the present attempt decides, nothing else does. Whatever cannot be true at the
same time as what is booked moves no money: it asks for a person.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.ledger import postings
from payouts.models import Payout, PayoutAttempt
from payouts.rails.words import Answer, Outcome
from payouts.services import outcomes
from payouts.services.states import facts, lock_money, lock_payout, move

Status, Step = Payout.Status, PayoutAttempt.Step
# “Never received” counts only when no worker can be about to ask any more: Celery ends each after 25 minutes.
LAST_CALL = timedelta(minutes=30)
MAX_ATTEMPTS = 5
WAITS_OF_UNKNOWN = (timedelta(minutes=5), timedelta(hours=1))
WAITS_OF_SENT = (timedelta(hours=1),)
DAILY = timedelta(days=1)
PERSON_AFTER = {Status.UNKNOWN: 5}
MOST_LOOK_UPS = 8


@transaction.atomic
def take_answer(*, payout_id: int, number: int, answer: Answer, step: str, now: datetime) -> Payout:
    """Write down what the rail said about attempt `number`, and move payout and money accordingly.

    The same answer again, and one older than what is known (by its version), change nothing. Raises
    Payout.DoesNotExist.
    """
    payout = lock_payout(payout_id)
    log(payout, step, now, number=number, outcome=answer.outcome, detail=answer.reason, version=answer.version)
    if number != payout.attempt:
        if answer.outcome not in (Outcome.NEVER_RECEIVED, Outcome.NO_ANSWER, Outcome.FAILED):
            doubt(payout, now, _("The rail says “%s” of an earlier attempt.") % answer.outcome)
        return payout
    if answer.version and answer.version < payout.answer_version:
        return payout
    lock_money([payout])
    if payout.status == Status.APPROVED and answer.outcome in (Outcome.ACCEPTED, Outcome.PAID, Outcome.RETURNED):
        move(payout, [Status.APPROVED], Status.SUBMITTING, now, submit_at=None)  # it has reached the rail after all
    if payout.status == Status.SUBMITTING:
        _leave(payout, answer, now)
    HANDLERS[answer.outcome](payout, answer, now)
    _remember(payout, answer, step, now)
    return payout


def _leave(payout, answer, now):
    """The sending is over: the money is in clearing, whether the answer is known or not."""
    unclear = answer.outcome in (Outcome.NO_ANSWER, Outcome.NEVER_RECEIVED)
    leave(payout, Status.UNKNOWN if unclear else Status.SENT, now)


def leave(payout: Payout, target: str, now: datetime) -> None:
    """A payout that is being sent becomes sent or unknown: in payout → clearing, less its fee."""
    move(payout, [Status.SUBMITTING], target, now, look_ups=0)
    postings.send_payout(**_sending(payout, "send"), amount=payout.amount, fee=payout.fee, actor=None, effective_at=now)
    audit.record(
        action=f"payout.{target}", subject=payout, actor=None, now=now, changes={"reference": payout.reference}
    )


def _sending(payout, event):
    """An attempt that was taken back and has reached the rail after all is sent a second time in the books."""
    names = {"affiliate_id": payout.affiliate_id, "rail": payout.method_id}
    times = payout.attempts.filter(number=payout.attempt, step=Step.REPEATED).count()
    return facts(payout, f"{event}:{payout.attempt}" + (f":{times}" if times else "")) | names


def _accepted(payout, answer, now):
    if payout.status == Status.UNKNOWN:
        move(payout, [Status.UNKNOWN], Status.SENT, now, look_ups=0)
        audit.record(action="payout.sent", subject=payout, actor=None, now=now)


def _paid(payout, answer, now):
    if payout.status in Payout.UNDERWAY:
        outcomes.settle_paid([payout], reference=answer.rail_reference, actor=None, now=now)
    elif payout.status != Status.PAID:
        _contradiction(payout, answer, now)


def _failed(payout, answer, now):
    if payout.status in (*Payout.UNDERWAY, Status.PAID):
        target = Status.RETURNED if payout.status == Status.PAID else Status.FAILED
        reason = answer.reason or str(_("The rail could not pay it."))
        outcomes.settle_undone(payout, target, reason=reason, actor=None, now=now)
    elif payout.status not in (Status.FAILED, Status.RETURNED):
        _contradiction(payout, answer, now)


def _returned(payout, answer, now):
    _paid_before(payout, answer, now)
    if payout.status == Status.PAID:
        reason = answer.reason or str(_("It came back."))
        outcomes.settle_undone(payout, Status.RETURNED, reason=reason, actor=None, now=now)
    elif payout.status != Status.RETURNED:
        _contradiction(payout, answer, now)


def _paid_before(payout, answer, now):
    """What came back had arrived: the notice of that may have been lost, the fee was spent all the same."""
    if payout.status in Payout.UNDERWAY:
        outcomes.settle_paid([payout], reference=answer.rail_reference, actor=None, now=now, is_told=False)


def _never_received(payout, answer, now):
    if payout.status != Status.UNKNOWN:
        return _contradiction(payout, answer, now) if payout.status == Status.SENT else None
    asked_at = payout.attempts.filter(number=payout.attempt, step=Step.ASKED).get().at
    if now - asked_at < LAST_CALL:
        return None
    if payout.attempt >= MAX_ATTEMPTS:
        return doubt(payout, now, _("%d attempts have not reached the rail.") % payout.attempt)
    return repeat(payout, now)


def repeat(payout: Payout, now: datetime) -> None:
    """The present attempt never reached the rail: the payout waits for the next one, its money is in payout again."""
    postings.recall_payout(
        **_sending(payout, "recall"), amount=payout.amount, fee=payout.fee, actor=None, effective_at=now
    )
    move(payout, [Status.UNKNOWN], Status.APPROVED, now, submit_at=now, attention="")
    log(payout, Step.REPEATED, now)
    audit.record(action="payout.to_be_sent_again", subject=payout, actor=None, now=now)


def _no_answer(payout, answer, now):
    """Nothing is known: nothing moves."""


HANDLERS = {
    Outcome.ACCEPTED: _accepted,
    Outcome.PAID: _paid,
    Outcome.FAILED: _failed,
    Outcome.RETURNED: _returned,
    Outcome.NEVER_RECEIVED: _never_received,
    Outcome.NO_ANSWER: _no_answer,
}


def _contradiction(payout, answer, now):
    words = _("The rail says “%(told)s”, the books say “%(booked)s”.")
    doubt(payout, now, words % {"told": answer.outcome, "booked": payout.get_status_display()})


def doubt(payout: Payout, now: datetime, words: str) -> None:
    """Ask for a person, once for each reason."""
    if payout.attention == words:
        return
    payout.attention = words
    Payout.objects.filter(pk=payout.pk).update(attention=words)
    log(payout, Step.DOUBTED, now, detail=words)


def _remember(payout, answer, step, now):
    """Keep the newest version, and say when the rail is to be asked again."""
    payout.look_up_at = None
    if payout.status in Payout.UNDERWAY or answer.outcome == Outcome.NO_ANSWER:
        _wait(payout, step, now)
    payout.answer_version = max(payout.answer_version, answer.version)
    names = ("look_up_at", "look_ups", "answer_version")
    Payout.objects.filter(pk=payout.pk).update(**{name: getattr(payout, name) for name in names})


def _wait(payout, step, now):
    waits = WAITS_OF_UNKNOWN if payout.status == Status.UNKNOWN else WAITS_OF_SENT
    wait = waits[payout.look_ups] if payout.look_ups < len(waits) else DAILY
    if step == Step.ANSWERED and payout.attempts.filter(number=payout.attempt, step=Step.NOTICE).exists():
        wait = timedelta(0)  # the rail has told of it before its answer was here
    payout.look_up_at = now + wait
    payout.look_ups += 1
    if payout.look_ups > PERSON_AFTER.get(payout.status, MOST_LOOK_UPS) and not payout.attention:
        doubt(payout, now, _("The rail has not said for days what became of it."))


def log(payout: Payout, step: str, now: datetime, **fields) -> PayoutAttempt:
    """Write one line of the log of attempts, of the present attempt unless `number` says otherwise."""
    number = fields.pop("number", payout.attempt)
    fields["detail"] = " ".join(str(fields.get("detail", "")).split())[:300]
    return PayoutAttempt.objects.create(
        payout=payout, number=number, reference=reference_of(payout, number), step=step, at=now, **fields
    )


def reference_of(payout: Payout, number: int) -> str:
    """The name under which the rail is asked for one attempt: the same for ever, another for each."""
    return f"{payout.public_id}-{number}"
