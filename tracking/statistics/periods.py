"""Spans of days: presets, the span before, steps back and forth. Days are local to a time zone. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
PRESETS = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7d": _("7 days"),
    "30d": _("30 days"),
    "month": _("This month"),
    "last_month": _("Last month"),
}
DEFAULT_PRESET = "7d"


class BadPeriod(DomainError):
    """The period must begin before it ends."""

    code = "bad_period"


@dataclass(frozen=True)
class Period:
    """Days from `first` on, up to but without `until`."""

    first: date
    until: date

    def __post_init__(self):
        if not self.first < self.until:
            raise BadPeriod(_("The period must end after its first day."), field="date_until")
        if self.first < FIRST_DAY or self.until > LAST_DAY:
            raise BadPeriod(_("Give days between 2000-01-01 and 2100-01-01."), field="date_from")

    @property
    def last(self) -> date:
        """The last day that belongs to it."""
        return self.until - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.until - self.first).days

    def before(self) -> "Period":
        """The span of the same kind just before: a whole month before a whole month, else as many days."""
        if self._is_month():
            return month_of(self.last.replace(day=1) - timedelta(days=1))
        return Period(self.first - (self.until - self.first), self.first)

    def after(self) -> "Period":
        """The span of the same kind just after."""
        return month_of(self.until) if self._is_month() else Period(self.until, self.until + (self.until - self.first))

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its beginning and end as moments."""
        return tuple(datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC) for day in (self.first, self.until))

    def _is_month(self):
        return self == month_of(self.first)


def month_of(day: date) -> Period:
    """The calendar month around a day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1))


def preset(name: str, today: date) -> Period:
    """The span a preset means today; an unknown name means the default one."""
    tomorrow = today + timedelta(days=1)
    spans = {
        "today": lambda: Period(today, tomorrow),
        "yesterday": lambda: Period(today - timedelta(days=1), today),
        "30d": lambda: Period(tomorrow - timedelta(days=30), tomorrow),
        "month": lambda: month_of(today),
        "last_month": lambda: month_of(today.replace(day=1) - timedelta(days=1)),
    }
    return spans.get(name, lambda: Period(tomorrow - timedelta(days=7), tomorrow))()


def has_whole_hours(period: Period, zone: ZoneInfo) -> bool:
    """Whether the zone's clock differs from UTC by whole hours on all days of the period."""
    return all(point.minute == 0 for point in points(period, "day", zone))


def is_odd(zone: ZoneInfo, day: date) -> bool:
    """Whether the zone's days begin within an hour of UTC, in the winter or the summer of that year."""
    return not has_whole_hours(Period(date(day.year, 1, 1), date(day.year, 1, 2)), zone) or not has_whole_hours(
        Period(date(day.year, 7, 1), date(day.year, 7, 2)), zone
    )


def points(period: Period, unit: str, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants at which hours, days, weeks or months of the period begin; the first may lie before it."""
    begin, end = period.instants(zone)
    if unit == "hour":
        while begin < end:
            yield begin
            begin += timedelta(hours=1)
        return
    day = {
        "day": period.first,
        "week": period.first - timedelta(days=period.first.weekday()),
        "month": period.first.replace(day=1),
    }[unit]
    while day < period.until:
        yield datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
        day = month_of(day).until if unit == "month" else day + timedelta(days=7 if unit == "week" else 1)
