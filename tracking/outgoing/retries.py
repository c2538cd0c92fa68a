"""When a delivery is tried again, and when nobody tries any more. Pure."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from cpanet.core.numbers import whole_number

# The waits after the first, second, … failed attempt: about three days in all.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (30, 120, 480, 1800, 5400, 10800, 21600, 32400, 43200, 57600, 86400)
)  # fmt: skip
# An answer that says “you are wrong” seldom changes by itself: a while for a tracker that is being set up, no more.
WAITS_WHEN_REFUSED = WAITS[1:4]
JITTER = 0.2
LONGEST_WISH = timedelta(days=1)
MORE_PATIENCE = frozenset({408, 425, 429})

# A receiver is paused after this many failures without a success between them, over at least this time.
FAILURES_TO_PAUSE = 10
TIME_TO_PAUSE = timedelta(hours=12)


def next_attempt(
    *, attempts: int, status: int | None, retry_after: str, now: datetime, chance: random.Random
) -> datetime | None:
    """When to try again after `attempts` failed ones, the last with this status (None: no answer at all).

    None: not at all. The receiver's Retry-After is heeded up to a day.
    """
    waits = WAITS_WHEN_REFUSED if is_refusal(status) else WAITS
    if attempts > len(waits):
        return None
    wait = waits[attempts - 1] * chance.uniform(1 - JITTER, 1 + JITTER)
    return now + max(wait, wished_wait(retry_after, now))


def is_refusal(status: int | None) -> bool:
    """An answer that the same call will get again: a 4xx, or a redirect that leads nowhere."""
    return status is not None and 300 <= status < 500 and status not in MORE_PATIENCE


def wished_wait(retry_after: str, now: datetime) -> timedelta:
    """What a Retry-After header asks for, in seconds or as a date; nothing when it makes no sense."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        seconds = whole_number(text, most=int(LONGEST_WISH.total_seconds()))
        return LONGEST_WISH if seconds is None else timedelta(seconds=seconds)
    try:
        asked = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return timedelta(0)
    asked = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    return max(timedelta(0), min(asked - now, LONGEST_WISH))
