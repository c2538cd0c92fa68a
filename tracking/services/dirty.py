"""Marks hours whose statistics must be counted again."""

from datetime import UTC, datetime

from tracking.models import DirtyHour


def mark_dirty(*moments: datetime) -> None:
    """Mark the hours of these moments, in the transaction that changed something in them."""
    hours = {moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for moment in moments}
    DirtyHour.objects.bulk_create([DirtyHour(hour=hour) for hour in sorted(hours)], ignore_conflicts=True)
