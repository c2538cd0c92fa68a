"""A webmaster asks for his money, or thinks better of it; the network may say no."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from cpanet.core.money import format_money
from cpanet.ledger import postings
from cpanet.ledger.journal import KeyReused, NotEnough
from cpanet.ledger.selectors import webmaster_balance
from payouts.fees import in_whole_coins
from payouts.models import Payout, PayoutDetails
from payouts.selectors.agreed import terms_of
from payouts.services import letters
from payouts.services.states import facts, lock_payout, move, require_reason
from payouts.services.telling import tell_of_payout

KEY_LENGTH = 120


class BadRequest(DomainError):
    """This payout cannot be requested."""

    code = "bad_payout_request"


@transaction.atomic
def request_payout(
    *, affiliate: Affiliate, details_id: int, amount: int, idempotency_key: str, actor, now: datetime,
    is_automatic: bool = False,
) -> Payout:  # fmt: skip
    """A payout of `amount` (units of the method's currency, fee included) to the webmaster's details.

    The same key with the same amount and details gives the stored payout; with others it raises KeyReused. Whether
    there is enough is decided under the lock of his account. Where there is a schedule, only the clock asks
    (`is_automatic`). Raises BadRequest, NotEnough, PayoutDetails.DoesNotExist.
    """
    key = idempotency_key.strip()
    if not key or len(key) > KEY_LENGTH:
        raise BadRequest(_("The key of the request has 1 to %d characters.") % KEY_LENGTH, field="idempotency_key")
    if stored := Payout.objects.filter(affiliate=affiliate, idempotency_key=key).first():
        return _same(stored, details_id, amount)
    details = PayoutDetails.objects.select_related("method").get(pk=details_id, affiliate=affiliate)
    terms = terms_of(details.method, affiliate_id=affiliate.pk)
    if not (terms.is_on_request or is_automatic):
        raise BadRequest(_("“%s” pays out by itself: there is nothing to request.") % details.method, code="scheduled")
    _check(affiliate, details, amount, terms)
    payout = _new(affiliate, details, amount, key, actor, now, terms)
    try:
        with transaction.atomic():
            payout.save(force_insert=True)
    except IntegrityError:  # a rival with the same key was faster; the insert has waited for his commit
        return _same(Payout.objects.get(affiliate=affiliate, idempotency_key=key), details_id, amount)
    _take(payout, actor, now)
    tell_of_payout(payout, now)
    audit.record(action="payout.requested", subject=payout, actor=actor, now=now, changes={"amount": amount})
    return payout


def _same(stored, details_id, amount):
    if (stored.details_id, stored.amount) != (int(details_id), amount):
        raise KeyReused(_("This request was sent before with another amount or account: load the page again."))
    return stored


def _check(affiliate, details, amount, terms):
    method = details.method
    if affiliate.status != Affiliate.Status.APPROVED:
        raise BadRequest(_("Only approved webmasters can request payouts."), code="not_approved")
    if not (details.is_active and method.is_active):
        raise BadRequest(_("These payout details are not in use any more: choose others."), field="details")
    if amount != in_whole_coins(amount):
        raise BadRequest(_("The amount has more digits than the currency has coins."), field="amount")
    if amount < terms.minimum:
        told = _("“%(method)s” pays out from %(minimum)s.")
        minimum = format_money(terms.minimum, method.currency)
        raise BadRequest(told % {"method": method.name, "minimum": minimum}, field="amount", code="below_minimum")
    if terms.maximum is not None and amount > terms.maximum:
        told = _("“%(method)s” pays out at most %(maximum)s at a time.")
        maximum = format_money(terms.maximum, method.currency)
        raise BadRequest(told % {"method": method.name, "maximum": maximum}, field="amount", code="above_maximum")


def _new(affiliate, details, amount, key, actor, now, terms):
    return Payout(
        affiliate=affiliate,
        method=details.method,
        details=details,
        currency=details.method.currency,
        amount=amount,
        fee=terms.fee_of(amount),
        idempotency_key=key,
        requested_by=actor,
        requested_at=now,
        status_updated_at=now,
    )


def _take(payout, actor, now):
    try:
        postings.request_payout(
            **facts(payout, "request"),
            affiliate_id=payout.affiliate_id,
            amount=payout.amount,
            actor=actor,
            effective_at=now,
        )
    except NotEnough:
        balance = webmaster_balance(affiliate_id=payout.affiliate_id, currency=payout.currency)
        available = format_money(balance.available, payout.currency)
        raise NotEnough(_("You have %s available: ask for at most that.") % available, field="amount") from None


@transaction.atomic
def cancel_payout(*, affiliate: Affiliate, payout_id: int, actor, now: datetime) -> Payout:
    """The webmaster takes his request back while it waits; the money is available again.

    Raises Payout.DoesNotExist for another's, core.errors.Conflict when it is in a batch or further.
    """
    payout = lock_payout(payout_id)
    if payout.affiliate_id != affiliate.pk:
        raise Payout.DoesNotExist
    reason = str(_("Cancelled by the webmaster"))
    if move(payout, [Payout.Status.REQUESTED], Payout.Status.REJECTED, now, reason=reason):
        give_back(payout, actor, now)
        audit.record(action="payout.cancelled", subject=payout, actor=actor, now=now)
    return payout


@transaction.atomic
def reject_payout(*, payout_id: int, reason: str, actor, now: datetime) -> Payout:
    """The network says no to a request, or takes it out of a batch in review for good; the money is available again.

    Raises ReasonMissing, Payout.DoesNotExist, core.errors.Conflict.
    """
    words = require_reason(reason)
    payout = lock_payout(payout_id)
    sources = [Payout.Status.REQUESTED]
    if payout.batch_id and payout.batch.status == payout.batch.Status.DRAFT:
        sources.append(Payout.Status.APPROVED)
    if move(payout, sources, Payout.Status.REJECTED, now, reason=words, batch=None):
        give_back(payout, actor, now)
        audit.record(action="payout.rejected", subject=payout, actor=actor, now=now, changes={"reason": words})
        letters.tell([payout], "rejected")
    return payout


def give_back(payout: Payout, actor, now: datetime) -> None:
    """Post that the money of a request is the webmaster's again."""
    postings.reject_payout(
        **facts(payout, "reject"), affiliate_id=payout.affiliate_id, amount=payout.amount, actor=actor, effective_at=now
    )
