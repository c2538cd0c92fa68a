from payouts.models.attempts import PayoutAttempt
from payouts.models.freezes import PayoutFreeze
from payouts.models.methods import PayoutDetails, PayoutMethod, PayoutRules, PayoutTerms, Schedule
from payouts.models.payouts import BatchRegister, Payout, PayoutBatch

__all__ = [
    "BatchRegister",
    "Payout",
    "PayoutAttempt",
    "PayoutBatch",
    "PayoutDetails",
    "PayoutFreeze",
    "PayoutMethod",
    "PayoutRules",
    "PayoutTerms",
    "Schedule",
]
