"""Out of which table a report is answered: the smallest that keeps everything it asks for.

daily     days, weeks, months of a kept time zone; by offer, goal, landing, webmaster, advertiser, link
totals    of everything, by days or hours of any time zone
by link   the same as daily, and hours, in any time zone; where nothing is divided by time, only at both ends of the
          days of the network's own zone
split     days of a kept time zone by one thing more (see tracking.statistics.splits), leads beside them one by one
detail    also by country and device, and hours
raw       also by marks, source, promo code, system, browser, language: clicks and leads one by one
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tracking.models import KeptZone
from tracking.statistics import bases
from tracking.statistics.dimensions import BY_LINK, COLUMNS_BY_LINK, DIMENSIONS, PLACE, RAW, split_for
from tracking.statistics.facts import COLUMNS_OF_ORIGIN, facts_sql, parameters
from tracking.statistics.metrics import COLUMNS, METRICS
from tracking.statistics.periods import Period, has_whole_hours, is_odd
from tracking.statistics.raw_limits import check_raw, common
from tracking.statistics.request import ReportRequest
from tracking.statistics.split_sources import SplitSource
from tracking.statistics.splits import days_not_split

_MOMENT = timedelta(microseconds=1)
_OF_BASES = "network_id = %(network)s AND basis = ANY(%(bases)s)"
_INSTANT = "(hour + quarter * interval '15 minutes')"


@dataclass(frozen=True)
class Source:
    """`table` stands after FROM; `where` holds the conditions of time and network, `values` their parameters. `moment`
    is the expression of the instant of a row; "" where rows are whole days (the column `day`)."""

    table: str
    where: str
    values: Mapping = field(hash=False)
    moment: str = ""

    def unit(self, unit: str) -> str:
        """The expression of the beginning of a row's hour (an instant), or of its day, week or month (a date)."""
        if unit == "hour":
            return f"date_trunc('hour', {self.moment}, %(report_zone)s)"
        day = f"({self.moment} AT TIME ZONE %(report_zone)s)" if self.moment else "day"
        return f"date_trunc('{unit}', {day})::date"


def source_for(request: ReportRequest, period: Period, *, unit: str = "") -> Source:
    """The source for a report of this period, and of a course by `unit` if one is given. Raises BadReport when it would
    have to read too many clicks, or clicks that are not kept any more."""
    keys = (*request.dimensions, *request.filters)
    kept = {DIMENSIONS[key].kept for key in keys}
    by_days = "hour" not in (*keys, unit) and KeptZone.objects.filter(zone=request.zone.key).exists()
    if kept - {BY_LINK}:
        split = split_for(keys) if by_days else ""
        return _split(request, period, split, unit) if split else _detail(request, period, kept)
    if by_days:
        return _days(request, period)
    is_divided = unit or any(DIMENSIONS[key].is_time for key in keys)
    if not is_divided and (days := _home_days(request, period)):
        return _days_and_edges(request, period, *days)
    is_all = not request.audience.restriction and all(DIMENSIONS[key].is_time for key in keys)
    table = "tracking_hourlytotals" if is_all else "tracking_hourlylinkstats"
    return _hours(table, request, period, not has_whole_hours(period, request.zone))


def _detail(request, period, kept):
    is_odd_period = not has_whole_hours(period, request.zone)
    if RAW in kept or (is_odd_period and not _has_quarters()):
        return _raw(request, period)
    return _hours("tracking_hourlystats", request, period, is_odd_period)


def _days(request, period):
    where = f"{_OF_BASES} AND zone = %(report_zone)s AND day >= %(first)s AND day < %(until)s"
    values = {"bases": _bases(request), "first": period.first, "until": period.until}
    return Source("tracking_dailystats", where, common(request) | values)


def _hours(table, request, period, by_quarters):
    begin, end = period.instants(request.zone)
    where = f"{_OF_BASES} AND hour >= %(hour)s AND hour < %(end)s"
    if by_quarters:
        where += f" AND {_INSTANT} >= %(begin)s AND {_INSTANT} < %(end)s"
    values = {"bases": _bases(request), "hour": begin.replace(minute=0), "begin": begin, "end": end}
    return Source(table, where, common(request) | values, _INSTANT if by_quarters else "hour")


def _home_days(request, period):
    """(zone, first, until) of the days of the network's own zone that lie within a period of another one."""
    home = KeptZone.objects.filter(is_home=True).values_list("zone", flat=True).first()
    if home is None:
        return None
    begin, end = period.instants(request.zone)
    first, until = (moment.astimezone(ZoneInfo(home)).date() for moment in (begin - _MOMENT, end))
    first += timedelta(days=1)  # the day in which the moment before lies has begun already
    return (home, first, until) if first < until else None


