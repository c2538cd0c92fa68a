"""The end of a hold: approved money becomes available."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cpanet.ledger.postings import Share, release
from tracking.models import Conversion
from tracking.outgoing.services.events import tell_paid
from tracking.services.locks import lock_webmasters_of

_MONEY = ["released", "held", "referral_released", "referral_held", "released_at", "updated_at"]


@dataclass(frozen=True)
class Released:
    """How many conversions were released, and how much per currency (units)."""

    count: int
    amount_by_currency: dict[str, int]


@transaction.atomic
def release_due_holds(*, now: datetime, limit: int = 200) -> Released:
    """Release up to `limit` conversions of the network in scope whose hold is over and that nothing blocks; a
    referrer's part goes with its conversion. Amounts count both.

    Rows that another worker is releasing are passed over; run again until `count` is 0.
    """
    on_hold = Conversion.objects.filter(Q(held__gt=0) | Q(referral_held__gt=0), hold_until__lte=now, is_blocked=False)
    due = on_hold.filter(Q(needs_funding=False) | Q(funded_at__isnull=False))
    amounts: Counter[str] = Counter()
    conversions = list(due.order_by("id").select_for_update(skip_locked=True, of=("self",))[:limit])
    lock_webmasters_of(conversions)
    for conversion in conversions:
        amounts[conversion.currency] += _release(conversion, now)
    return Released(len(conversions), dict(amounts))


def _release(conversion, now):
    amount, referral = conversion.held, conversion.referral_held
    release(
        key=f"conversion:{conversion.pk}:release:r{conversion.revision}",
        subject=conversion.subject,
        affiliate_id=conversion.affiliate_id,
        currency=conversion.currency,
        amount=amount,
        actor=None,
        effective_at=now,
        referral=Share(conversion.referrer_id, referral) if referral else None,
    )
    conversion.released += amount
    conversion.referral_released += referral
    conversion.held = conversion.referral_held = 0
    conversion.released_at = conversion.updated_at = now
    conversion.save(update_fields=_MONEY)
    tell_paid(conversion, now)
    return amount + referral
