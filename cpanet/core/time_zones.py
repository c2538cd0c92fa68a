"""The names of time zones."""

import zoneinfo
from functools import cache


@cache
def zone_names() -> tuple[str, ...]:
    """All that the zone database knows, by the alphabet; looking for them reads the beginning of every file."""
    return tuple(sorted(zoneinfo.available_timezones()))
