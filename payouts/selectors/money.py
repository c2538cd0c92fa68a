"""What a webmaster has, and when more of it comes. Amounts are units of one currency."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

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


@dataclass(frozen=True)
class HoldLine:
    """Money of one offer that leaves its hold on one day."""

    day: date
    offer_id: int
    offer_name: str
    is_blocked: bool
    leads: int
    units: int


@dataclass(frozen=True)
class HoldForecast:
    """How much leaves its hold: within a day, a week, a month, later; and what something blocks."""

    day: int
    week: int
    month: int
    later: int
    blocked: int


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


def hold_schedule(*, affiliate_id: int, currency: str) -> list[HoldLine]:
    """What is on hold, by day of its release (in the active time zone) and offer, soonest first."""
    rows = (
        _held(affiliate_id, currency)
        .annotate(day=TruncDate("hold_until"))
        .values("day", "offer_id", "is_blocked")
        .annotate(offer_name=F("offer__name"), leads=Count("id"), units=Sum("held"))
        .order_by("day", "offer__name", "offer_id", "is_blocked")
    )
    return [HoldLine(**row) for row in rows]


def hold_forecast(*, affiliate_id: int, currency: str, now: datetime) -> HoldForecast:
    """How much leaves its hold, and how soon."""

    def sum_between(since, until):
        bounds = Q(is_blocked=False)
        bounds &= Q(hold_until__gt=now + timedelta(days=since)) if since else Q()
        bounds &= Q(hold_until__lte=now + timedelta(days=until)) if until else Q()
        return Sum("held", filter=bounds, default=0)

    sums = _held(affiliate_id, currency).aggregate(
        day=sum_between(0, 1),
        week=sum_between(0, 7),
        month=sum_between(0, 30),
        later=sum_between(30, 0),
        blocked=Sum("held", filter=Q(is_blocked=True), default=0),
    )
    return HoldForecast(**sums)


def _held(affiliate_id, currency):
    return Conversion.objects.filter(affiliate_id=affiliate_id, currency=currency, held__gt=0).order_by()
