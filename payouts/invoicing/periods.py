"""The periods that invoices are made for. Pure. A period is (first day, first day after it)."""

from datetime import date, timedelta

Period = tuple[date, date]


def last_closed(kind: str, today: date) -> Period:
    """The last period of the kind ("week" from Monday, "half_month", "month") that is over on `today`."""
    if kind == "week":
        until = today - timedelta(days=today.weekday())
        return until - timedelta(days=7), until
    if kind == "half_month" and today.day > 15:
        return today.replace(day=1), today.replace(day=16)
    until = today.replace(day=1)
    before = until - timedelta(days=1)
    return before.replace(day=16 if kind == "half_month" else 1), until
