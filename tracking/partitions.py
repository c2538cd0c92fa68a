"""The days of the click table: a click of a day without a partition cannot be stored."""

from datetime import date, datetime, timedelta

from django.db import connection

DAYS_BACK = 2
DAYS_AHEAD = 14
DAYS_TO_WARN = 7
_LAST_DAY = """
    SELECT max(to_date(right(c.relname, 8), 'YYYYMMDD')) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'tracking_click'::regclass AND c.relname ~ '^tracking_click_[0-9]{8}$'
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
    with connection.cursor() as cursor:
        cursor.execute(_LAST_DAY)
        last_day = cursor.fetchone()[0]
    return (last_day - now.date()).days if last_day else None
