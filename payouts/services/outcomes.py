"""What became of payouts that were sent: paid, failed, returned, not known yet.

`mark_…` are what people write down; a payout that a rail has under way is the rail's to settle, until it asks for a
person. `settle_…` do it, for people and rails alike.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import Conflict
from cpanet.ledger import postings
from payouts.models import Payout, PayoutBatch
from payouts.services import letters
from payouts.services.batches import close_if_done
from payouts.services.states import facts, lock_money, lock_payouts, move, require_reason

Status = Payout.Status


class AskTheRail(Conflict):
    """The rail has this payout under way: only its answer settles it."""

    code = "ask_the_rail"


@transaction.atomic
def mark_paid(*, payout_ids: list[int], actor, now: datetime, reference: str = "") -> list[Payout]:
    """The money has arrived: clearing → cash, and the webmaster is told. `reference`: the bank's, if there is one.

    Answers the payouts that are paid now by this call. Raises Payout.DoesNotExist, core.errors.Conflict, AskTheRail.
    """
    payouts = _locked(payout_ids)
    refuse_rails_own(payouts)
    return settle_paid(payouts, reference=reference, actor=actor, now=now)


def settle_paid(
    payouts: list[Payout], *, actor, now: datetime, reference: str = "", is_told: bool = True
) -> list[Payout]:
    """Settle locked payouts as paid; answers those that were not before. Raises core.errors.Conflict."""
    fields = {"paid_at": now, "external_reference": reference.strip()[:120], "attention": ""}
    paid = [payout for payout in payouts if move(payout, Payout.UNDERWAY, Status.PAID, now, **fields)]
    lock_money(paid)
    for payout in paid:
        postings.confirm_payout(
            **facts(payout, "confirm"), amount=payout.net, rail=payout.method_id, actor=actor, effective_at=now
        )
        _record(payout, "payout.paid", actor, now, {"amount": payout.amount, "fee": payout.fee})
    if is_told:
        letters.tell(paid, "paid")
    _close_batches(paid, now)
    return paid


def refuse_rails_own(payouts: list[Payout]) -> None:
    """Raises AskTheRail when one of them is under way with a rail that has not asked for a person."""
    for payout in payouts:
        if payout.reference and payout.status in Payout.UNDERWAY and not payout.attention:
            words = _("The rail has the payout %s under way: only its answer settles it.")
            raise AskTheRail(words % payout.public_id)


@transaction.atomic
def mark_batch_paid(*, batch_id: int, actor, now: datetime) -> list[Payout]:
    """Everything of a batch that is still underway has arrived. Raises PayoutBatch.DoesNotExist."""
    batch = PayoutBatch.objects.get(pk=batch_id)
    underway = batch.payouts.filter(status__in=Payout.UNDERWAY).order_by().values_list("pk", flat=True)
    return mark_paid(payout_ids=list(underway), actor=actor, now=now)


@transaction.atomic
def mark_failed(*, payout_id: int, reason: str, actor, now: datetime) -> Payout:
    """The payment has failed for certain: the money and the fee are the webmaster's again (his debt first).

    Raises states.ReasonMissing, Payout.DoesNotExist, core.errors.Conflict, AskTheRail.
    """
    words = require_reason(reason)
    payouts = _locked([payout_id])
    refuse_rails_own(payouts)
    return settle_undone(payouts[0], Status.FAILED, reason=words, actor=actor, now=now)


@transaction.atomic
def mark_returned(*, payout_id: int, reason: str, actor, now: datetime) -> Payout:
    """A paid payout came back: what was sent is the webmaster's again, the fee was spent.

    Raises states.ReasonMissing, Payout.DoesNotExist, core.errors.Conflict.
    """
    words = require_reason(reason)
    return settle_undone(_locked([payout_id])[0], Status.RETURNED, reason=words, actor=actor, now=now)


@transaction.atomic
def mark_unknown(*, payout_id: int, reason: str, actor, now: datetime) -> Payout:
    """Nobody can say what became of a sent payout: the money stays in clearing until somebody can.

    Raises states.ReasonMissing, Payout.DoesNotExist, core.errors.Conflict, AskTheRail.
    """
    words = require_reason(reason)
    [payout] = _locked([payout_id])
    refuse_rails_own([payout])
    if move(payout, [Status.SENT], Status.UNKNOWN, now, reason=words):
        _record(payout, "payout.unknown", actor, now, {"reason": words})
    return payout


def settle_undone(payout: Payout, target: str, *, reason: str, actor, now: datetime) -> Payout:
    """Settle a locked payout as failed or returned. Raises core.errors.Conflict."""
    was_paid = target == Status.RETURNED
    sources = [Status.PAID] if was_paid else Payout.UNDERWAY
    if move(payout, sources, target, now, reason=reason[:300], attention=""):
        lock_money([payout])
        postings.fail_payout(
            **facts(payout, "return" if was_paid else "fail"),
            affiliate_id=payout.affiliate_id,
            amount=payout.net,
            fee=0 if was_paid else payout.fee,
            rail=payout.method_id,
            was_paid=was_paid,
            actor=actor,
            effective_at=now,
        )
        _record(payout, f"payout.{target}", actor, now, {"reason": reason})
        letters.tell([payout], target)
        _close_batches([payout], now)
    return payout


def _locked(payout_ids):
    payouts = lock_payouts(pk__in=payout_ids)
    if len(payouts) < len(set(payout_ids)):
        raise Payout.DoesNotExist
    return payouts


def _record(payout, action, actor, now, changes):
    audit.record(action=action, subject=payout, actor=actor, now=now, changes=changes)


def _close_batches(payouts, now):
    for batch in PayoutBatch.objects.filter(pk__in={payout.batch_id for payout in payouts}):
        close_if_done(batch, now)
