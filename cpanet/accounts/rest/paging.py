"""Pages by cursor: no row is shown twice or skipped because others came meanwhile."""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.rest.parameters import DEFAULT_LIMIT, BadParameter

# The start of the oldest transaction that writes: whatever it has changed will carry a later `updated_at` or an
# earlier one that nobody has seen yet.
_OLDEST_WRITER = """
    SELECT least(now(), min(xact_start)) - interval '2 seconds' FROM pg_stat_activity
    WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()
"""


def write_cursor(values: list) -> str:
    """An opaque text for where a page ended."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> list:
    """What `write_cursor` wrote, as values of these types. Raises BadParameter for anything else."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if isinstance(values, list) and len(values) == len(kinds):
            return [
                kind.fromisoformat(v) if kind is datetime else _whole(v) for kind, v in zip(kinds, values, strict=True)
            ]
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise BadParameter(_("This cursor is none of ours: take `next_cursor` of the page before."), field="after")


def _whole(value):
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def newest_first(rows: QuerySet, after: str | None, limit: int | None, show: Callable) -> dict:
    """A page of `rows` by descending id: `{data, next_cursor, has_more}`; `show(list of rows)` gives the data."""
    if after:
        rows = rows.filter(pk__lt=read_cursor(after, int)[0])
    return _page(rows.order_by("-pk"), limit, show, lambda row: [row.pk])


def changed_since(rows: QuerySet, since: datetime, after: str | None, limit: int | None, show: Callable) -> dict:
    """A page of `rows` in the order of their change. Rows changed by transactions that may still be at work wait for a
    later call, so that none is ever skipped; `next_cursor` is there also on the last page, to go on from."""
    rows = rows.filter(updated_at__gte=since, updated_at__lt=settled_until())
    start = [since.isoformat(), 0]
    if after:
        moment, pk = read_cursor(after, datetime, int)
        if moment.tzinfo is None:
            raise BadParameter(_("This cursor is none of ours: take `next_cursor` of the page before."), field="after")
        start = [moment.isoformat(), pk]
        rows = rows.filter(Q(updated_at__gt=moment) | Q(updated_at=moment, pk__gt=pk))
    page = _page(rows.order_by("updated_at", "pk"), limit, show, lambda row: [row.updated_at.isoformat(), row.pk])
    return page | {"next_cursor": page["next_cursor"] or page["last"] or write_cursor(start)}


def settled_until() -> datetime:
    """All changes before this moment are committed."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_WRITER)
        return cursor.fetchone()[0]


def _page(rows, limit, show, position):
    limit = limit or DEFAULT_LIMIT
    found = list(rows[: limit + 1])
    has_more, found = len(found) > limit, found[:limit]
    last = write_cursor(position(found[-1])) if found else None
    return {"data": show(found), "next_cursor": last if has_more else None, "has_more": has_more, "last": last}


def envelope(page: dict) -> dict:
    """A page without what only paging knows."""
    return {key: page[key] for key in ("data", "next_cursor", "has_more")}
