"""The one way to ask for figures: pages, exports and the API call `report`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.db import connection

from tracking.statistics.bases import CLICK
from tracking.statistics.comparison import key_before
from tracking.statistics.dimensions import DIMENSIONS, Dimension
from tracking.statistics.labels import labels_of
from tracking.statistics.metrics import COLUMNS, METRICS, Metric
from tracking.statistics.periods import Period
from tracking.statistics.request import Audience, ReportRequest, checked
from tracking.statistics.rollup import counted_until
from tracking.statistics.sources import source_for
from tracking.statistics.sql import Select


@dataclass(frozen=True)
class Row:
    """One line: `keys` by dimension (ISO text for times, ids and texts as they are), their `labels` for people, the
    `sums` of the columns its metrics need, `values` by metric (ints, Decimals, None), `before` the same of the period
    before (None where it was not asked for, or there is no such line)."""

    keys: Mapping[str, str | int]
    labels: Mapping[str, str]
    sums: Mapping[str, int]
    values: Mapping[str, int | Decimal | None]
    before: Mapping[str, int | Decimal | None] | None = None


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


def report(
    *,
    dimensions: Sequence[str],
    metrics: Sequence[str],
    filters: Mapping[str, Sequence[str]],
    date_from: date,
    date_until: date,
    timezone: str,
    audience: Audience,
    basis: str = CLICK,
    currency: str = "",
    sort: str = "",
    offset: int = 0,
    limit: int | None = 100,
    compare: bool = False,
    now: datetime,
) -> Report:
    """Figures of clicks made from `date_from` up to, but without, `date_until` (days in `timezone`) and of the leads
    dated by `basis` (see tracking.statistics.bases), for the network in scope and what the audience may see.

    `dimensions` (up to four) and `metrics` are keys; `filters` maps dimensions to the values any of which may match;
    `sort` is a dimension or metric, "-" in front for descending; `limit=None` gives all rows; `compare` adds the
    figures of the period before to the totals and to every row. Raises BadReport (naming the parameter) and BadPeriod.
    """
    request = checked(
        dimensions=dimensions,
        metrics=metrics,
        filters=filters,
        period=Period(date_from, date_until),
        timezone=timezone,
        audience=audience,
        basis=basis,
        currency=currency,
        sort=sort,
    )
    return run(request, offset=offset, limit=limit, compare=compare, compare_rows=compare, now=now)


def run(
    request: ReportRequest,
    *,
    now: datetime,
    offset: int = 0,
    limit: int | None = 100,
    compare: bool = False,
    compare_rows: bool = False,
) -> Report:
    """The same for a request that has been checked already; `compare` is about the totals alone."""
    select = Select(request, source_for(request, request.period))
    currency, others, sums, lines, count = _page(select, request, offset, limit)
    totals = _row({}, {}, sums, request)
    rows = _labelled(lines, request) if request.dimensions else [totals]
    return Report(
        request=request,
        rows=_with_before(rows, request, currency) if compare_rows else rows,
        count=count if request.dimensions else 1,
        totals=totals,
        currency=currency,
        other_currencies=others,
        previous_totals=_totals_before(request, currency) if compare else None,
        fresh_until=counted_until(now),
        metrics=[METRICS[key] for key in request.metrics],
        dimensions=[DIMENSIONS[key] for key in request.dimensions],
    )


def series(request: ReportRequest, unit: str, period: Period, currency: str) -> dict[datetime, Mapping[str, int]]:
    """Sums of the columns by the beginnings (UTC) of hours, days, weeks or months of a period, without empty ones."""
    request = _undivided(request)
    select = Select(request, source_for(request, period, unit=unit))
    return {_instant(row["moment"], request.zone): _sums(row) for row in _fetch(select.course(unit, currency))}


def _instant(moment, zone):
    """A day begins where the clock of the zone shows midnight."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment, time.min, tzinfo=zone).astimezone(UTC)


def _page(select, request, offset, limit):
    """(the one currency of this report, the others that occur, its totals, its lines of this page, how many on all)."""
    home = request.audience.currency
    statement = select.page(request.currency, home, offset, limit) if request.dimensions else select.totals_of_all()
    found = _fetch(statement)
    lines = [row for row in found if row.get("place")]
    totals = {row["currency"]: row for row in found[len(lines) :]}
    chosen = request.currency or (home if home in totals or not totals else next(iter(totals)))
    nothing = dict.fromkeys(select.columns, 0)
    whole = totals.get(chosen, nothing)
    return chosen, [currency for currency in totals if currency != chosen], _sums(whole), lines, whole.get("lines", 0)


def _totals_before(request, currency):
    return _row({}, {}, _sums(_fetch_one(_earlier(_undivided(request)).totals(currency))), request)


def _earlier(request):
    return Select(request, source_for(request, request.period.before()))


def _undivided(request):
    """The same without its dimensions: a smaller table may know the sums."""
    return replace(request, dimensions=())


def _labelled(found, request):
    keys = [{key: _key(key, row[f"by_{key}"], request.zone) for key in request.dimensions} for row in found]
    labels = labels_of(request.dimensions, keys, request.audience.kind)
    return [_row(key, label, _sums(row), request) for key, label, row in zip(keys, labels, found, strict=True)]


def _key(key, value, zone):
    if key == "hour":
        return value.astimezone(zone).isoformat(timespec="minutes")
    return value.isoformat() if DIMENSIONS[key].is_time else value


def _with_before(rows, request, currency):
    """Each line with the figures of the line that stood for the same in the period before."""
    wanted = {tuple(row.keys.values()): key_before(row.keys, request) for row in rows}
    known = [key for key in wanted.values() if key is not None]
    if not known or not request.dimensions:
        return rows
    names, earlier = request.dimensions, _earlier(request)
    found = {
        tuple(_key(key, row[f"by_{key}"], request.zone) for key in names): _sums(row)
        for row in _fetch(earlier.rows_of(currency, known))
    }
    nothing = dict.fromkeys(earlier.columns, 0)
    return [_beside(row, wanted[tuple(row.keys.values())], found, nothing, request) for row in rows]


def _beside(row, key, found, nothing, request):
    before = None if key is None else _values(found.get(key, nothing), request)
    return Row(row.keys, row.labels, row.sums, row.values, before)


def _row(keys, labels, sums, request):
    return Row(keys, labels, sums, _values(sums, request))


def _values(sums, request):
    return {key: METRICS[key].value(sums) for key in request.metrics}


def _sums(row):
    return {name: int(value or 0) for name, value in row.items() if name in COLUMNS}


def _fetch(statement) -> list[dict]:
    """Rows as mappings of the names of columns."""
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _fetch_one(statement) -> dict:
    [row] = _fetch(statement)
    return row
