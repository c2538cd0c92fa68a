"""The end of a hold: approved money becomes available."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cpanet.ledger.postings import release
from tracking.models import Conversion
from tracking.outgoing.services.events import tell_paid
from tracking.services.locks import lock_webmasters_of


@dataclass(frozen=True)
class Released:
    """How many conversions were released, and how much per currency (units)."""

    count: int
    amount_by_currency: dict[str, int]


@transaction.atomic
def release_due_holds(*, now: datetime, limit: int = 200) -> Released:
    """Release up to `limit` conversions of the network in scope whose hold is over and that nothing blocks.

    Rows that another worker is releasing are passed over; run again until `count` is 0.
    """
    due = Conversion.objects.filter(held__gt=0, hold_until__lte=now, is_blocked=False).order_by("id")
    amounts: Counter[str] = Counter()
    conversions = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    lock_webmasters_of(conversions)
    for conversion in conversions:
        amounts[conversion.currency] += _release(conversion, now)
    return Released(len(conversions), dict(amounts))


def _release(conversion, now):
    amount = conversion.held
    release(
        key=f"conversion:{conversion.pk}:release:r{conversion.revision}",
        subject=conversion.subject,
        affiliate_id=conversion.affiliate_id,
        currency=conversion.currency,
        amount=amount,
        actor=None,
        effective_at=now,
    )
    conversion.released += amount
    conversion.held = 0
    conversion.released_at = now
    conversion.updated_at = now
    conversion.save(update_fields=["released", "held", "released_at", "updated_at"])
    tell_paid(conversion, now)
    return amount
