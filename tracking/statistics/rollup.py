"""Counts whole hours of clicks and of the conversions that came of them; nothing is ever added to a counted hour.

How no change is missed and none counted twice: whoever changes clicks or conversions of an hour marks it in the same
transaction, with a mark of his own. The counter locks the hour (a second counter passes by), takes away the marks it
can see, and only then reads. A mark it could see was committed, so what was done under it is read; every other mark
stays, and the hour is counted again.
"""

import logging
from datetime import UTC, datetime, timedelta

from django.db import connection

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id, network_scope
from tracking.choices import Intake
from tracking.models import DirtyHour, HourlyLinkStats, HourlyStats
from tracking.models.clicks import SUB_IDS
from tracking.statistics.metrics import COLUMNS, ROBOT_FLAGS

log = logging.getLogger(__name__)
_HOUR = timedelta(hours=1)
_OF_ROW = ("offer_id", "affiliate_id", "advertiser_id", "link_id", "country", "device", *SUB_IDS[:5])
# A lead by promo code has no link.
_OF_LEAD = ", ".join(_OF_ROW).replace("link_id", "coalesce(link_id, 0) AS link_id")
_BY = ("quarter", *_OF_ROW, "currency")
_BY_LINK = ("offer_id", "affiliate_id", "advertiser_id", "link_id", "currency")
_QUARTER = "extract(minute FROM clicked_at)::int / 15 AS quarter"

# One row per click and one per conversion, with the same columns.
_FACTS = f"""
    SELECT {_QUARTER}, {", ".join(f"c.{column}" for column in _OF_ROW)}, coalesce(o.currency, %(currency)s) AS currency,
           (NOT c.flags && %(robots)s)::int AS clicks,
           (c.is_unique AND NOT c.flags && %(robots)s)::int AS unique_clicks,
           (c.flags && %(robots)s)::int AS bot_clicks, 0 AS pending, 0 AS approved, 0 AS declined, 0 AS pending_earning,
           0 AS approved_earning, 0 AS declined_earning, 0 AS pending_revenue, 0 AS approved_revenue
    FROM tracking_click c LEFT JOIN offers_offer o ON o.id = c.offer_id AND o.network_id = c.network_id
    WHERE c.network_id = %(network)s AND c.clicked_at >= %(hour)s AND c.clicked_at < %(end)s
    UNION ALL
    SELECT {_QUARTER}, {_OF_LEAD}, currency, 0, 0, 0,
           (status = 'pending')::int, (status = 'approved')::int, (status = 'declined')::int,
           CASE status WHEN 'pending' THEN earning ELSE 0 END, CASE status WHEN 'approved' THEN earning ELSE 0 END,
           CASE status WHEN 'declined' THEN earning ELSE 0 END, CASE status WHEN 'pending' THEN revenue ELSE 0 END,
           CASE status WHEN 'approved' THEN revenue ELSE 0 END
    FROM tracking_conversion
    WHERE network_id = %(network)s AND clicked_at >= %(hour)s AND clicked_at < %(end)s AND intake = %(valid)s
"""  # noqa: S608 - constants of this module only
_COUNT = f"""
    INSERT INTO tracking_hourlystats (network_id, hour, {", ".join(_BY)}, {", ".join(COLUMNS)})
    SELECT %(network)s, %(hour)s, {", ".join(_BY)}, {", ".join(f"sum({column})" for column in COLUMNS)}
    FROM ({_FACTS}) facts GROUP BY {", ".join(_BY)}
"""  # noqa: S608
_SUM_UP = f"""
    INSERT INTO tracking_hourlylinkstats (network_id, hour, {", ".join(_BY_LINK)}, {", ".join(COLUMNS)})
    SELECT network_id, hour, {", ".join(_BY_LINK)}, {", ".join(f"sum({column})" for column in COLUMNS)}
    FROM tracking_hourlystats WHERE network_id = %(network)s AND hour = %(hour)s
    GROUP BY network_id, hour, {", ".join(_BY_LINK)}
"""  # noqa: S608
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
    hour = hour.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    network_id = current_network_id()
    HourlyStats.objects.filter(hour=hour).delete()
    HourlyLinkStats.objects.filter(hour=hour).delete()
    currency = Network.objects.values_list("currency", flat=True).get(pk=network_id)
    cursor.execute(
        _COUNT,
        {
            "network": network_id,
            "hour": hour,
            "end": hour + _HOUR,
            "currency": currency,
            "robots": list(ROBOT_FLAGS),
            "valid": Intake.VALID.value,
        },
    )
    cursor.execute(_SUM_UP, {"network": network_id, "hour": hour})
