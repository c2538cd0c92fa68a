"""How many single clicks a report may read, and of which days there are any."""

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from cpanet.core.ui import format_day, format_number
from cpanet.tenancy.scope import current_network_id
from tracking.partitions import first_kept_day
from tracking.statistics.dimensions import BY_LINK, DIMENSIONS, RAW
from tracking.statistics.periods import Period
from tracking.statistics.request import BadReport, ReportRequest

MOST_RAW = 2_000_000
_DAY = "((hour + quarter * interval '15 minutes') AT TIME ZONE %(report_zone)s)::date"


def common(request: ReportRequest) -> dict:
    """The parameters of every statement of a report."""
    return {"network": current_network_id(), "report_zone": request.zone.key}


def check_raw(request: ReportRequest, period: Period, only: Sequence[date] = ()) -> None:
    """Raises BadReport when too many clicks of the period, or of these days of it `only`, would have to be read one by
    one, or clicks that are not kept any more: the roll-up by link knows."""
    begin, end = period.instants(request.zone)
    values = common(request) | {"hour": begin.replace(minute=0), "end": end, "oldest": first_kept_day()}
    conditions = ["network_id = %(network)s", "basis = 'visit'", "hour >= %(hour)s", "hour < %(end)s"]
    conditions += [f"{column} = %(own_{column})s" for column in request.audience.restriction]
    if only:
        conditions.append(f"{_DAY} = ANY(%(days)s)")
        values["days"] = list(only)
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
