"""The chart of accounts. Pure.

Signs: an entry's amount is positive when it credits, negative when it debits; a balance is their sum. So what the
network owes (a webmaster's money, an advertiser's deposit) is positive, what it owns or has spent is negative;
`natural` turns the latter round for people.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    CASH = "cash", _("Cash")
    DEPOSIT = "deposit", _("Advertiser's deposit")
    RECEIVABLE = "receivable", _("Owed by the advertiser")
    REVENUE = "revenue", _("Revenue")
    HOLD = "hold", _("Webmaster: on hold")
    AVAILABLE = "available", _("Webmaster: available")
    DEBT = "debt", _("Webmaster: debt")
    IN_PAYOUT = "in_payout", _("Webmaster: in payout")
    CLEARING = "clearing", _("Payouts in clearing")
    COST = "cost", _("Cost of webmasters")
    REFERRAL_COST = "referral_cost", _("Cost of referrals")
    FEES = "fees", _("Fees")
    POSITION = "position", _("Currency position")
    BAD_DEBT = "bad_debt", _("Bad debt")
    ROUNDING = "rounding", _("Rounding")


WEBMASTER_KINDS = (AccountKind.HOLD, AccountKind.AVAILABLE, AccountKind.DEBT, AccountKind.IN_PAYOUT)
ADVERTISER_KINDS = (AccountKind.DEPOSIT, AccountKind.RECEIVABLE)
# What the network owns or has spent: shown with the sign turned.
DEBIT_KINDS = (
    AccountKind.CASH,
    AccountKind.RECEIVABLE,
    AccountKind.DEBT,
    AccountKind.COST,
    AccountKind.REFERRAL_COST,
    AccountKind.BAD_DEBT,
)
NEVER_NEGATIVE = (
    AccountKind.HOLD,
    AccountKind.AVAILABLE,
    AccountKind.IN_PAYOUT,
    AccountKind.DEPOSIT,
    AccountKind.CLEARING,
)
NEVER_POSITIVE = (AccountKind.DEBT, AccountKind.RECEIVABLE)


def natural(kind: str, balance: int) -> int:
    """The balance with the sign people expect: debts, cash and costs as positive numbers."""
    return -balance if kind in DEBIT_KINDS else balance


@dataclass(frozen=True, order=True)
class Ref:
    """Names an account: kind (ledger.kinds.AccountKind), owner's id (0: the network), ISO currency."""

    kind: str
    owner_id: int
    currency: str


Balances = dict[Ref, int]

# What the journals of ledger.postings are called by people.
JOURNAL_NAMES = {
    "recognise": _("Lead decided"),
    "release": _("Hold over"),
    "payout_request": _("Payout requested"),
    "payout_reject": _("Payout given back"),
    "payout_send": _("Payout sent"),
    "payout_confirm": _("Payout arrived"),
    "payout_recall": _("Payout never reached the rail"),
    "payout_fail": _("Payout failed"),
    "payout_return": _("Payout came back"),
    "deposit": _("Deposit"),
    "exchange": _("Currency exchanged"),
    "deposit_refund": _("Deposit given back"),
    "adjustment": _("Adjustment"),
    "bad_debt": _("Bad debt"),
}
