"""The statements of a report over its source. Names of columns come from our own tables of dimensions and metrics,
everything the asker wrote goes as a parameter."""

from collections.abc import Sequence

from tracking.statistics import bases
from tracking.statistics.dimensions import DIMENSIONS
from tracking.statistics.labels import name_source
from tracking.statistics.metrics import COLUMNS, METRICS
from tracking.statistics.request import ReportRequest
from tracking.statistics.sources import Source, columns_of


class Select:
    """Statements as (SQL, parameters). Sums come under the names of their columns, dimensions as `by_<key>`."""

    def __init__(self, request: ReportRequest, source: Source):
        self._request, self._source = request, source
        used = columns_of(request)
        self.columns = [column for column in COLUMNS if column in used]
        where, values = conditions_of(request, source)
        self._where = f"{where} AND basis = ANY(%(bases)s)"
        self._values = values | {"bases": list(bases.rows_of(request.basis, used))}

    def by_currency(self):
        return f"SELECT currency, {self._sums} {self._from} GROUP BY 1 ORDER BY 1", self._values

    def totals(self, currency: str):
        return self._of(currency, f"SELECT {self._sums} {self._from} AND currency = %(currency_asked)s")

    def rows(self, currency: str, offset: int, limit: int | None):
        """The lines in the order asked for."""
        query = f"SELECT * FROM ({self._grouped}) grouped ORDER BY {self._order}"  # noqa: S608
        if limit is not None:
            query += f" LIMIT {int(limit)} OFFSET {int(offset)}"
        return self._of(currency, query)

    def rows_of(self, currency: str, keys: Sequence[tuple]):
        """The lines of these keys (tuples of texts and ids in the order of the dimensions) alone."""
        texts = [[None if value is None else str(value) for value in column] for column in zip(*keys, strict=True)]
        names = [f"keys_{number}" for number in range(len(texts))]
        lists = ", ".join(
            f"%({name})s::{_type(key)}[]" for name, key in zip(names, self._request.dimensions, strict=True)
        )
        columns = ", ".join(f"by_{key}" for key in self._request.dimensions)
        query = f"SELECT * FROM ({self._grouped}) grouped WHERE ({columns}) IN (SELECT * FROM unnest({lists}))"  # noqa: S608
        sql, values = self._of(currency, query)
        return sql, values | dict(zip(names, texts, strict=True))

    def count(self, currency: str):
        return self._of(currency, f"SELECT count(*) AS count FROM ({self._grouped}) grouped")  # noqa: S608

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

    @property
    def _grouped(self):
        dimensions = [f"{self._expression(key)} AS by_{key}" for key in self._request.dimensions]
        places = ", ".join(str(number) for number in range(1, len(dimensions) + 1))
        return (
            f"SELECT {', '.join(dimensions)}, {self._sums} {self._from} AND currency = %(currency_asked)s "
            f"GROUP BY {places}"
        )

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
