"""From a figure to the leads it counts: the parameters of the leads page that show exactly those."""

from datetime import date, timedelta

from tracking.statistics.bases import ACTION, CLICK
from tracking.statistics.dimensions import DIMENSIONS
from tracking.statistics.metrics import ADVERTISER, AFFILIATE, MANAGER, Metric
from tracking.statistics.periods import Period, month_of
from tracking.statistics.query import Row
from tracking.statistics.request import ReportRequest

# The leads pages filter by these; a line that is narrowed by anything else has no faithful list of leads.
_PARAMETERS = {
    AFFILIATE: {"offer", "goal", "link", "country", "sub1"},
    ADVERTISER: {"offer", "goal", "country"},
    MANAGER: {"offer", "goal", "affiliate", "advertiser", "link", "country", "sub1"},
}
_DAYS = {CLICK: ("clicked_from", "clicked_until"), ACTION: ("first", "last")}


def leads_query(request: ReportRequest, row: Row, metric: Metric, zone: str) -> dict | None:
    """Parameters of the leads page, whose days are in `zone`, for a line's figure; None where there is no such list."""
    if metric.leads is None or request.basis not in _DAYS or request.zone.key != zone or not _is_listable(request, row):
        return None
    span = span_of_line(request.period, row)
    query = dict(zip(_DAYS[request.basis], (span.first, span.last), strict=True))
    query |= {key: list(values) for key, values in request.filters.items()}
    query |= {key: value for key, value in row.keys.items() if not DIMENSIONS[key].is_time}
    return query | ({"status": metric.leads} if metric.leads else {})


def _is_listable(request, row):
    keys = {*request.filters, *(key for key in row.keys if not DIMENSIONS[key].is_time)}
    single = all(len(values) == 1 for key, values in request.filters.items() if key not in row.keys)
    return (
        keys <= _PARAMETERS[request.audience.kind]
        and single
        and "hour" not in row.keys
        and not {"", 0} & set(row.keys.values())
    )


def rows_query(row: Row, metric: Metric, period: Period) -> dict:
    """Parameters of the page of rows for a line's figure, to be put over those of the report's page."""
    span = span_of_line(period, row)
    query = {"since": span.first, "until": span.last, "hour": row.keys.get("hour"), "metric": metric.key}
    names = {f"only_{key}": str(value) for key, value in row.keys.items() if not DIMENSIONS[key].is_time}
    return query | names


def span_of_line(period: Period, row: Row) -> Period:
    """The days of the line: those of its narrowest time, within the period."""
    span = period
    if "hour" in row.keys:
        first = date.fromisoformat(row.keys["hour"][:10])
        return Period(first, first + timedelta(days=1))
    for key in ("month", "week", "day"):
        if key in row.keys:
            first = date.fromisoformat(row.keys[key])
            until = month_of(first).until if key == "month" else first + timedelta(days=7 if key == "week" else 1)
            span = Period(max(span.first, first), min(span.until, until))
    return span
