"""Whole days, summed up from hours, in the few time zones that most pages ask for: the network's own and those that
most of its people have chosen."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count

from cpanet.accounts.models import User
from cpanet.core.time_zones import zone_names
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from tracking.models import DailyStats, DailyVisits, HourlyLinkStats, KeptZone, SplitDay
from tracking.services.dirty import mark_dirty
from tracking.statistics.dimensions import COLUMNS_BY_LINK
from tracking.statistics.metrics import COLUMNS
from tracking.statistics.periods import Period, is_odd

MOST_ZONES = 4
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_BY = ("basis", *COLUMNS_BY_LINK, "currency")
_INSTANT = "(hour + quarter * interval '15 minutes')"
_LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"
_FORGET = "DELETE FROM tracking_dailystats WHERE network_id = %(network)s AND zone = %(zone)s AND day = %(day)s"
_SUM_UP = f"""
    INSERT INTO tracking_dailystats (network_id, zone, day, {", ".join(_BY)}, {", ".join(COLUMNS)})
    SELECT network_id, %(zone)s, ({_INSTANT} AT TIME ZONE %(zone)s)::date, {", ".join(_BY)},
           {", ".join(f"sum({column})" for column in COLUMNS)}
    FROM tracking_hourlylinkstats WHERE network_id = %(network)s {{within}}
    GROUP BY network_id, 3, {", ".join(_BY)}
"""  # noqa: S608 - constants of this module only
_ONE_DAY = _SUM_UP.format(
    within=f"AND hour >= %(hour)s AND hour < %(end)s AND {_INSTANT} >= %(begin)s AND {_INSTANT} < %(end)s"
)
_ALL_DAYS = _SUM_UP.format(within="")


def count_days_of(cursor, hour: datetime) -> None:
    """Sum up anew the days in which an hour lies, in all kept zones, within the transaction that counted the hour.

    The locks, taken in one order, make counters of two hours of one day follow each other: the second one sees what the
    first has written.
    """
    network_id = current_network_id()
    zones = KeptZone.objects.values_list("zone", flat=True)
    days = [(name, day) for name in zones for day in _days_of(hour, ZoneInfo(name))]
    for day in sorted({day for _name, day in days}):
        cursor.execute(_LOCK, [network_id % 2**31, -day.toordinal()])
    for name, day in days:
        begin, end = Period(day, day + _DAY).instants(ZoneInfo(name))
        values = {"network": network_id, "zone": name, "day": day, "begin": begin, "end": end}
        cursor.execute(_FORGET, values)
        cursor.execute(_ONE_DAY, {**values, "hour": begin.replace(minute=0)})


def keep_zones(*, now: datetime) -> bool:
    """Make the kept zones of the network in scope those that are wanted now; returns whether anything changed.

    The sums of a new zone are made at once, out of the hours. Where the network's own zone becomes one whose days begin
    within an hour of UTC, all hours are counted again, so that the detailed sums are divided by quarters.
    """
    wanted = _wanted()
    if _kept() == wanted:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [current_network_id() % 2**31, 0])
        kept = _kept()  # another worker may have been faster
        _drop(kept.keys() - wanted.keys())
        for zone in sorted(wanted.keys() - kept.keys()):
            _begin(cursor, zone)
    _mark_home(wanted, kept, now.date())
    return True


def _kept() -> dict[str, bool]:
    return dict(KeptZone.objects.values_list("zone", "is_home"))


def _wanted() -> dict[str, bool]:
    """{zone: whether it is the network's own}, its own first, then those that most people have chosen."""
    home = Network.objects.values_list("timezone", flat=True).get(pk=current_network_id())
    chosen = User.objects.filter(network_id=current_network_id(), is_active=True).exclude(timezone__in=["", home])
    counted = chosen.order_by().values("timezone").annotate(people=Count("pk")).order_by("-people", "timezone")
    others = [row["timezone"] for row in counted[: MOST_ZONES - 1] if row["timezone"] in zone_names()]
    return {home: True} | dict.fromkeys(others, False)


def _drop(zones: Iterable[str]):
    for model in (KeptZone, DailyStats, DailyVisits, SplitDay):
        model.objects.filter(zone__in=zones).delete()


def _begin(cursor, zone):
    """The table lock waits for the counters at work; the others come to read the kept zones after this has ended."""
    KeptZone.objects.create(zone=zone, is_home=False)
    cursor.execute("LOCK TABLE tracking_hourlylinkstats IN SHARE MODE")
    cursor.execute(_ALL_DAYS, {"network": current_network_id(), "zone": zone})


def _mark_home(wanted, kept, today):
    home = _home_of(wanted)
    KeptZone.objects.exclude(zone=home).update(is_home=False)
    KeptZone.objects.filter(zone=home).update(is_home=True)
    if _is_odd(home, today) and not _is_odd(_home_of(kept), today):
        mark_dirty(*HourlyLinkStats.objects.order_by().values_list("hour", flat=True).distinct())


def _home_of(zones):
    return next((zone for zone, is_home in zones.items() if is_home), None)


def _is_odd(zone, day):
    return zone is not None and is_odd(ZoneInfo(zone), day)


def _days_of(hour: datetime, zone: ZoneInfo) -> list[date]:
    """The one day or, where days begin within the hour, two days in which an hour lies."""
    return sorted({at.astimezone(zone).date() for at in (hour, hour + _HOUR - timedelta(microseconds=1))})
