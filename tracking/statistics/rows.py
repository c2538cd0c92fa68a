"""From a figure to its rows: the clicks, costs or changes of leads that it sums up, found by the same facts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from tracking.models import Click, Conversion
from tracking.statistics.bases import COST, VISIT
from tracking.statistics.labels import labels_of
from tracking.statistics.metrics import COLUMNS, METRICS, Metric
from tracking.statistics.periods import Period
from tracking.statistics.request import BadReport, ReportRequest
from tracking.statistics.sources import check_raw, raw_source
from tracking.statistics.sql import conditions_of

_WHICH = {"people": "clicks <> 0", "unique": "unique_clicks <> 0", "robots": "bot_clicks <> 0", "cost": "cost <> 0"}
_STATUSES = ("pending", "approved", "declined")
_NAMED = {"offer": "offer_id", "link": "link_id", "affiliate": "affiliate_id", "goal": "goal_id"}
_AMOUNTS = tuple(column for column in COLUMNS if column.endswith(("_earning", "_revenue", "_referral")))
_OF_PLACE = ("country", "device", "system", "browser", "sub1")
_COLUMNS = (
    "at",
    "basis",
    "click_id",
    "lead_id",
    *_OF_PLACE,
    "cost",
    "currency",
    *_NAMED.values(),
    *_STATUSES,
    *_AMOUNTS,
)


@dataclass(frozen=True)
class Fact:
    """One row behind a figure. `values` by column; `names` of offer, link, affiliate, goal; `click` and `lead` are the
    rows themselves, None where they are not kept or there is none."""

    values: Mapping
    names: Mapping[str, str]
    click: Click | None
    lead: Conversion | None

    @property
    def change(self) -> str:
        """For a change of a lead "+approved", "−pending", …; "" for anything else."""
        return next(
            (("+" if self.values[status] > 0 else "−") + status for status in _STATUSES if self.values[status]), ""
        )


def is_followed(metric: Metric) -> bool:
    """Whether the metric is a sum of rows, and no ratio of two sums."""
    return bool(metric.visits) or metric.leads is not None


def rows_behind(request: ReportRequest, hour: datetime | None, *, offset: int, limit: int) -> tuple[list[Fact], int]:
    """(a page of the rows that the one metric of the request counts, the newest first; how many there are).

    `hour` narrows the period to one hour. Raises BadReport for a metric that is no sum of rows, and when too many
    clicks would have to be read.
    """
    metric = METRICS[request.metrics[0]]
    if not is_followed(metric):
        raise BadReport(_("“%s” is a ratio: follow the figures it is made of.") % metric.label, field="metric")
    check_raw(request, request.period)
    begin, end = (hour, hour + timedelta(hours=1)) if hour else request.period.instants(request.zone)
    source = raw_source(request, begin, end, _bases(request, metric))
    where, values = conditions_of(request, source)
    rows = f"FROM {source.table} WHERE {where} AND currency = %(currency_asked)s AND ({_which(metric)})"
    values |= {"currency_asked": request.currency, "offset": offset, "limit": limit}
    order = "ORDER BY at DESC, lead_id, click_id LIMIT %(limit)s OFFSET %(offset)s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {rows}", values)
        count = cursor.fetchone()[0]
        cursor.execute(f"SELECT {', '.join(_COLUMNS)} {rows} {order}", values)
        found = [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    return _with_rows(found, request), count


def narrowed(request: ReportRequest, filters: Mapping, period: Period) -> ReportRequest:
    """The request of one line."""
    return replace(request, filters={**request.filters, **filters}, period=period)


def _bases(request, metric):
    if metric.visits:
        return (VISIT, COST) if metric.visits == "cost" else (VISIT,)
    return (request.basis,)


def _which(metric):
    if metric.visits:
        return _WHICH[metric.visits]
    return " OR ".join(f"{status} <> 0" for status in ([metric.leads] if metric.leads else _STATUSES))


def _with_rows(found, request):
    keys = [{name: row[column] for name, column in _NAMED.items()} for row in found]
    names = labels_of(list(_NAMED), keys, request.audience.kind)
    leads = Conversion.objects.in_bulk({row["lead_id"] for row in found if row["lead_id"]})
    clicks = _clicks([row for row in found if not row["lead_id"]])
    return [
        Fact(row, name, clicks.get(row["click_id"]), leads.get(row["lead_id"]))
        for row, name in zip(found, names, strict=True)
    ]


def _clicks(found):
    if not found:
        return {}
    span = (min(row["at"] for row in found), max(row["at"] for row in found))
    ids = [row["click_id"] for row in found if row["click_id"]]
    return {click.id: click for click in Click.objects.filter(id__in=ids, clicked_at__range=span)}
