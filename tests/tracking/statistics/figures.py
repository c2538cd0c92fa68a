"""Asking for figures, and figures as tuples that can be compared."""

from datetime import date

from tests.factories import NOW
from tracking.statistics.query import report
from tracking.statistics.request import Audience

MANAGER = Audience("manager", None, "USD")
COUNTED = (
    "clicks", "unique_clicks", "bot_clicks", "pending", "approved", "declined", "earnings", "pending_earnings",
    "revenue",
)  # fmt: skip


def ask(*dimensions, **changes):
    usual = {
        "dimensions": dimensions, "metrics": COUNTED, "filters": {}, "date_from": date(2026, 3, 1),
        "date_until": date(2026, 4, 30), "timezone": "UTC", "audience": MANAGER, "limit": None, "now": NOW,
    }  # fmt: skip
    return report(**{**usual, **changes})


def lines(found):
    """{keys: figures} of a report; lines of nothing are left out."""
    rows = {tuple(row.keys.values()): tuple(row.values[key] for key in COUNTED) for row in found.rows}
    return {key: figures for key, figures in rows.items() if any(figures)}


def plain(sums):
    """The same of `independent` sums; keys that are no tuples become tuples."""
    names = ("clicks", "unique", "bots", "pending", "approved", "declined", "earned", "waiting", "revenue")
    found = {
        key if isinstance(key, tuple) else (key,): tuple(getattr(each, name) for name in names)
        for key, each in sums.items()
    }
    return {key: figures for key, figures in found.items() if any(figures)}
