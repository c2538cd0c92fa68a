"""The days of the click table: a click of a day without a partition cannot be stored; old days are put away.

A day that is put away becomes a table of its own in the schema `cpanet_archive`, for the operator to dump or drop. Its
sums stay in the roll-ups; what leads would lose with their clicks is copied before.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from tracking.models import PutAwayDay
from tracking.services.origins import keep_origins

DAYS_BACK = 2
DAYS_AHEAD = 14
DAYS_TO_WARN = 7
DAYS_AT_ONCE = 10
_DAYS = """
    SELECT {asked} FROM (
        SELECT to_date(right(c.relname, 8), 'YYYYMMDD') AS day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'tracking_click'::regclass AND c.relname ~ '^tracking_click_[0-9]{{8}}$') days
"""


def ensure_partitions(first_day: date, last_day: date) -> int:
    """Make what is missing between the days, both included (UTC); returns how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cpanet_ensure_click_partitions(%s, %s)", [first_day, last_day])
        return cursor.fetchone()[0]


def ensure_usual_partitions(now: datetime) -> int:
    """From two days back, for clicks that come late from a spool, to two weeks ahead."""
    return ensure_partitions((now - timedelta(days=DAYS_BACK)).date(), (now + timedelta(days=DAYS_AHEAD)).date())


def days_left(now: datetime) -> int | None:
    """For how many days after today there are partitions; negative when there is none for today, None before the
    first was ever made."""
    last_day = _day("max(day)")
    return (last_day - now.date()).days if last_day else None


def horizon_alarm(now: datetime) -> int | None:
    """How many days are left when that is an alarm, else None."""
    left = days_left(now)
    return left if left is not None and left < DAYS_TO_WARN else None


def first_kept_day() -> date:
    """The first day (UTC) of which all clicks are still in the click table; `date.min` when none was ever put away."""
    last = PutAwayDay.objects.order_by("-day").values_list("day", flat=True).first()
    return last + timedelta(days=1) if last else date.min


def days_to_put_away(now: datetime, retention: int) -> list[date]:
    """The oldest days of the click table that are older than `retention` days, at most DAYS_AT_ONCE; none for 0."""
    if not retention:
        return []
    limit = (now - timedelta(days=retention)).date()
    return sorted(day for day in _day("coalesce(array_agg(day), ARRAY[]::date[])") if day < limit)[:DAYS_AT_ONCE]


def put_away(day: date) -> None:
    """Copy what leads would lose, network by network, and take the day out of the click table. Raises when the table is
    too busy for five seconds: the next run tries again."""
    begin = datetime.combine(day, time.min, tzinfo=UTC)
    for network_id in Network.objects.order_by("id").values_list("id", flat=True):
        with network_scope(network_id):
            keep_origins(begin, begin + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cpanet_put_click_partition_away(%s)", [day])


def _day(asked):
    with connection.cursor() as cursor:
        cursor.execute(_DAYS.format(asked=asked))
        return cursor.fetchone()[0]
