"""Money that advertisers bring."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.core.money import exponent
from cpanet.core.queue import enqueue
from cpanet.ledger import adjustments, postings
from cpanet.ledger.models import Journal
from cpanet.tenancy.scope import current_network_id
from payouts.fees import in_whole_coins
from payouts.services.settling import settle
from payouts.services.terms import locked_terms
from tracking.services.funding import mark_funded


class BadDeposit(DomainError):
    """This is not a deposit."""

    code = "bad_deposit"
    field = "amount"


@transaction.atomic
def record_deposit(
    *, advertiser: Advertiser, amount: int, currency: str, reference: str, idempotency_key: str, actor, now: datetime
) -> Journal:
    """An advertiser's money has arrived (units of `currency`): what he owes is settled first, the rest is his deposit.

    `reference` says which payment it was. The same key with the same amount is one deposit; with another it raises
    ledger.journal.KeyReused. Raises BadDeposit, core.money.BadAmount (currency).
    """
    exponent(currency)
    note = " ".join(reference.split())
    if amount <= 0 or amount != in_whole_coins(amount):
        raise BadDeposit(_("Write an amount above zero, in whole coins."))
    if not note or len(note) > 200:
        raise BadDeposit(_("Say which payment it was, in at most 200 letters."), field="reference")
    if not 0 < len(idempotency_key) <= 60:
        raise BadDeposit(_("The key of the deposit has 1 to 60 characters."), field="idempotency_key")
    key = f"deposit:{advertiser.pk}:{idempotency_key}"
    locked_terms(advertiser.pk)
    is_repeat = Journal.objects.filter(key=key).exists()
    journal = postings.record_deposit(
        key=key,
        subject=f"advertiser:{advertiser.pk}",
        advertiser_id=advertiser.pk,
        currency=currency,
        amount=amount,
        actor=actor,
        effective_at=now,
        note=note,
    )
    if not is_repeat:
        mark_funded(advertiser_id=advertiser.pk, currency=currency, now=now)
        changes = {"amount": amount, "currency": currency, "reference": note}
        audit.record(action="advertiser.deposit", subject=advertiser, actor=actor, now=now, changes=changes)
        money_moved(advertiser_id=advertiser.pk, currency=currency, now=now)
    return journal


@transaction.atomic
def refund_deposit(
    *, advertiser: Advertiser, amount: int, currency: str, reason: str, idempotency_key: str, actor, now: datetime
) -> Journal:
    """Give an advertiser money back that he has not used. The same key with the same amount is one refund.

    Raises BadDeposit, core.money.BadAmount, ledger.journal.NotEnough, ledger.journal.KeyReused.
    """
    exponent(currency)
    note = " ".join(reason.split())
    if amount <= 0 or amount != in_whole_coins(amount):
        raise BadDeposit(_("Write an amount above zero, in whole coins."))
    if not note or len(note) > 200:
        raise BadDeposit(_("Say why, in at most 200 letters."), field="reason")
    if not 0 < len(idempotency_key) <= 60:
        raise BadDeposit(_("The key of the refund has 1 to 60 characters."), field="key")
    key = f"refund:{advertiser.pk}:{idempotency_key}"
    locked_terms(advertiser.pk)
    is_repeat = Journal.objects.filter(key=key).exists()
    journal = adjustments.refund_deposit(
        key=key, subject=f"advertiser:{advertiser.pk}", advertiser_id=advertiser.pk, currency=currency, amount=amount,
        actor=actor, effective_at=now, note=note,
    )  # fmt: skip
    if not is_repeat:
        changes = {"amount": amount, "currency": currency, "reason": note}
        audit.record(action="advertiser.refund", subject=advertiser, actor=actor, now=now, changes=changes)
        money_moved(advertiser_id=advertiser.pk, currency=currency, now=now)
    return journal


def money_moved(*, advertiser_id: int, currency: str, now: datetime) -> None:
    """What follows when an advertiser's money came or went: his invoices are settled, his offers looked at. The caller
    holds his terms; the offers are looked at after the commit, and by the clock."""
    settle(advertiser_id=advertiser_id, currency=currency, now=now)
    enqueue("payouts.tasks.watch_credit", network_id=current_network_id(), advertiser_id=advertiser_id)
