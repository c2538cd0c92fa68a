"""Questions put in SQL: those on the way of every call and click, where building a query costs more than its answer.

Everywhere else the ORM asks. `%(network)s` is filled from the scope; row-level security stands behind it as always.
"""

from typing import Any, TypeVar

from django.db import connection, models

from cpanet.tenancy.scope import current_network_id

Row = TypeVar("Row", bound=models.Model)


def rows(model: type[Row], statement: str, **values: Any) -> list[Row]:
    """The rows of `model` that `statement`, a SELECT of all its columns, answers."""
    return list(model._base_manager.raw(statement, {"network": current_network_id(), **values}))


def row(model: type[Row], statement: str, **values: Any) -> Row | None:
    """The first of them, None without any."""
    return next(iter(rows(model, statement, **values)), None)


def columns(statement: str, **values: Any) -> tuple | None:
    """The columns of the first row that `statement` answers, None without any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"network": current_network_id(), **values})
        return cursor.fetchone()
