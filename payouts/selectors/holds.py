"""When a webmaster's money leaves its hold: his own leads', and his part of those he referred. Amounts are units."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, CharField, Count, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncDate

from tracking.models import Conversion

DUE, UNPAID, BLOCKED = "due", "unpaid", "blocked"
_UNPAID = Q(needs_funding=True, funded_at__isnull=True)
_STATE = Case(
    When(is_blocked=True, then=Value(BLOCKED)),
    When(_UNPAID, then=Value(UNPAID)),
    default=Value(DUE),
    output_field=CharField(),
)


@dataclass(frozen=True)
class HoldLine:
    """Money of one offer (of referrals: `offer_id` None) that leaves its hold on one day. `state`: due, or unpaid (not
    before the advertiser has paid), or blocked, for the `reason` given (may be empty)."""

    day: date
    offer_id: int | None
    offer_name: str
    state: str
    reason: str
    leads: int
    units: int


@dataclass(frozen=True)
class HoldForecast:
    """How much leaves its hold: within a day, a week, a month, later; what waits for its advertiser's payment; and what
    something blocks."""

    day: int
    week: int
    month: int
    later: int
    unpaid: int
    blocked: int


def hold_schedule(*, affiliate_id: int, currency: str) -> list[HoldLine]:
    """What is on hold, by day of its release (in the active time zone) and offer, soonest first."""
    own = _lines(_own(affiliate_id, currency), "held", "offer_id", "offer__name")
    referrals = _lines(_referred(affiliate_id, currency), "referral_held")
    return sorted([*own, *referrals], key=lambda line: (line.day, line.offer_name, line.state, line.reason))


def _lines(rows: QuerySet, units: str, *offer: str) -> list[HoldLine]:
    found = rows.annotate(day=TruncDate("hold_until"), state=_STATE).values("day", "state", "block_reason", *offer)
    return [
        HoldLine(
            day=row["day"],
            offer_id=row.get("offer_id"),
            offer_name=row.get("offer__name", ""),
            state=row["state"],
            reason=row["block_reason"],
            leads=row["leads"],
            units=row["units"],
        )  # fmt: skip
        for row in found.annotate(leads=Count("id"), units=Sum(units))
    ]


def hold_forecast(*, affiliate_id: int, currency: str, now: datetime) -> HoldForecast:
    """How much leaves its hold, and how soon."""
    own = _sums(_own(affiliate_id, currency), "held", now)
    referred = _sums(_referred(affiliate_id, currency), "referral_held", now)
    return HoldForecast(**{name: own[name] + referred[name] for name in own})


def _sums(rows: QuerySet, units: str, now: datetime) -> dict[str, int]:
    def between(since, until):
        bounds = Q(is_blocked=False) & ~_UNPAID
        bounds &= Q(hold_until__gt=now + timedelta(days=since)) if since else Q()
        bounds &= Q(hold_until__lte=now + timedelta(days=until)) if until else Q()
        return Sum(units, filter=bounds, default=0)

    return rows.aggregate(
        day=between(0, 1),
        week=between(0, 7),
        month=between(0, 30),
        later=between(30, 0),
        unpaid=Sum(units, filter=Q(is_blocked=False) & _UNPAID, default=0),
        blocked=Sum(units, filter=Q(is_blocked=True), default=0),
    )


def _own(affiliate_id, currency) -> QuerySet:
    return Conversion.objects.filter(affiliate_id=affiliate_id, currency=currency, held__gt=0).order_by()


def _referred(affiliate_id, currency) -> QuerySet:
    return Conversion.objects.filter(referrer_id=affiliate_id, currency=currency, referral_held__gt=0).order_by()
