from payouts.models.freezes import PayoutFreeze
from payouts.models.methods import PayoutDetails, PayoutMethod
from payouts.models.payouts import BatchRegister, Payout, PayoutBatch

__all__ = ["BatchRegister", "Payout", "PayoutBatch", "PayoutDetails", "PayoutFreeze", "PayoutMethod"]
