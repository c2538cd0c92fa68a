"""Marks hours whose statistics must be counted again."""

from datetime import UTC, datetime

from tracking.models import DirtyHour


def mark_dirty(*moments: datetime) -> None:
    """Have the hours of these (aware) moments counted again, once the transaction that calls this has ended.

    Of a click that is its own time; a lead is counted at those of its click, of itself and of each of its changes.

    Each call adds marks of its own, so that nobody waits for anybody else; whoever counts takes away the marks he can
    see and reads afterwards: see tracking.statistics.rollup.
    """
    hours = {moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for moment in moments}
    DirtyHour.objects.bulk_create([DirtyHour(hour=hour) for hour in sorted(hours)])
