"""The clicks of whole days by marks and the like (DailyVisits): which days are good, and taking that back."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection

from cpanet.tenancy.scope import current_network_id
from tracking.models import SplitDay
from tracking.partitions import first_kept_day

_LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"


def lock_split_days(days: Iterable[date]) -> None:
    """Until the transaction ends nobody else splits these days, in any time zone, or takes them back."""
    with connection.cursor() as cursor:
        for day in sorted(set(days)):
            cursor.execute(_LOCK, [current_network_id() % 2**31, -10_000_000 - day.toordinal()])


def take_back_split_days(days: Iterable[date], *, affiliate_id: int | None = None) -> None:
    """Have these days split again, and in the zones on either side of them: something else than new clicks changes
    their sums. Days whose clicks have been put away stay as they are: nothing changes there any more."""
    oldest = first_kept_day()
    around = {day + timedelta(days=step) for day in days for step in (-1, 0, 1)}
    touched = {day for day in around if day > oldest}
    lock_split_days(touched)
    found = SplitDay.objects.filter(day__in=touched)
    (found if affiliate_id is None else found.filter(affiliate_id=affiliate_id)).delete()
