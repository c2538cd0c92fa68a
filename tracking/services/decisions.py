"""The one path by which a conversion is decided: approve, approve in part, decline, re-approve, raise, claw back.

The ledger is told only the difference between what the conversion should be worth now and what is recognised of it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from cpanet.ledger.postings import recognise
from offers.pricing import price
from tracking.choices import DecisionSource, DeclineReason, Intake, Status
from tracking.models import Conversion, ConversionRevision
from tracking.outgoing.services.events import tell_decided
from tracking.services.dirty import mark_dirty

# Who outranks whom when two disagree: the word of a person above that of a machine.
STRENGTH = {
    "": 0,
    DecisionSource.AUTO: 1,
    DecisionSource.POSTBACK: 2,
    DecisionSource.API: 2,
    DecisionSource.STATEMENT: 2,
    DecisionSource.ADVERTISER: 2,
    DecisionSource.MANAGER: 3,
}


class ReasonMissing(DomainError):
    """A decline needs a reason: the webmaster will read it."""

    code = "reason_missing"
    field = "reason"


class BadDecision(DomainError):
    """This decision is not possible."""

    code = "bad_decision"
    field = "status"


@dataclass(frozen=True)
class Decision:
    """What became of a decision: `changed` is False for the same decision again; `conflict` says that a stronger
    source had decided otherwise and this one is only kept for people to see."""

    conversion: Conversion
    changed: bool
    conflict: bool = False


@dataclass(frozen=True)
class Target:
    """What a conversion shall be after the decision; amounts in units of its currency."""

    status: str
    reason: str
    note: str
    revenue: int
    earning: int
    order_amount: int | None


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
) -> Decision:
    """Decide about a conversion of the network in scope, at any time of its life.

    `status` is approved or declined (pending only to take a statement back, or with another `order_amount` for one that
    is pending). A decline needs `reason` (a DeclineReason). `order_amount` re-prices by the conversion's own rate;
    `revenue` and `earning` overrule. All in units of the conversion's currency. The same decision again changes nothing
    and answers the same.
    Raises ReasonMissing, BadDecision, Conversion.DoesNotExist.
    """
    conversion = Conversion.objects.select_for_update(of=("self",)).select_related("rate").get(pk=conversion_id)
    target = _target(conversion, status, source, reason, note, revenue, earning, order_amount)
    if _is_same(conversion, target):
        return Decision(conversion, changed=False)
    if STRENGTH[source] < STRENGTH[conversion.decided_by]:
        _keep_conflict(conversion, target, source, source_reference, actor, now)
        return Decision(conversion, changed=False, conflict=True)
    _apply(conversion, target, source, now)
    _move_money(conversion, actor, now)
    conversion.save()
    _write_revision(conversion, source, source_reference, actor, now)
    mark_dirty(conversion.clicked_at, conversion.created_at, now)
    tell_decided(conversion, now)
    return Decision(conversion, changed=True)


def _target(conversion, status, source, reason, note, revenue, earning, order_amount) -> Target:
    changes_amount = order_amount is not None and conversion.status == Status.PENDING
    may_be_pending = changes_amount or source == DecisionSource.STATEMENT
    if status not in Status.values or (status == Status.PENDING and not may_be_pending):
        raise BadDecision(_("Say “approved” or “declined”."))
    if status == Status.DECLINED and reason not in DeclineReason.values:
        raise ReasonMissing(_("A decline needs a reason: the webmaster will read it."))
    amount = conversion.order_amount if order_amount is None else order_amount
    new_revenue, new_earning = conversion.revenue, conversion.earning
    if order_amount is not None and order_amount != conversion.order_amount:
        new_revenue, new_earning = price(conversion.rate, order_amount)
    new_revenue = new_revenue if revenue is None else revenue
    new_earning = new_earning if earning is None else earning
    if min(new_revenue, new_earning, amount or 0) < 0:
        raise BadDecision(_("An amount cannot be negative."), field="amount")
    if conversion.intake == Intake.TEST:
        new_revenue = new_earning = 0
    reason = reason if status == Status.DECLINED else ""
    return Target(status, reason, note[:500], new_revenue, new_earning, amount)


def _is_same(conversion, target):
    return (conversion.status, conversion.reason, conversion.revenue, conversion.earning, conversion.order_amount) == (
        target.status,
        target.reason,
        target.revenue,
        target.earning,
        target.order_amount,
    )


def _keep_conflict(conversion, target, source, source_reference, actor, now):
    facts = {"status": target.status, "reason": target.reason, "source": source, "reference": source_reference}
    audit.record(action="conversion.conflict", subject=conversion, actor=actor, now=now, via=source, changes=facts)


def _apply(conversion, target, source, now):
    if conversion.status != target.status:
        conversion.status_updated_at = now
    conversion.status = target.status
    conversion.reason = target.reason
    conversion.note = target.note
    conversion.revenue, conversion.earning = target.revenue, target.earning
    conversion.order_amount = target.order_amount
    conversion.decided_by = source if target.status != Status.PENDING else ""
    conversion.revision += 1
    conversion.updated_at = now


def _move_money(conversion, actor, now):
    """Post "target minus current". What is taken back comes from the hold first, then from what was released."""
    approved = conversion.status == Status.APPROVED
    target_revenue, target_earning = (conversion.revenue, conversion.earning) if approved else (0, 0)
    revenue_change = target_revenue - conversion.recognised_revenue
    change = target_earning - conversion.held - conversion.released
    hold_change = max(change, -conversion.held)
    released_change = change - hold_change
    if revenue_change or change:
        recognise(
            key=f"conversion:{conversion.pk}:r{conversion.revision}",
            subject=conversion.subject,
            advertiser_id=conversion.advertiser_id,
            affiliate_id=conversion.affiliate_id,
            currency=conversion.currency,
            revenue_change=revenue_change,
            hold_change=hold_change,
            released_change=released_change,
            actor=actor,
            effective_at=now,
        )
    conversion.recognised_revenue = target_revenue
    conversion.held += hold_change
    conversion.released += released_change
    if not conversion.released:
        conversion.released_at = None


def _write_revision(conversion, source, source_reference, actor, now):
    ConversionRevision.objects.create(
        conversion=conversion,
        number=conversion.revision,
        status=conversion.status,
        revenue=conversion.revenue,
        earning=conversion.earning,
        source=source,
        source_reference=source_reference[:200],
        reason=conversion.reason,
        note=conversion.note,
        actor=actor,
        actor_label=(actor.display_name if actor else DecisionSource(source).label)[:200],
        at=now,
    )
