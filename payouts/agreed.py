"""What holds for one webmaster and one method, and when its payouts are due. Pure; amounts are ledger units."""

from dataclasses import dataclass
from datetime import date, timedelta

from payouts.fees import fee_of


@dataclass(frozen=True)
class Terms:
    """A method's terms with what was agreed otherwise; None: no limit. `schedule`: payouts.models.Schedule."""

    minimum: int
    maximum: int | None
    fee_fixed: int
    fee_percent: int
    fee_cap: int | None
    schedule: str
    net_days: int

    def fee_of(self, amount: int) -> int:
        """What a payout of `amount` costs the webmaster."""
        return fee_of(amount, fixed=self.fee_fixed, percent=self.fee_percent, cap=self.fee_cap)

    @property
    def is_on_request(self) -> bool:
        return self.schedule == "on_request"


@dataclass(frozen=True)
class Due:
    """A day on which payouts are due, and the first day whose earnings are not part of them (None: all are)."""

    day: date
    earned_before: date | None = None


def last_due(schedule: str, net_days: int, today: date) -> Due | None:
    """The latest due day up to and including `today`; None for payouts on request."""
    if schedule == "weekly":
        return Due(today - timedelta(days=today.weekday()))
    if schedule == "twice_a_month":
        return Due(today.replace(day=16 if today.day >= 16 else 1))
    if schedule == "monthly":
        return Due(today.replace(day=1))
    if schedule == "net":
        month = (today - timedelta(days=net_days)).replace(day=1)
        return Due(month + timedelta(days=net_days), earned_before=month)
    return None


def next_due(schedule: str, net_days: int, today: date) -> date | None:
    """The first due day after `today`, or `today` itself; None for payouts on request."""
    if schedule == "on_request":
        return None
    for ahead in range(32):
        day = today + timedelta(days=ahead)
        if last_due(schedule, net_days, day).day == day:
            return day
    raise ValueError(schedule)
