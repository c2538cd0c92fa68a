"""Tells a webmaster's own systems that a payout stands elsewhere now: written down in the transaction of the change."""

from datetime import datetime

from payouts.models import Payout
from tracking.outgoing.facts import TellablePayout
from tracking.outgoing.services.events import tell_payout

Status = Payout.Status
# Between “in a batch” and “sent” or “unknown”, and over within a minute: nobody's business outside.
_UNTOLD = (Status.SUBMITTING,)
_WITH_REASON = (Status.UNKNOWN, Status.FAILED, Status.RETURNED, Status.REJECTED)


def tell_of_payout(payout: Payout, now: datetime) -> int:
    """How many receivers will hear of it. The payout comes with its method."""
    if payout.status in _UNTOLD:
        return 0
    told = TellablePayout(
        affiliate_id=payout.affiliate_id, uid=payout.uid, payout_id=payout.public_id, status=str(payout.status),
        currency=payout.currency, amount=payout.amount, fee=payout.fee, method=payout.method.name,
        reason=payout.reason if payout.status in _WITH_REASON else "", requested_at=payout.requested_at,
    )  # fmt: skip
    return tell_payout(told, now)
