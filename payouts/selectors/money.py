"""What a webmaster has, and when more of it comes. Amounts are units of one currency."""

from dataclasses import dataclass

from django.db.models import F, Q, Sum

from cpanet.ledger.models import Account
from cpanet.ledger.selectors import webmaster_balance
from payouts.models import Payout
from tracking.choices import Intake, Status
from tracking.models import Conversion


@dataclass(frozen=True)
class WebmasterMoney:
    """The journey of a webmaster's money, all natural (positive) numbers.

    `pending` is an estimate: what undecided leads would bring. `in_payout` counts what waits for its sending and what
    is on its way (without the fee); `paid` is what has reached him.
    """

    currency: str
    pending: int
    hold: int
    available: int
    in_payout: int
    paid: int
    debt: int


def webmaster_money(*, affiliate_id: int, currency: str) -> WebmasterMoney:
    """The whole journey, in three queries."""
    balance = webmaster_balance(affiliate_id=affiliate_id, currency=currency)
    pending = pending_of(affiliate_id, currency).aggregate(total=Sum("earning"))["total"] or 0
    sums = Payout.objects.filter(affiliate_id=affiliate_id, currency=currency).aggregate(
        underway=Sum(F("amount") - F("fee"), filter=Q(status__in=Payout.UNDERWAY)),
        paid=Sum(F("amount") - F("fee"), filter=Q(status=Payout.Status.PAID)),
    )
    return WebmasterMoney(
        currency=currency,
        pending=pending,
        hold=balance.hold,
        available=balance.available,
        in_payout=balance.in_payout + (sums["underway"] or 0),
        paid=sums["paid"] or 0,
        debt=balance.debt,
    )


def pending_of(affiliate_id: int, currency: str):
    """The undecided leads of a webmaster that may bring money."""
    return Conversion.objects.filter(
        affiliate_id=affiliate_id, currency=currency, status=Status.PENDING, intake=Intake.VALID
    )


def currencies_of(*, affiliate_id: int, default: str) -> list[str]:
    """The currencies in which a webmaster has or had money or leads, the network's own first."""
    used = set(
        Account.objects.filter(kind__in=["hold", "available", "debt"], owner_id=affiliate_id).values_list(
            "currency", flat=True
        )
    )
    used |= set(
        Conversion.objects.filter(affiliate_id=affiliate_id).order_by().values_list("currency", flat=True).distinct()
    )
    return [default, *sorted(used - {default})]


def available_by_currency(*, affiliate_id: int) -> dict[str, int]:
    """{currency: units} of what a webmaster could ask for or exchange."""
    rows = Account.objects.filter(kind="available", owner_id=affiliate_id).order_by("currency")
    return dict(rows.values_list("currency", "balance"))
