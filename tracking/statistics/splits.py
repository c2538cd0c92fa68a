"""Splits the clicks of whole days by marks, place and technology, so that a report need not read each of them.

A day is split some time after it has ended, not with every count of its hours. Reports take from here only the days of
which DailyStats, which is always fresh, has the same visits and cost, and read the others from single clicks. Clicks
are only ever added, so that the same number means the same clicks; what else changes a sum, a cost told by the
webmaster or rows changed past the product, takes the day back (tracking.services.split_days).
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from cpanet.tenancy.scope import current_network_id
from tracking.models import KeptZone
from tracking.partitions import first_kept_day
from tracking.services.dirty import mark_dirty
from tracking.services.split_days import lock_split_days
from tracking.statistics.bases import VISIT
from tracking.statistics.dimensions import MARKS, PLACE, SPLITS
from tracking.statistics.facts import facts_sql, parameters
from tracking.statistics.periods import FIRST_DAY, Period, points

FEW_LINES = 1000  # of a webmaster's day by one mark: always kept
SUMS = ("clicks", "unique_clicks", "bot_clicks", "cost")
KEYS = ("offer_id", "landing_id", "affiliate_id", "advertiser_id", "link_id", "currency")
_TEXTS = tuple(name for names in SPLITS.values() for name in names)
_OTHERS = tuple(name for name in SPLITS if name != PLACE)
_DAY = timedelta(days=1)
_MEMORY = "SET LOCAL work_mem = '64MB'"
# What differs between the sums that are always fresh and those that were split; `split` "" asks for any.
_DIFFERING = """
    SELECT coalesce(c.day, s.day) AS day, array_agg(coalesce(c.affiliate_id, s.affiliate_id)) AS affiliates
    FROM (SELECT day, affiliate_id, sum(clicks + bot_clicks) AS visits, sum(cost) AS cost FROM tracking_dailystats
          WHERE network_id = %(network)s AND zone = %(split_zone)s AND day >= %(first)s AND day < %(until)s
          AND basis = 'visit' {of_affiliates} GROUP BY 1, 2) c
    FULL JOIN (SELECT day, affiliate_id, visits, cost, splits FROM tracking_splitday
               WHERE network_id = %(network)s AND zone = %(split_zone)s AND day >= %(first)s AND day < %(until)s
               {of_affiliates}) s ON s.day = c.day AND s.affiliate_id = c.affiliate_id
    WHERE c.visits IS DISTINCT FROM s.visits OR c.cost IS DISTINCT FROM s.cost
        OR (%(split)s <> '' AND %(split)s <> ALL(s.splits))
    GROUP BY 1 ORDER BY 1 DESC
"""
_FORGET = """
    DELETE FROM {table} WHERE network_id = %(network)s AND zone = %(split_zone)s AND day = %(day)s
    AND affiliate_id = ANY(%(affiliates)s)
"""
# Marks with nearly as many values as clicks are left out: to read the clicks themselves takes no longer.
_SPLIT = f"""
    INSERT INTO tracking_dailyvisits (network_id, zone, day, split, {", ".join(KEYS)}, country, device, value,
                                      {", ".join(SUMS)})
    SELECT %(network)s, %(split_zone)s, %(day)s, split, {", ".join(KEYS)}, country, device, value, {", ".join(SUMS)}
    FROM (SELECT split, {", ".join(KEYS)}, country, device, value, {", ".join(SUMS)},
                 count(*) OVER same AS lines, sum(clicks + bot_clicks) OVER same AS visits
          FROM (SELECT CASE WHEN grouping(country) = 0 THEN '{PLACE}'
                       {" ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in _OTHERS)} END AS split,
                       {", ".join(KEYS)}, coalesce(country, '') AS country, coalesce(device, '') AS device,
                       coalesce({", ".join(_OTHERS)}, '') AS value,
                       {", ".join(f"sum({name}) AS {name}" for name in SUMS)}
                FROM ({facts_sql((VISIT,), only=("at", *KEYS, *_TEXTS, *SUMS))}) facts
                WHERE affiliate_id = ANY(%(affiliates)s)
                GROUP BY {", ".join(KEYS)},
                         GROUPING SETS ({", ".join(f"({', '.join(names)})" for names in SPLITS.values())})) grouped
          WINDOW same AS (PARTITION BY affiliate_id, split)) counted
    WHERE split <> ALL(%(marks)s) OR lines <= greatest(%(few)s, visits / 5)
"""  # noqa: S608 - constants of this module only
_NOTE = """
    INSERT INTO tracking_splitday (network_id, zone, day, affiliate_id, visits, cost, splits)
    SELECT network_id, zone, day, affiliate_id, sum(clicks + bot_clicks) FILTER (WHERE split = %(place)s),
           sum(cost) FILTER (WHERE split = %(place)s), array_agg(DISTINCT split)
    FROM tracking_dailyvisits
    WHERE network_id = %(network)s AND zone = %(split_zone)s AND day = %(day)s AND affiliate_id = ANY(%(affiliates)s)
    GROUP BY 1, 2, 3, 4
"""


def days_not_split(
    *, zone: str, first: date, until: date, split: str = "", affiliates: list[int] | None = None
) -> dict[date, list[int]]:
    """{day: webmasters} of which DailyVisits does not (any more) have what a report by this split needs, the newest
    first; of all webmasters or of these."""
    values = {"network": current_network_id(), "split_zone": zone, "first": first, "until": until, "split": split}
    condition = "" if affiliates is None else "AND affiliate_id = ANY(%(affiliates)s)"
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING.format(of_affiliates=condition), {**values, "affiliates": affiliates})
        return dict(cursor.fetchall())


def days_to_split(*, now: datetime, days: int = 0) -> list[tuple[str, date]]:
    """(zone, day) of the network in scope that have ended, whose clicks are kept, and that are to be split (again); of
    the last `days`, or of all."""
    oldest = max(first_kept_day(), now.date() - timedelta(days=days) if days else FIRST_DAY)
    due = []
    for zone in KeptZone.objects.order_by("-is_home", "zone").values_list("zone", flat=True):
        today = now.astimezone(ZoneInfo(zone)).date()
        found = days_not_split(zone=zone, first=oldest, until=today)
        due += [(zone, day) for day in found if _begin(day, zone).date() >= oldest]
    return due


def split_day(*, zone: str, day: date) -> int:
    """Split the clicks of those webmasters whose day needs it anew; returns of how many."""
    lock_split_days([day])
    affiliates = days_not_split(zone=zone, first=day, until=day + _DAY).get(day, [])
    if affiliates and KeptZone.objects.filter(zone=zone).exists():
        begin, end = Period(day, day + _DAY).instants(ZoneInfo(zone))
        _split({**parameters(begin, end), "split_zone": zone, "day": day, "affiliates": affiliates})
        if days_not_split(zone=zone, first=day, until=day + _DAY):  # its hours know other clicks or costs
            mark_dirty(*points(Period(day, day + _DAY), "hour", ZoneInfo(zone)))
    return len(affiliates)


def _split(values):
    with connection.cursor() as cursor:
        cursor.execute(_MEMORY)
        for table in ("tracking_dailyvisits", "tracking_splitday"):
            cursor.execute(_FORGET.format(table=table), values)
        cursor.execute(_SPLIT, {**values, "marks": list(MARKS), "few": FEW_LINES})
        cursor.execute(_NOTE, {**values, "place": PLACE})


def _begin(day, zone):
    return Period(day, day + _DAY).instants(ZoneInfo(zone))[0]
