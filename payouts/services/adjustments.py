"""Money moved by hand: proposed by one person with a reason, booked by another."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.core.errors import Conflict, DomainError, NotAllowed
from cpanet.core.money import exponent
from cpanet.ledger import adjustments
from cpanet.ledger.kinds import AccountKind, Ref
from payouts.models import Adjustment
from payouts.services.deposits import money_moved
from payouts.services.terms import locked_terms

Status, Kind = Adjustment.Status, Adjustment.Kind
Side = tuple[str, int]


class BadAdjustment(DomainError):
    """This adjustment is not possible."""

    code = "bad_adjustment"


class SecondPersonNeeded(NotAllowed):
    """A second person must confirm: you proposed this yourself."""

    code = "second_person_needed"


@transaction.atomic
def propose(
    *, debit: Side, credit: Side, currency: str, amount: int, reason: str, idempotency_key: str, actor, now: datetime,
    kind: str = Kind.ADJUSTMENT,
) -> Adjustment:  # fmt: skip
    """Write down that `amount` should go from one account to another; each is (kind of Adjustment.ACCOUNTS, owner's id,
    0 for the network). Nothing moves yet. The same key is one proposal. Raises BadAdjustment."""
    words = " ".join(reason.split())
    exponent(currency)
    if amount <= 0:
        raise BadAdjustment(_("Write an amount above zero."), field="amount")
    if not words or len(words) > 300:
        raise BadAdjustment(_("Say why, in at most 300 letters."), field="reason")
    if debit == credit:
        raise BadAdjustment(_("Choose two different accounts."), field="credit_kind")
    for field, side in (("debit_owner", debit), ("credit_owner", credit)):
        _check(side, field)
    given = {
        "kind": kind, "debit_kind": debit[0], "debit_owner": debit[1], "credit_kind": credit[0],
        "credit_owner": credit[1], "currency": currency, "amount": amount, "reason": words,
    }  # fmt: skip
    people = {"proposed_by": actor, "proposed_at": now}
    made, is_new = Adjustment.objects.get_or_create(idempotency_key=idempotency_key, defaults={**given, **people})
    if is_new:
        audit.record(action="adjustment.proposed", subject=made, actor=actor, now=now, changes=given)
    elif any(getattr(made, name) != value for name, value in given.items()):
        raise Conflict(_("This form has been sent already, with other words: it is adjustment %s.") % made)
    return made


def _check(side, field):
    kind, owner = side
    if kind not in Adjustment.ACCOUNTS:
        raise BadAdjustment(_("This account is not moved by hand."), field=field.replace("owner", "kind"))
    if kind in Adjustment.OF_WEBMASTER:
        known = Affiliate.objects.filter(pk=owner).exists()
    elif kind in Adjustment.OF_ADVERTISER:
        known = Advertiser.objects.filter(pk=owner).exists()
    else:
        known = owner == 0
    if not known:
        raise BadAdjustment(_("Say whose account it is."), field=field)


def propose_write_off(
    *, advertiser: Advertiser, currency: str, amount: int, reason: str, idempotency_key: str, actor, now: datetime
) -> Adjustment:
    """Propose that what an advertiser owes and will not pay becomes the network's loss. Raises BadAdjustment."""
    return propose(
        kind=Kind.WRITE_OFF, debit=(AccountKind.BAD_DEBT, 0), credit=(AccountKind.DEPOSIT, advertiser.pk),
        currency=currency, amount=amount, reason=reason, idempotency_key=idempotency_key, actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def confirm(*, adjustment_id: int, actor, now: datetime) -> Adjustment:
    """Book a proposal of somebody else; a repeat changes nothing. Raises SecondPersonNeeded, Conflict,
    ledger.journal.NotEnough."""
    found = _locked(adjustment_id)
    if found.status == Status.BOOKED:
        return found
    if found.status == Status.REFUSED:
        raise Conflict(_("It was refused: propose it anew."))
    if actor is None or actor.pk == found.proposed_by_id:
        raise SecondPersonNeeded
    owners = _advertisers_of(found)
    for owner in owners:
        locked_terms(owner)
    _book(found, actor, now)
    _decide(found, Status.BOOKED, actor, now)
    for owner in owners:
        money_moved(advertiser_id=owner, currency=found.currency, now=now)
    return found


def _advertisers_of(found):
    sides = ((found.debit_kind, found.debit_owner), (found.credit_kind, found.credit_owner))
    return sorted({owner for kind, owner in sides if kind in Adjustment.OF_ADVERTISER})


def _book(found, actor, now):
    common = {
        "key": found.subject, "subject": found.subject, "amount": found.amount, "actor": actor, "effective_at": now,
        "note": found.reason,
    }  # fmt: skip
    if found.kind == Kind.WRITE_OFF:
        adjustments.write_off(advertiser_id=found.credit_owner, currency=found.currency, **common)
    else:
        debit = Ref(found.debit_kind, found.debit_owner, found.currency)
        adjustments.adjust(debit=debit, credit=Ref(found.credit_kind, found.credit_owner, found.currency), **common)


@transaction.atomic
def refuse(*, adjustment_id: int, reason: str, actor, now: datetime) -> Adjustment:
    """Refuse a proposal, or withdraw one's own. Raises BadAdjustment, Conflict."""
    found, words = _locked(adjustment_id), " ".join(reason.split())
    if found.status == Status.BOOKED:
        raise Conflict(_("It is booked already: propose the opposite."))
    if not words or len(words) > 300:
        raise BadAdjustment(_("Say why, in at most 300 letters."), field="reason")
    found.refusal = words
    return _decide(found, Status.REFUSED, actor, now)


def _decide(found, status, actor, now):
    found.status, found.decided_by, found.decided_at = status, actor, now
    found.save(update_fields=["status", "decided_by", "decided_at", "refusal"])
    changes = {"reason": found.refusal or found.reason, "amount": found.amount, "currency": found.currency}
    audit.record(action=f"adjustment.{status}", subject=found, actor=actor, now=now, changes=changes)
    return found


def _locked(adjustment_id):
    return Adjustment.objects.select_for_update(of=("self",)).get(pk=adjustment_id)
