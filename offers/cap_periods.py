"""Periods of caps in a network's time zone. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from offers.choices import CapPeriod

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def period_of(kind: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """Start and end (UTC) of the period of a kind of CapPeriod that `now` lies in; the whole has no end.

    Days, weeks (from Monday) and months are the zone's own, also where the clock is put forward or back in them.
    """
    if kind == CapPeriod.TOTAL:
        return BEGINNING, None
    if kind == CapPeriod.HOUR:
        start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return start, start + timedelta(hours=1)
    day = now.astimezone(zone).date()
    if kind == CapPeriod.WEEK:
        day -= timedelta(days=day.weekday())
        following = day + timedelta(days=7)
    elif kind == CapPeriod.MONTH:
        day = day.replace(day=1)
        following = (day + timedelta(days=32)).replace(day=1)
    else:
        following = day + timedelta(days=1)
    return _midnight(day, zone), _midnight(following, zone)


def _midnight(day, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
