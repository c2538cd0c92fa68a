from payouts.models.methods import PayoutMethod, PayoutDetails
from payouts.models.payouts import Payout, PayoutBatch

__all__ = ["Payout", "PayoutBatch", "PayoutDetails", "PayoutMethod"]
