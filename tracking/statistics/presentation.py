"""A report as a page shows it: heads, cells, tiles, chart. Plain data for the template."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from cpanet.core import ui
from tracking.statistics.dimensions import DIMENSIONS
from tracking.statistics.labels import short_label
from tracking.statistics.metrics import METRICS, label_for
from tracking.statistics.periods import Period, month_of, points
from tracking.statistics.query import Report, Row, series

# What one looks at next in a line: its label leads to the same report of that line alone, grouped by this.
NEXT = {
    "month": "day", "week": "day", "day": "hour", "advertiser": "offer", "affiliate": "offer", "offer": "link",
    "link": "sub1", "goal": "link", "landing": "link", "source": "sub1", "coupon": "day",
    **{f"sub{number}": f"sub{number + 1}" for number in range(1, 10)},
    "country": "device", "device": "system", "system": "browser", "browser": "country", "language": "country",
}  # fmt: skip
QUICK = {"day", "month", "advertiser", "affiliate", "offer", "link", "goal", "sub1", "country", "device"}


@dataclass(frozen=True)
class Cell:
    label: str
    text: str
    url: str = ""
    is_number: bool = True
    change: str = ""


@dataclass(frozen=True)
class Head:
    key: str
    label: str
    hint: str
    is_number: bool


def heads(report: Report) -> list[Head]:
    """The columns: dimensions, then metrics."""
    kind = report.request.audience.kind
    metrics = [Head(metric.key, str(label_for(metric, kind)), str(metric.hint), True) for metric in report.metrics]
    return [Head(each.key, str(each.label), "", False) for each in report.dimensions] + metrics


def cells(report: Report, row: Row, drill: Callable, leads: Callable) -> list[Cell]:
    """A line. `drill(key, value)` gives the address one level deeper, `leads(row, metric)` that of the leads behind a
    figure; "" for none."""
    labels = {head.key: head.label for head in heads(report)}
    named = [Cell(labels[key], row.labels[key], drill(key, row.keys[key]), False) for key in row.keys]
    figures = [
        Cell(
            labels[key],
            printed(report, row, key),
            leads(row, METRICS[key]) if row.values[key] else "",
            change=_change_text(METRICS[key].kind, row.values[key], row.before[key]) if row.before else "",
        )
        for key in report.request.metrics
    ]
    return named + figures


def _change_text(kind, now, before):
    """How a figure has changed, for its line: "+8.2%"; in points where it is a percentage itself."""
    change = _change(kind, now, before)
    return ui.NOTHING if change is None else ui.format_change(change, points=kind == "percent")


def total_cells(report: Report, leads: Callable) -> list[Cell]:
    """The last line: the sums of all lines on all pages; `leads` as in `cells`."""
    words = [_("Total")] + [""] * (len(report.dimensions) - 1)
    named = [Cell(str(each.label), word, is_number=False) for each, word in zip(report.dimensions, words, strict=False)]
    kind = report.request.audience.kind
    return named + [
        Cell(
            str(label_for(each, kind)),
            printed(report, report.totals, each.key),
            leads(report.totals, each) if report.totals.values[each.key] else "",
            change=_change_text(each.kind, report.totals.values[each.key], report.previous_totals.values[each.key])
            if report.previous_totals and any(row.before for row in report.rows)
            else "",
        )
        for each in report.metrics
    ]


def printed(report: Report, row: Row, key: str) -> str:
    """A figure as text in the language of the page."""
    return ui.printed(row.values[key], METRICS[key].kind, report.currency)


def tiles(report: Report) -> list[dict]:
    """One tile for each metric: its total and its change against the period before."""
    before = report.previous_totals.values if report.previous_totals else {}
    return [
        {
            "key": metric.key,
            "label": label_for(metric, report.request.audience.kind),
            "value": printed(report, report.totals, metric.key),
            "delta": _change(metric.kind, report.totals.values[metric.key], before.get(metric.key)),
            "kind": "points" if metric.kind == "percent" else "percent",
            "good": metric.good,
        }
        for metric in report.metrics
    ]


def _change(kind, now, before):
    if now is None or before is None:
        return None
    if kind == "percent":
        return now - before
    return Decimal(now - before) / abs(before) if before else None


def chart(report: Report, selected: str, with_previous: bool) -> dict:
    """The course of all chosen metrics over the period, beside that of the period before."""
    request = report.request
    unit, before = unit_of(request.period), request.period.before()
    labels, now = _course(report, unit, request.period)
    _labels, past = _course(report, unit, before) if with_previous else ([], [])
    past = (past + [dict.fromkeys(request.metrics)] * len(now))[: len(now)]
    metrics = [
        ui.chart_metric(
            metric.key,
            label_for(metric, request.audience.kind),
            [point[metric.key] for point in now],
            kind=metric.kind,
            currency=report.currency,
            previous=[point[metric.key] for point in past] if with_previous else None,
        )
        for metric in report.metrics
    ]
    return ui.chart_data(labels, metrics, selected=selected, previous_label=_("The period before"))


def unit_of(period: Period) -> str:
    """Hours within two days, then days, weeks, months: a line of at most some hundred points."""
    limits = ((2, "hour"), (92, "day"), (730, "week"))
    return next((unit for days, unit in limits if period.days <= days), "month")


def _course(report, unit, period) -> tuple[list[str], list[Mapping]]:
    """(labels, values by metric) of every point of the period, the empty ones too."""
    request = report.request
    sums = series(request, unit, period, report.currency)
    moments = list(points(period, unit, request.zone))
    nothing = dict.fromkeys(report.totals.sums, 0)
    keys = [{unit: _key(unit, moment.astimezone(request.zone))} for moment in moments]
    labels = [short_label(unit, key[unit], period) for key in keys]
    values = [{m.key: m.value(sums.get(moment, nothing)) for m in report.metrics} for moment in moments]
    return labels, values


def _key(unit, local):
    return local.isoformat(timespec="minutes") if unit == "hour" else local.date().isoformat()


def filterable(key: str) -> bool:
    """Whether a line of this dimension can be looked at alone."""
    return not DIMENSIONS[key].is_time


def span_of(key: str, value: str) -> Period:
    """The days of a line of a time: of a day, a week or a month, named by its first day."""
    first = date.fromisoformat(value)
    return month_of(first) if key == "month" else Period(first, first + timedelta(days=7 if key == "week" else 1))
