"""The one way to ask for figures: pages, exports and the API call `report`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import CharField, DateTimeField, F, Func, OuterRef, Subquery, Sum, Value

from tracking.models import HourlyLinkStats, HourlyStats
from tracking.statistics.dimensions import DIMENSIONS, Dimension
from tracking.statistics.labels import labels_of, name_source
from tracking.statistics.metrics import COLUMNS, METRICS, Metric
from tracking.statistics.periods import Period, has_whole_hours
from tracking.statistics.request import Audience, ReportRequest, checked
from tracking.statistics.rollup import counted_until

_OF_LINKS = {"offer", "advertiser", "affiliate", "link"}


@dataclass(frozen=True)
class Row:
    """One line: `keys` by dimension (ISO text for times, ids and texts as they are), their `labels` for people, the
    `sums` of the columns its metrics need, `values` by metric (ints, Decimals, None)."""

    keys: Mapping[str, str | int]
    labels: Mapping[str, str]
    sums: Mapping[str, int]
    values: Mapping[str, int | Decimal | None]


@dataclass(frozen=True)
class Report:
    """What was asked and what came. `count` is the number of rows on all pages; `totals` are over all rows; money is in
    units of `currency`; `other_currencies` have figures of their own, which are never summed up with these."""

    request: ReportRequest
    rows: list[Row]
    count: int
    totals: Row
    previous_totals: Row | None
    currency: str
    other_currencies: list[str]
    fresh_until: datetime
    metrics: list[Metric] = field(default_factory=list)
    dimensions: list[Dimension] = field(default_factory=list)


class Truncated(Func):
    """`date_trunc(unit, instant, zone)`: exact also for the hour that a clock shows twice."""

    function = "date_trunc"
    output_field = DateTimeField()

    def __init__(self, unit: str, instant, zone: ZoneInfo):
        super().__init__(Value(unit), instant, Value(zone.key))


def report(
    *,
    dimensions: Sequence[str],
    metrics: Sequence[str],
    filters: Mapping[str, Sequence[str]],
    date_from: date,
    date_until: date,
    timezone: str,
    audience: Audience,
    currency: str = "",
    sort: str = "",
    offset: int = 0,
    limit: int | None = 100,
    compare: bool = False,
    now: datetime,
) -> Report:
    """Figures of clicks made from `date_from` up to, but without, `date_until` (days in `timezone`) and of the leads
    that came of them, for the network in scope and what the audience may see.

    `dimensions` (up to four) and `metrics` are keys; `filters` maps dimensions to the values any of which may match;
    `sort` is a dimension or metric, "-" in front for descending; `limit=None` gives all rows; `compare` adds the
    totals of the period before. Raises BadReport (naming the parameter) and BadPeriod.
    """
    request = checked(
        dimensions=dimensions,
        metrics=metrics,
        filters=filters,
        period=Period(date_from, date_until),
        timezone=timezone,
        audience=audience,
        currency=currency,
        sort=sort,
    )
    return run(request, offset=offset, limit=limit, compare=compare, now=now)


def run(
    request: ReportRequest, *, now: datetime, offset: int = 0, limit: int | None = 100, compare: bool = False
) -> Report:
    """The same for a request that has been checked already."""
    matching = _matching(request, request.period)
    currency, others, totals = _totals_by_currency(matching, request)
    matching = matching.filter(currency=currency)
    rows, count = _rows(matching, request, offset, limit, totals)
    return Report(
        request=request,
        rows=rows,
        count=count,
        totals=totals,
        currency=currency,
        other_currencies=others,
        previous_totals=_totals(_matching(request, request.period.before()).filter(currency=currency), request)
        if compare
        else None,
        fresh_until=counted_until(now),
        metrics=[METRICS[key] for key in request.metrics],
        dimensions=[DIMENSIONS[key] for key in request.dimensions],
    )


def series(request: ReportRequest, unit: str, period: Period, currency: str) -> dict[datetime, Mapping[str, int]]:
    """Sums of the columns by the beginnings (UTC) of hours, days, weeks or months of a period, without empty ones."""
    moment = Truncated(unit, _instant(request, period), request.zone)
    matching = _matching(request, period).filter(currency=currency)
    found = matching.annotate(moment=moment).values("moment").order_by("moment").annotate(**_summed(request))
    return {row["moment"].astimezone(UTC): _sums(row, request) for row in found}


def _matching(request, period):
    begin, end = period.instants(request.zone)
    rows = _source(request, period).objects.filter(
        hour__gte=begin.replace(minute=0), hour__lt=end, **request.audience.restriction
    )
    if begin.minute or end.minute:
        rows = rows.annotate(instant=_quarter_start()).filter(instant__gte=begin, instant__lt=end)
    for key, values in request.filters.items():
        rows = rows.filter(**{f"{DIMENSIONS[key].column}__in": values})
    return rows


def _source(request, period):
    """The smallest table that can answer: by link and hour, or by everything and the quarters of hours."""
    asked = {*request.dimensions, *request.filters} - {key for key, each in DIMENSIONS.items() if each.is_time}
    return HourlyLinkStats if asked <= _OF_LINKS and has_whole_hours(period, request.zone) else HourlyStats


def _instant(request, period):
    """The moment a row stands for: its hour, or where days do not begin with an hour of UTC its quarter of an hour."""
    return F("hour") if has_whole_hours(period, request.zone) else _quarter_start()


def _quarter_start():
    minutes = Func(Value(0), Value(0), Value(0), Value(0), Value(0), F("quarter") * 15, function="make_interval")
    return Func(F("hour"), minutes, template="(%(expressions)s)", arg_joiner=" + ", output_field=DateTimeField())


def _totals_by_currency(matching, request):
    """(the one currency of this report, the others that occur, the totals of the one)."""
    found = {
        row["currency"]: row for row in matching.values("currency").annotate(**_summed(request)).order_by("currency")
    }
    home = request.audience.currency
    chosen = request.currency or (home if home in found or not found else next(iter(found)))
    sums = _sums(found[chosen], request) if chosen in found else dict.fromkeys(_columns(request), 0)
    return chosen, [currency for currency in found if currency != chosen], _row({}, {}, sums, request)


def _rows(matching, request, offset, limit, totals):
    if not request.dimensions:
        return [totals], 1
    grouped, instant = matching, _instant(request, request.period)
    for key in request.dimensions:
        dimension = DIMENSIONS[key]
        expression = Truncated(dimension.column, instant, request.zone) if dimension.is_time else F(dimension.column)
        grouped = grouped.annotate(**{f"by_{key}": expression})
    grouped = grouped.values(*(f"by_{key}" for key in request.dimensions)).annotate(**_summed(request))
    ordered = _ordered(grouped, request)
    page = list(ordered[offset : offset + limit] if limit is not None else ordered[offset:])
    whole = limit is None or (page and len(page) < limit) or (not page and not offset)
    count = offset + len(page) if whole else grouped.order_by().count()
    return _labelled(page, request), count


def _ordered(grouped, request):
    key, descending = request.sort.lstrip("-"), request.sort.startswith("-")
    if key in METRICS:
        expression = _sql(METRICS[key])
    elif name_source(key):
        model, name = name_source(key)
        grouped = grouped.annotate(
            name=Subquery(model.objects.filter(pk=OuterRef(f"by_{key}")).values(name)[:1], output_field=CharField())
        )
        expression = F("name")
    else:
        expression = F(f"by_{key}")
    first = expression.desc(nulls_last=True) if descending else expression.asc(nulls_last=True)
    return grouped.order_by(first, *(f"by_{each}" for each in request.dimensions))


def _sql(metric):
    """The metric as an expression over the sums; ratios by their exact value."""
    whole = sum((F(f"sum_{column}") for column in metric.plus[1:]), F(f"sum_{metric.plus[0]}"))
    for column in metric.minus:
        whole = whole - F(f"sum_{column}")
    if not metric.over:
        return whole + 0
    parts = sum((F(f"sum_{column}") for column in metric.over[1:]), F(f"sum_{metric.over[0]}"))
    return whole * 1.0 / Func(parts, Value(0), function="NULLIF")


def _labelled(found, request):
    keys = [{key: _key(DIMENSIONS[key], row[f"by_{key}"], request.zone) for key in request.dimensions} for row in found]
    labels = labels_of(request.dimensions, keys, request.audience.kind)
    return [_row(key, label, _sums(row, request), request) for key, label, row in zip(keys, labels, found, strict=True)]


def _key(dimension, value, zone):
    if dimension.is_time:
        local = value.astimezone(zone)
        return local.isoformat(timespec="minutes") if dimension.key == "hour" else local.date().isoformat()
    return value


def _totals(matching, request):
    return _row({}, {}, _sums(matching.aggregate(**_summed(request)), request), request)


def _columns(request):
    """The columns that the metrics asked for are made of."""
    used = {column for key in request.metrics for column in METRICS[key].columns}
    return [column for column in COLUMNS if column in used]


def _summed(request):
    return {f"sum_{column}": Sum(column) for column in _columns(request)}


def _sums(row, request):
    return {column: int(row[f"sum_{column}"] or 0) for column in _columns(request)}


def _row(keys, labels, sums, request):
    return Row(keys, labels, sums, {key: METRICS[key].value(sums) for key in request.metrics})
