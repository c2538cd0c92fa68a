"""Counts whole hours of clicks, costs and leads; nothing is ever added to a counted hour.

How no change is missed and none counted twice: whoever changes clicks, costs or leads of an hour marks it in the same
transaction, with a mark of his own. The counter locks the hour (a second counter passes by), takes away the marks it
can see, and only then reads. A mark it could see was committed, so what was done under it is read; every other mark
stays, and the hour is counted again. The days of the hour are summed up anew in the same transaction.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id, network_scope
from tracking.models import DirtyHour
from tracking.partitions import first_kept_day
from tracking.services.origins import keep_origins
from tracking.statistics.bases import VISIT
from tracking.statistics.days import count_days_of
from tracking.statistics.dimensions import COLUMNS_BY_LINK, COLUMNS_DETAIL
from tracking.statistics.facts import facts_sql, parameters
from tracking.statistics.metrics import COLUMNS
from tracking.statistics.periods import is_odd

_HOUR = timedelta(hours=1)
_BY_LINK = ("basis", *COLUMNS_BY_LINK, "currency")
_DETAIL = (*_BY_LINK, *COLUMNS_DETAIL)
_QUARTER = "extract(minute FROM at)::int / 15"
_SUMS = ", ".join(f"sum({column})" for column in COLUMNS)
_COUNT = f"""
    WITH facts AS MATERIALIZED ({facts_sql(only=("at", *_DETAIL, *COLUMNS))}), detail AS (
        INSERT INTO tracking_hourlystats (network_id, hour, quarter, {", ".join(_DETAIL)}, {", ".join(COLUMNS)})
        SELECT %(network)s, %(begin)s, CASE WHEN %(odd)s THEN {_QUARTER} ELSE 0 END, {", ".join(_DETAIL)}, {_SUMS}
        FROM facts WHERE basis <> ALL(%(kept)s) GROUP BY 3, {", ".join(_DETAIL)} ORDER BY basis
    ), by_link AS (
        INSERT INTO tracking_hourlylinkstats (network_id, hour, quarter, {", ".join(_BY_LINK)}, {", ".join(COLUMNS)})
        SELECT %(network)s, %(begin)s, {_QUARTER}, {", ".join(_BY_LINK)}, {_SUMS}
        FROM facts WHERE basis <> ALL(%(kept)s) GROUP BY 3, {", ".join(_BY_LINK)}
        RETURNING *
    )
    INSERT INTO tracking_hourlytotals (network_id, hour, quarter, basis, currency, {", ".join(COLUMNS)})
    SELECT network_id, hour, quarter, basis, currency, {_SUMS} FROM by_link GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - constants of this module only
_FORGET = "DELETE FROM {table} WHERE network_id = %(network)s AND hour = %(begin)s AND basis <> ALL(%(kept)s)"
_TAKE_MARKS = "DELETE FROM tracking_dirtyhour WHERE network_id = %s AND hour = %s"


def count_dirty_hours(*, network_id: int, limit: int = 50) -> int:
    """Count up to `limit` marked hours of a network anew, the newest first, each in a transaction of its own.

    Returns how many were counted; hours that another worker counts at this moment are left to him.
    """
    with network_scope(network_id):
        marks = DirtyHour.objects.values_list("hour", flat=True).distinct().order_by("-hour")
        hours = list(marks[:limit])
    return sum(count_marked_hour(network_id=network_id, hour=hour) for hour in hours)


def count_marked_hour(*, network_id: int, hour: datetime) -> bool:
    """Count one hour if it is (still) marked and nobody else counts it. Opens the scope and the transaction itself:
    the marks must not be taken in a snapshot older than the lock."""
    with network_scope(network_id), connection.cursor() as cursor:
        if not _lock(cursor, network_id, hour):
            return False
        cursor.execute(_TAKE_MARKS, [network_id, hour])
        if not cursor.rowcount:
            return False
        _count(cursor, hour)
    return True


def count_hour(hour: datetime) -> None:
    """Count an hour of the network in scope anew, marked or not."""
    with connection.cursor() as cursor:
        _lock(cursor, current_network_id(), hour, wait=True)
        _count(cursor, hour)


def counted_until(now: datetime) -> datetime:
    """Up to when changes are in the figures: `now`, or the time of the oldest change that waits to be counted."""
    oldest = DirtyHour.objects.order_by("marked_at").values_list("marked_at", flat=True).first()
    return min(now, oldest) if oldest else now


def _lock(cursor, network_id, hour, wait=False):
    """One counter per network and hour, until its transaction ends."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    cursor.execute(f"SELECT {function}(%s, %s)", [network_id % 2**31, int(hour.timestamp()) // 3600])
    return cursor.fetchone()[0] is not False


def _count(cursor, hour):
    """Clicks that have been put away cannot be counted again: their sums stay, the leads are counted as ever."""
    hour = hour.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    home = ZoneInfo(Network.objects.values_list("timezone", flat=True).get(pk=current_network_id()))
    keep_origins(hour, hour + _HOUR)
    kept = [] if hour.date() >= first_kept_day() else [VISIT]
    values = {**parameters(hour, hour + _HOUR), "odd": is_odd(home, hour.date()), "kept": kept}
    for table in ("tracking_hourlystats", "tracking_hourlylinkstats", "tracking_hourlytotals"):
        cursor.execute(_FORGET.format(table=table), values)
    cursor.execute(_COUNT, values)
    count_days_of(cursor, hour)
