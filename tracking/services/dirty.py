"""Marks hours whose statistics must be counted again."""

from datetime import UTC, datetime

from django.db import connection, transaction

from cpanet.tenancy.scope import current_network_id
from tracking.models import DirtyHour

# A shared lock, for which Django has no word: writers do not wait for each other, whoever takes the rows away does.
_HOLD = "SELECT hour FROM tracking_dirtyhour WHERE network_id = %s AND hour = ANY(%s) ORDER BY hour FOR KEY SHARE"


def mark_dirty(*moments: datetime) -> None:
    """Have the hours of these (aware) moments counted again, in the transaction that changed something in them.

    Whoever counts takes the row away first. So he either waits for the end of this transaction and then sees its work,
    or has gone before, and the row is written again: nothing is counted without what was just done.
    """
    hours = sorted({moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for moment in moments})
    with transaction.atomic():
        while hours:
            DirtyHour.objects.bulk_create([DirtyHour(hour=hour) for hour in hours], ignore_conflicts=True)
            held = _hold(hours)
            hours = [hour for hour in hours if hour not in held]


def _hold(hours: list[datetime]) -> set[datetime]:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [current_network_id(), hours])
        return {hour for (hour,) in cursor}
