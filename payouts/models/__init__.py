from payouts.models.adjustments import Adjustment
from payouts.models.advertisers import AdvertiserTerms, NetworkDetails
from payouts.models.attempts import PayoutAttempt
from payouts.models.bank import BankPayment, BankStatement
from payouts.models.currencies import CurrencyExchange, CurrencyRate, CurrencyRules, HeldRates, Wallet
from payouts.models.freezes import PayoutFreeze
from payouts.models.invoices import Invoice, InvoiceLine, InvoiceReminder, InvoiceRow
from payouts.models.methods import PayoutDetails, PayoutMethod, PayoutRules, PayoutTerms, Schedule
from payouts.models.payouts import BatchRegister, Payout, PayoutBatch

__all__ = [
    "Adjustment",
    "AdvertiserTerms",
    "BankPayment",
    "BankStatement",
    "BatchRegister",
    "CurrencyExchange",
    "CurrencyRate",
    "CurrencyRules",
    "HeldRates",
    "Invoice",
    "InvoiceLine",
    "InvoiceReminder",
    "InvoiceRow",
    "NetworkDetails",
    "Payout",
    "PayoutAttempt",
    "PayoutBatch",
    "PayoutDetails",
    "PayoutFreeze",
    "PayoutMethod",
    "PayoutRules",
    "PayoutTerms",
    "Schedule",
    "Wallet",
]
