"""The statements of a report over its source. Names of columns come from our own tables of dimensions and metrics,
everything the asker wrote goes as a parameter."""

from collections.abc import Sequence

from tracking.statistics import bases
from tracking.statistics.dimensions import DIMENSIONS
from tracking.statistics.labels import name_source
from tracking.statistics.metrics import COLUMNS, METRICS
from tracking.statistics.request import ReportRequest
from tracking.statistics.sources import Source, columns_of

# The currency asked for; without one that of the asker if there is anything in it, else the first there is.
_CHOSEN = """coalesce(nullif(%(currency_asked)s, ''),
    (SELECT currency FROM totals ORDER BY currency <> %(currency_home)s, currency LIMIT 1))"""


class Select:
    """Statements as (SQL, parameters). Sums come under the names of their columns, dimensions as `by_<key>`."""

    def __init__(self, request: ReportRequest, source: Source):
        self._request, self._source = request, source
        used = columns_of(request)
        self.columns = [column for column in COLUMNS if column in used]
        self._where, self._values = conditions_of(request, source)

    def totals_of_all(self):
        """The totals of each currency."""
        return f"SELECT currency, {self._sums} {self._from} GROUP BY 1 ORDER BY 1", self._values

    def totals(self, currency: str):
        return self._of(currency, f"SELECT {self._sums} {self._from} AND currency = %(currency_asked)s")

    def page(self, currency: str, home: str, offset: int, limit: int | None):
        """The source read once: a page of the lines in the order asked for, numbered by `place`, in the currency, or
        for "" in the one of `chosen_currency`; then, without a place, the totals and the number of `lines` of each
        currency."""
        names = [f"by_{key}" for key in self._request.dimensions]
        part = "" if limit is None else f"LIMIT {int(limit)} OFFSET {int(offset)}"
        query = f"""
            WITH grouped AS MATERIALIZED ({self._grouped()}),
            totals AS (SELECT currency, count(*) AS lines, {self._sums} FROM grouped GROUP BY 1),
            page AS (SELECT * FROM grouped WHERE currency = {_CHOSEN} ORDER BY {self._order} {part})
            SELECT row_number() OVER () AS place, 0 AS lines, currency, {", ".join([*names, *self.columns])} FROM page
            UNION ALL
            SELECT NULL, lines, currency, {", ".join(["NULL"] * len(names) + self.columns)} FROM totals
            ORDER BY place, currency
        """  # noqa: S608
        return query, self._values | {"currency_asked": currency, "currency_home": home}

    def rows_of(self, currency: str, keys: Sequence[tuple]):
        """The lines of these keys (tuples of texts and ids in the order of the dimensions) alone."""
        texts = [[None if value is None else str(value) for value in column] for column in zip(*keys, strict=True)]
        names = [f"keys_{number}" for number in range(len(texts))]
        lists = ", ".join(
            f"%({name})s::{_type(key)}[]" for name, key in zip(names, self._request.dimensions, strict=True)
        )
        columns = ", ".join(f"by_{key}" for key in self._request.dimensions)
        lines = f"({self._grouped()} HAVING currency = %(currency_asked)s) grouped"
        query = f"SELECT * FROM {lines} WHERE ({columns}) IN (SELECT * FROM unnest({lists}))"  # noqa: S608
        sql, values = self._of(currency, query)
        return sql, values | dict(zip(names, texts, strict=True))

    def course(self, unit: str, currency: str):
        return self._of(
            currency,
            f"SELECT {self._source.unit(unit)} AS moment, {self._sums} {self._from} "
            "AND currency = %(currency_asked)s GROUP BY 1",
        )

    def _of(self, currency, query):
        return query, self._values | {"currency_asked": currency}

    @property
    def _sums(self):
        return ", ".join(f"sum({column})::bigint AS {column}" for column in self.columns)

    @property
    def _from(self):
        return f"FROM {self._source.table} WHERE {self._where}"

    def _grouped(self):
        keys = [f"{self._expression(key)} AS by_{key}" for key in self._request.dimensions]
        places = ", ".join(str(number + 1) for number in range(len(keys) + 1))
        return f"SELECT {', '.join([*keys, 'currency'])}, {self._sums} {self._from} GROUP BY {places}"

    def _expression(self, key):
        return self._source.unit(key) if DIMENSIONS[key].is_time else DIMENSIONS[key].column

    @property
    def _order(self):
        key, descending = self._request.sort.lstrip("-"), self._request.sort.startswith("-")
        first = f"{_sort_expression(key)} {'DESC' if descending else 'ASC'} NULLS LAST"
        return ", ".join([first, *(f"by_{each}" for each in self._request.dimensions)])


def conditions_of(request: ReportRequest, source: Source) -> tuple[str, dict]:
    """What stands after WHERE so that only rows of the period, the filters and the asker are left; its parameters."""
    conditions, values = [source.where], dict(source.values)
    for column, value in request.audience.restriction.items():
        conditions.append(f"{column} = %(own_{column})s")
        values[f"own_{column}"] = value
    for key, wanted in request.filters.items():
        conditions.append(_filter(key))
        values[f"only_{key}"] = list(wanted)
    return " AND ".join(conditions), values


def _filter(key):
    """Clicks have no goal: with a goal's leads come the clicks on its offer, so that CR is that of the goal."""
    condition = f"{DIMENSIONS[key].column} = ANY(%(only_{key})s)"
    if key != "goal":
        return condition
    offers = "SELECT offer_id FROM offers_goal WHERE network_id = %(network)s AND id = ANY(%(only_goal)s)"
    return f"({condition} OR (basis IN ('{bases.VISIT}', '{bases.COST}') AND offer_id IN ({offers})))"


def _type(key):
    if key == "hour":
        return "timestamptz"
    return {"time": "date", "id": "bigint", "text": "text"}[DIMENSIONS[key].kind]


def _sort_expression(key):
    if key in METRICS:
        return _metric(METRICS[key])
    if name_source(key):
        model, name = name_source(key)
        return f"(SELECT named.{name} FROM {model._meta.db_table} named WHERE named.id = by_{key})"  # noqa: S608
    return f"by_{key}"


def _metric(metric):
    """The metric as an expression over the sums; ratios by their exact value."""
    whole = " - ".join([f"({' + '.join(metric.plus)})", *metric.minus])
    return f"({whole})::numeric / NULLIF({' + '.join(metric.over)}, 0)" if metric.over else f"({whole})"
