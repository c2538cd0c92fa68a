"""Money that advertisers bring."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.core.money import exponent
from cpanet.ledger import postings
from cpanet.ledger.models import Journal
from payouts.fees import in_whole_coins
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
    return journal
