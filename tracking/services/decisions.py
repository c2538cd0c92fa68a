"""The one path by which a conversion is decided: approve, approve in part, decline, re-approve, raise, claw back.

The ledger is told only the difference between what the conversion should be worth now and what is recognised of it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cpanet.accounts import audit
from cpanet.ledger.postings import Share, recognise
from tracking.choices import DecisionSource, Status
from tracking.models import BulkDecision, Conversion, ConversionRevision
from tracking.outgoing.services.events import tell_decided
from tracking.services.dirty import mark_dirty
from tracking.services.disputes import close_by_decision
from tracking.services.funding import mark_funded, note_funding
from tracking.services.targets import (
    STRENGTH,
    BadDecision,
    Change,
    ReasonMissing,
    Target,
    Wish,
    change_to,
    is_same,
    referral_amount,
    target_of,
)

__all__ = ["BadDecision", "Decision", "ReasonMissing", "STRENGTH", "decide", "put_back"]


@dataclass(frozen=True)
class Decision:
    """What became of a decision: `changed` is False for the same decision again; `conflict` says that a stronger
    source had decided otherwise and this one is only kept for people to see."""

    conversion: Conversion
    changed: bool
    conflict: bool = False


@transaction.atomic
def decide(
    *,
    conversion_id: int,
    status: str,
    source: str,
    actor,
    now: datetime,
    reason: str = "",
    note: str = "",
    source_reference: str = "",
    revenue: int | None = None,
    earning: int | None = None,
    order_amount: int | None = None,
    quantities: list[str] | None = None,
    bulk: BulkDecision | None = None,
) -> Decision:
    """Decide about a conversion of the network in scope, at any time of its life.

    `status` is approved or declined (pending only to take a statement back, or with another `order_amount` for one that
    is pending). A decline needs `reason` (a DeclineReason). `order_amount` re-prices by the conversion's own rate, and
    so do `quantities`: how many of each line of the basket are approved; `revenue` and `earning` overrule. All in units
    of the conversion's currency. `bulk`: the decision about many of which this is one. The same decision again changes
    nothing and answers the same.
    Raises ReasonMissing, BadDecision, BadQuantities, Conversion.DoesNotExist.
    """
    conversion = _locked(conversion_id)
    wish = Wish(status, source, reason, note, revenue, earning, order_amount, quantities)
    target = target_of(conversion, wish)
    if is_same(conversion, target):
        return Decision(conversion, changed=False)
    if STRENGTH[source] < STRENGTH[conversion.decided_by]:
        _keep_conflict(conversion, target, source, source_reference, actor, now)
        return Decision(conversion, changed=False, conflict=True)
    _carry_out(conversion, target, _Word(source, source_reference, actor, bulk), now)
    return Decision(conversion, changed=True)


@transaction.atomic
def put_back(
    *, conversion_id: int, target: Target, decided_by: str, source: str, source_reference: str, actor, now: datetime
) -> Decision:
    """A new decision that makes the conversion what it was before, pending included; `decided_by` whose word that was,
    so that nobody's standing changes by it. For undoing; see `bulk_undo`."""
    conversion = _locked(conversion_id)
    _carry_out(conversion, target, _Word(source, source_reference, actor, None), now, decided_by=decided_by)
    return Decision(conversion, changed=True)


@dataclass(frozen=True)
class _Word:
    """Whose decision it is, and where it came from."""

    source: str
    reference: str
    actor: object
    bulk: BulkDecision | None


def _locked(conversion_id) -> Conversion:
    rows = Conversion.objects.select_for_update(of=("self",)).select_related("rate")
    return rows.get(pk=conversion_id)


def _keep_conflict(conversion, target, source, source_reference, actor, now):
    facts = {"status": target.status, "reason": target.reason, "source": source, "reference": source_reference}
    audit.record(action="conversion.conflict", subject=conversion, actor=actor, now=now, via=source, changes=facts)


def _carry_out(conversion, target: Target, word: _Word, now, decided_by=None):
    change, earning_before = change_to(conversion, target), conversion.earning
    _apply(conversion, target, word.source if decided_by is None else decided_by, now)
    _move_money(conversion, change, word.actor, now)
    note_funding(conversion=conversion, revenue_change=change.revenue, now=now)
    conversion.save()
    if change.revenue < 0:  # what became cheaper leaves money for others
        mark_funded(advertiser_id=conversion.advertiser_id, currency=conversion.currency, now=now)
        conversion.refresh_from_db(fields=["funded_at"])
    _write_revision(conversion, word, now)
    close_by_decision(
        conversion=conversion, earning_before=earning_before, source=word.source, actor=word.actor, now=now
    )
    mark_dirty(conversion.clicked_at, conversion.created_at, now)
    tell_decided(conversion, now)


def _apply(conversion, target, decided_by, now):
    if conversion.status != target.status:
        conversion.status_updated_at = now
    for name in ("status", "reason", "note", "revenue", "earning", "order_amount", "basket"):
        setattr(conversion, name, getattr(target, name))
    conversion.whole_amount = target.whole
    conversion.referral = referral_amount(conversion, target.revenue, target.earning)
    conversion.decided_by = decided_by if target.status != Status.PENDING else ""
    conversion.revision += 1
    conversion.updated_at = now


def _move_money(conversion, change: Change, actor, now):
    """Post the change, if there is one, and write on the conversion what the ledger holds of it now."""
    if change:
        recognise(
            key=f"conversion:{conversion.pk}:r{conversion.revision}",
            subject=conversion.subject,
            advertiser_id=conversion.advertiser_id,
            affiliate_id=conversion.affiliate_id,
            currency=conversion.currency,
            revenue_change=change.revenue,
            hold_change=change.hold,
            released_change=change.released,
            referral=_referral_share(conversion, change),
            actor=actor,
            effective_at=now,
        )
    conversion.recognised_revenue += change.revenue
    conversion.held += change.hold
    conversion.released += change.released
    conversion.referral_held += change.referral_hold
    conversion.referral_released += change.referral_released
    if not conversion.released and not conversion.referral_released:
        conversion.released_at = None


def _referral_share(conversion, change) -> Share | None:
    if not change.referral_hold and not change.referral_released:
        return None
    return Share(conversion.referrer_id, change.referral_hold, change.referral_released)


def _write_revision(conversion, word: _Word, now):
    actor_label = word.actor.display_name if word.actor else DecisionSource(word.source).label
    ConversionRevision.objects.create(
        conversion=conversion, number=conversion.revision, status=conversion.status, revenue=conversion.revenue,
        earning=conversion.earning, referral=conversion.referral, order_amount=conversion.order_amount,
        basket=conversion.basket, whole_amount=conversion.whole_amount, bulk=word.bulk, source=word.source,
        source_reference=word.reference[:200],
        reason=conversion.reason, note=conversion.note, actor=word.actor, actor_label=actor_label[:200], at=now,
    )  # fmt: skip
