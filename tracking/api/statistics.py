"""The REST calls of the statistics: the same engine as the pages."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.paging import read_cursor, write_cursor
from cpanet.accounts.rest.parameters import AFTER, DEFAULT_LIMIT, LIMIT, BadParameter, Parameter
from cpanet.accounts.rest.schema import documented
from cpanet.accounts.rest.views import ADVERTISER, AFFILIATE, ApiView
from cpanet.core.money import to_text
from tracking.statistics.bases import BASES, CLICK
from tracking.statistics.dimensions import DIMENSIONS, MAX_DIMENSIONS, dimensions_for
from tracking.statistics.metrics import DEFAULT_METRICS, METRICS, label_for, metrics_for
from tracking.statistics.periods import BadPeriod
from tracking.statistics.query import Report, Row, report
from tracking.statistics.request import Audience, BadReport

_FILTERS = [key for key, dimension in DIMENSIONS.items() if not dimension.is_time]
_LIST = (
    AFTER,
    LIMIT,
    Parameter("dimensions", "texts", "Group by these.", (), False, ["day", "offer"], MAX_DIMENSIONS),
    Parameter("metrics", "texts", "The figures; without it the usual ones of your role.", example=["clicks", "cr"]),
    Parameter("date_from", "day", "The first day.", required=True, example="2026-11-01"),
    Parameter("date_until", "day", "The day after the last one.", required=True, example="2026-12-01"),
    Parameter("timezone", "text", "Whose days are meant; without it the network's.", example="Europe/Berlin"),
    Parameter("basis", "choice", "How leads are dated: by their click (so without it), by themselves, or every change "
              "of theirs by its own time.", tuple(BASES), example="click"),
    Parameter("compare", "flag", "With 1 also the figures of the period before, of totals and rows.", example="1"),
    Parameter("currency", "text", "Figures of offers in this currency; currencies are never summed up.", example="USD"),
    Parameter("sort", "text", "A dimension or a metric; “-” in front for the greatest first.", example="-clicks"),
    *(Parameter(key, "ids" if DIMENSIONS[key].kind == "id" else "texts", f"Only these: {key}.") for key in _FILTERS),
)  # fmt: skip


class StatisticsRowSerializer(serializers.Serializer):
    """`dimensions`: a day, week or month by its first day, an hour by its beginning, rows of ours as id and name.
    `metrics`: counts are numbers, money and ratios decimal strings, null where there is nothing to divide by.
    `previous`: the same for the period before; null without `compare`, and for weeks and months that do not match."""

    dimensions = serializers.DictField()
    metrics = serializers.DictField(child=serializers.JSONField())
    previous = serializers.DictField(child=serializers.JSONField(), allow_null=True)


class StatisticsSerializer(serializers.Serializer):
    """`fresh_until`: changes up to this moment are in the figures. `count`: rows on all pages."""

    data = StatisticsRowSerializer(many=True)
    totals = serializers.DictField(child=serializers.JSONField())
    previous_totals = serializers.DictField(child=serializers.JSONField(), allow_null=True)
    count = serializers.IntegerField()
    currency = serializers.CharField()
    other_currencies = serializers.ListField(child=serializers.CharField())
    timezone = serializers.CharField()
    basis = serializers.ChoiceField(choices=[(each, each) for each in BASES])
    date_from = serializers.DateField()
    date_until = serializers.DateField()
    fresh_until = serializers.DateTimeField()
    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


class StatisticsDimensionSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    is_filter = serializers.BooleanField()


class StatisticsMetricSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    definition = serializers.CharField()
    kind = serializers.ChoiceField(choices=[(each, each) for each in ("number", "money", "percent")])


class StatisticsSchemaSerializer(serializers.Serializer):
    dimensions = StatisticsDimensionSerializer(many=True)
    metrics = StatisticsMetricSerializer(many=True)


_EXAMPLE = {
    "data": [{
        "dimensions": {"day": "2026-11-20", "offer": {"id": 12, "name": "Riche"}},
        "metrics": {"clicks": 1204, "unique_clicks": 1011, "leads": 24, "cr": "0.023739", "earnings": "96.00"},
        "previous": None,
    }],
    "totals": {"clicks": 1204, "unique_clicks": 1011, "leads": 24, "cr": "0.023739", "earnings": "96.00"},
    "previous_totals": None, "basis": "click",
    "count": 1, "currency": "USD", "other_currencies": [], "timezone": "Europe/Berlin", "date_from": "2026-11-20",
    "date_until": "2026-11-21", "fresh_until": "2026-11-20T12:00:03Z", "next_cursor": None, "has_more": False,
}  # fmt: skip
_SCHEMA_EXAMPLE = {
    "dimensions": [{"key": "offer", "label": "Offer", "is_filter": True}],
    "metrics": [{"key": "cr", "label": "CR", "definition": "Leads ÷ unique clicks", "kind": "percent"}],
}


def audience_of(view) -> Audience:
    """Whose figures the caller gets."""
    owner = {AFFILIATE: view.member.affiliate_id, ADVERTISER: view.member.advertiser_id}.get(view.audience)
    return Audience(view.audience, owner, view.currency)


class StatisticsView(ApiView):
    scope, cost = "statistics", "report"
    parameters = _LIST

    @documented("statistics_report", "Report", parameters=_LIST, answer=StatisticsSerializer, example=_EXAMPLE)
    def get(self, request):
        """The figures of the pages. Clicks stand at their own time, leads as `basis` says. What exists for your role is
        said by `statistics/schema`. Reports by marks, source, promo code, system, browser or language read single
        clicks: when they would be too many, 400 says so."""
        try:
            return Response(self._answer())
        except (BadReport, BadPeriod) as error:  # everything comes from the address: 400, like any other bad parameter
            raise BadParameter(str(error), field=error.field, code=error.code) from None

    def _answer(self):
        given = self.given
        offset = read_cursor(given["after"], int)[0] if given["after"] else 0
        limit = given["limit"] or DEFAULT_LIMIT
        found = report(
            dimensions=given["dimensions"] or (),
            metrics=given["metrics"] or DEFAULT_METRICS[self.audience],
            filters={key: given[key] for key in _FILTERS if given[key]},
            date_from=given["date_from"],
            date_until=given["date_until"],
            timezone=given["timezone"] or self.request._request.network.timezone,
            audience=audience_of(self),
            basis=given["basis"] or CLICK,
            compare=bool(given["compare"]),
            currency=given["currency"] or "",
            sort=given["sort"] or "",
            offset=offset,
            limit=limit,
            now=timezone.now(),
        )
        has_more = offset + len(found.rows) < found.count and bool(found.rows)
        return _shown(found, write_cursor([offset + limit]) if has_more else None)


class StatisticsSchemaView(ApiView):
    scope = "statistics"

    @documented(
        "statistics_schema", "What a report can hold", answer=StatisticsSchemaSerializer, example=_SCHEMA_EXAMPLE
    )
    def get(self, request):
        """Dimensions and metrics for your role, each metric with its definition."""
        dimensions = [
            {"key": key, "label": str(each.label), "is_filter": not each.is_time}
            for key, each in dimensions_for(self.audience).items()
        ]
        metrics = [
            {"key": key, "label": str(label_for(each, self.audience)), "definition": str(each.hint), "kind": each.kind}
            for key, each in metrics_for(self.audience).items()
        ]
        return Response({"dimensions": dimensions, "metrics": metrics})


def _shown(found: Report, next_cursor) -> dict:
    request = found.request
    return {
        "data": [_row(found, row) for row in found.rows],
        "totals": _metrics(found, found.totals.values),
        "previous_totals": _metrics(found, found.previous_totals.values) if found.previous_totals else None,
        "count": found.count,
        "currency": found.currency,
        "other_currencies": found.other_currencies,
        "timezone": request.zone.key,
        "basis": request.basis,
        "date_from": request.period.first.isoformat(),
        "date_until": request.period.until.isoformat(),
        "fresh_until": serializers.DateTimeField().to_representation(found.fresh_until),
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
    }


def _row(found: Report, row: Row) -> dict:
    named = {
        key: {"id": value, "name": row.labels[key]} if DIMENSIONS[key].kind == "id" else value
        for key, value in row.keys.items()
    }
    previous = None if row.before is None else _metrics(found, row.before)
    return {"dimensions": named, "metrics": _metrics(found, row.values), "previous": previous}


def _metrics(found: Report, values) -> dict:
    return {key: _figure(METRICS[key].kind, values[key], found.currency) for key in found.request.metrics}


def _figure(kind, value, currency):
    if value is None or kind == "number":
        return value
    return to_text(value, currency) if kind == "money" else f"{value:.6f}"
