"""Out of which table a report is answered: the smallest that keeps everything it asks for.

daily     days, weeks, months of a kept time zone; by offer, goal, landing, webmaster, advertiser, link
by link   the same, and hours, in any time zone
detail    also by country and device
raw       also by marks, source, promo code, system, browser, language: clicks and leads one by one
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from cpanet.core.ui import format_day, format_number
from cpanet.tenancy.scope import current_network_id
from tracking.models import KeptZone
from tracking.partitions import first_kept_day
from tracking.statistics import bases
from tracking.statistics.dimensions import BY_LINK, DETAIL, DIMENSIONS, RAW
from tracking.statistics.facts import COLUMNS_OF_ORIGIN, facts_sql, parameters
from tracking.statistics.metrics import METRICS
from tracking.statistics.periods import Period, has_whole_hours, is_odd
from tracking.statistics.request import BadReport, ReportRequest

MOST_RAW = 2_000_000
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
    asked = {DIMENSIONS[key].kept for key in (*request.dimensions, *request.filters)}
    if RAW in asked:
        return _raw(request, period)
    is_odd_period = not has_whole_hours(period, request.zone)
    if DETAIL in asked:
        return _raw(request, period) if is_odd_period and not _has_quarters() else _hours(
            "tracking_hourlystats", request, period, is_odd_period)  # fmt: skip
    if "hour" not in (*request.dimensions, unit) and KeptZone.objects.filter(zone=request.zone.key).exists():
        return _days(request, period)
    return _hours("tracking_hourlylinkstats", request, period, is_odd_period)


def _days(request, period):
    where = "network_id = %(network)s AND zone = %(report_zone)s AND day >= %(first)s AND day < %(until)s"
    return Source("tracking_dailystats", where, _common(request) | {"first": period.first, "until": period.until})


def _hours(table, request, period, by_quarters):
    begin, end = period.instants(request.zone)
    where = "network_id = %(network)s AND hour >= %(hour)s AND hour < %(end)s"
    if by_quarters:
        where += f" AND {_INSTANT} >= %(begin)s AND {_INSTANT} < %(end)s"
    values = {"hour": begin.replace(minute=0), "begin": begin, "end": end}
    return Source(table, where, _common(request) | values, _INSTANT if by_quarters else "hour")


def _raw(request, period):
    check_raw(request, period)
    begin, end = period.instants(request.zone)
    return raw_source(request, begin, end)


def raw_source(request: ReportRequest, begin: datetime, end: datetime, asked: Sequence[str] = ()) -> Source:
    """The facts of these moments one by one, unchecked; of the bases `asked`, or those of the report. (Time and network
    are said inside.)"""
    columns = {DIMENSIONS[key].column for key in (*request.dimensions, *request.filters)}
    asked = asked or bases.rows_of(request.basis, columns_of(request))
    facts = facts_sql(asked, with_origins=bool(columns & set(COLUMNS_OF_ORIGIN)))
    return Source(f"({facts}) facts", "true", _common(request) | parameters(begin, end), "at")


def columns_of(request: ReportRequest) -> set[str]:
    """The columns that the metrics asked for are made of."""
    return {column for key in request.metrics for column in METRICS[key].columns}


def _common(request):
    return {"network": current_network_id(), "report_zone": request.zone.key}


def _has_quarters():
    home = KeptZone.objects.filter(is_home=True).values_list("zone", flat=True).first()
    return bool(home) and is_odd(ZoneInfo(home), datetime.now(UTC).date())


def check_raw(request: ReportRequest, period: Period) -> None:
    """Raises BadReport when too many clicks would have to be read one by one, or clicks that are not kept any more: the
    roll-up by link knows."""
    begin, end = period.instants(request.zone)
    values = _common(request) | {"hour": begin.replace(minute=0), "end": end, "oldest": first_kept_day()}
    conditions = ["network_id = %(network)s", "basis = 'visit'", "hour >= %(hour)s", "hour < %(end)s"]
    conditions += [f"{column} = %(own_{column})s" for column in request.audience.restriction]
    values |= {f"own_{column}": value for column, value in request.audience.restriction.items()}
    for key, wanted in request.filters.items():
        if DIMENSIONS[key].kept == BY_LINK and key != "goal":
            conditions.append(f"{DIMENSIONS[key].column} = ANY(%(only_{key})s)")
            values[f"only_{key}"] = list(wanted)
    query = f"""SELECT coalesce(sum(clicks + bot_clicks), 0), count(*) FILTER (WHERE (hour AT TIME ZONE 'UTC')::date
                < %(oldest)s) FROM tracking_hourlylinkstats WHERE {" AND ".join(conditions)}"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        clicks, gone = cursor.fetchone()
    _refuse(request, int(clicks), gone, values["oldest"])


def _refuse(request, clicks, gone, oldest):
    names = ", ".join(str(DIMENSIONS[key].label) for key in dict.fromkeys((*request.dimensions, *request.filters))
                      if DIMENSIONS[key].kept == RAW) or request.zone.key  # fmt: skip
    if gone:
        said = _("“%(names)s” is read from single clicks, which are kept since %(day)s: begin there or later.")
        raise BadReport(said % {"names": names, "day": format_day(oldest)}, field="date_from")
    if clicks > MOST_RAW:
        said = _("“%(names)s” is read from single clicks, and %(clicks)s of them are too many (at most %(most)s): "
                 "choose fewer days, one webmaster, one offer or one link.")  # fmt: skip
        words = {"names": names, "clicks": format_number(clicks), "most": format_number(MOST_RAW)}
        raise BadReport(said % words, field="date_from")
