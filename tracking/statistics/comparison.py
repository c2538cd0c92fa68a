"""Which line of the period before stands for the same as a line of this one. Pure but for the request's types."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tracking.statistics.dimensions import DIMENSIONS
from tracking.statistics.request import ReportRequest


def key_before(keys: Mapping[str, str | int], request: ReportRequest) -> tuple | None:
    """The keys of the line before, in the order of the dimensions: the same rows and texts, and times moved back by the
    distance of the periods. None for weeks and months where the distance is not a whole number of them."""
    back = request.period.first - request.period.before().first
    moved = {key: _moved(key, value, back, request) for key, value in keys.items() if DIMENSIONS[key].is_time}
    return None if None in moved.values() else tuple({**keys, **moved}.values())


def _moved(key, value, back: timedelta, request):
    if key == "month" or (key == "week" and back.days % 7):
        return None
    if key == "hour":
        local = datetime.fromisoformat(value).replace(tzinfo=None) - back  # the same time on the clock
        return local.replace(tzinfo=request.zone).isoformat(timespec="minutes")
    moved = date.fromisoformat(value) - back
    return moved.isoformat() if moved < request.period.first else None