def _days_and_edges(request, period, home, first, until):
    """Sums of a period that are not divided by time: whole days of the network's own zone, and hours at both ends."""
    begin, end = period.instants(request.zone)
    inner_begin, inner_end = Period(first, until).instants(ZoneInfo(home))
    columns = ", ".join(["basis", *COLUMNS_BY_LINK, "currency", *COLUMNS])
    days = "zone = %(home)s AND day >= %(first)s AND day < %(until)s"
    hours = "hour >= %({0}_hour)s AND hour < %({0}_end)s AND {1} >= %({0}_begin)s AND {1} < %({0}_end)s"
    parts = [("tracking_dailystats", days)]
    values = {"bases": _bases(request), "home": home, "first": first, "until": until}
    for name, edge_begin, edge_end in (("early", begin, inner_begin), ("late", inner_end, end)):
        parts.append(("tracking_hourlylinkstats", hours.format(name, _INSTANT)))
        floor = edge_begin.replace(minute=0)
        values |= {f"{name}_hour": floor, f"{name}_begin": edge_begin, f"{name}_end": edge_end}
    branches = (f"SELECT {columns} FROM {table} WHERE {_OF_BASES} AND {where}" for table, where in parts)  # noqa: S608
    return Source(f"({' UNION ALL '.join(branches)}) facts", "true", common(request) | values)


def _split(request, period, split, unit):
    """Visits of split days; beside them the leads and costs, and the visits of the days that are not split (yet), out
    of the hours by country and device, or one by one."""
    missing = sorted(days_not_split(
        zone=request.zone.key, first=period.first, until=period.until, split=split, affiliates=_webmasters(request)
    ))  # fmt: skip
    moment = _moment_beside(request, period, split)
    if missing and moment == "at":
        check_raw(request, period, only=missing)
    rest = tuple(basis for basis in _bases(request) if basis != bases.VISIT)
    values = parameters(*period.instants(request.zone)) | common(request)
    values |= {"split": split, "missing": missing, "first": period.first, "until": period.until, "rest": list(rest)}
    if missing:
        span = Period(missing[0], missing[-1] + timedelta(days=1)).instants(request.zone)
        values |= dict(zip(("missing_begin", "missing_end"), span, strict=True))
    columns = sorted(columns_of(request))
    source = SplitSource(split, rest, moment, bool(missing), _keys_of(request, unit), columns)
    return Source(source.table, "true", values)


def _keys_of(request, unit):
    """The columns by which a report of split days divides and chooses."""
    asked = [DIMENSIONS[key] for key in (*request.dimensions, *request.filters)]
    keys = {"basis", "currency", *request.audience.restriction, *(each.column for each in asked if not each.is_time)}
    keys |= {"day"} if unit or any(each.is_time for each in asked) else set()
    keys |= {"offer_id"} if "goal" in request.filters else set()
    return sorted(keys)


def _moment_beside(request, period, split):
    """The time of the rows beside split days: of hours by country and device where they can tell, or of single rows."""
    if split == PLACE and has_whole_hours(period, request.zone):
        return "hour"
    return _INSTANT if split == PLACE and _has_quarters() else "at"


def _webmasters(request):
    """The only webmasters that it is about; None for all."""
    owner = request.audience.restriction.get("affiliate_id")
    return [owner] if owner else list(request.filters.get("affiliate", ())) or None


def _raw(request, period):
    check_raw(request, period)
    begin, end = period.instants(request.zone)
    return raw_source(request, begin, end)


def raw_source(request: ReportRequest, begin: datetime, end: datetime, asked: Sequence[str] = ()) -> Source:
    """The facts of these moments one by one, unchecked; of the bases `asked`, or those of the report. (Time and network
    are said inside.)"""
    columns = {DIMENSIONS[key].column for key in (*request.dimensions, *request.filters)}
    asked = asked or _bases(request)
    facts = facts_sql(asked, with_origins=bool(columns & set(COLUMNS_OF_ORIGIN)))
    return Source(f"({facts}) facts", "true", common(request) | parameters(begin, end), "at")


def _bases(request):
    return list(bases.rows_of(request.basis, columns_of(request)))


def columns_of(request: ReportRequest) -> set[str]:
    """The columns that the metrics asked for are made of."""
    return {column for key in request.metrics for column in METRICS[key].columns}


def _has_quarters():
    home = KeptZone.objects.filter(is_home=True).values_list("zone", flat=True).first()
    return bool(home) and is_odd(ZoneInfo(home), datetime.now(UTC).date())
