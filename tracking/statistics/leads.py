"""From a figure to the leads it counts: the parameters of the leads page that show exactly those."""

from datetime import date, timedelta

from tracking.statistics.dimensions import DIMENSIONS
from tracking.statistics.metrics import ADVERTISER, AFFILIATE, MANAGER, Metric
from tracking.statistics.periods import Period, month_of
from tracking.statistics.query import Row
from tracking.statistics.request import ReportRequest

# The leads pages filter by these; a line that is narrowed by anything else has no faithful list of leads.
_PARAMETERS = {
    AFFILIATE: {"offer", "link", "country", "sub1"},
    ADVERTISER: {"offer", "country"},
    MANAGER: {"offer", "affiliate", "advertiser", "link", "country", "sub1"},
}


def leads_query(request: ReportRequest, row: Row, metric: Metric) -> dict | None:
    """Parameters of the leads page for a line's figure; None where there is no such list."""
    if metric.leads is None or not _is_listable(request, row):
        return None
    span = _span(request.period, row)
    query = {"clicked_from": span.first, "clicked_until": span.last}
    query |= {key: list(values) for key, values in request.filters.items()}
    query |= {key: value for key, value in row.keys.items() if not DIMENSIONS[key].is_time}
    return query | ({"status": metric.leads} if metric.leads else {})


def _is_listable(request, row):
    keys = {*request.filters, *(key for key in row.keys if not DIMENSIONS[key].is_time)}
    single = all(len(values) == 1 for key, values in request.filters.items() if key not in row.keys)
    return (
        keys <= _PARAMETERS[request.audience.kind] and single and "hour" not in row.keys and "" not in row.keys.values()
    )


def _span(period: Period, row: Row) -> Period:
    """The days of the line: those of its narrowest time, within the period."""
    span = period
    for key in ("month", "week", "day"):
        if key in row.keys:
            first = date.fromisoformat(row.keys[key])
            until = month_of(first).until if key == "month" else first + timedelta(days=7 if key == "week" else 1)
            span = Period(max(span.first, first), min(span.until, until))
    return span
