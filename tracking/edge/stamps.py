"""Ids and times of clicks, as text, cheap enough for every click."""

import os
import time

_POOL_BYTES = 8190
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


class ClickIds:
    """Makes UUIDs of version 7 out of a pool of system randomness: unguessable, and a third of the price of uuid.UUID.

    Make one per process, after forking.
    """

    __slots__ = ("_at", "_millisecond", "_pool", "_prefix")

    def __init__(self):
        self._pool, self._at = "", 0
        self._millisecond, self._prefix = -1, ""

    def new(self, millisecond: int) -> str:
        """The canonical text of a new UUID 7 whose time is `millisecond` (Unix)."""
        if millisecond != self._millisecond:
            digits = f"{millisecond:012x}"
            self._millisecond, self._prefix = millisecond, f"{digits[:8]}-{digits[8:]}-7"
        at = self._at
        self._at = at + 19
        if self._at > len(self._pool):
            self._pool, at, self._at = os.urandom(_POOL_BYTES).hex(), 0, 19
        digits = self._pool[at : at + 19]
        return f"{self._prefix}{digits[:3]}-{_VARIANT[digits[3]]}{digits[4:7]}-{digits[7:]}"


class Times:
    """Writes Unix milliseconds as `2026-11-22 03:15:08.123+00`."""

    __slots__ = ("_millisecond", "_prefix", "_second", "_text")

    def __init__(self):
        self._millisecond, self._text = -1, ""
        self._second, self._prefix = -1, ""

    def text(self, millisecond: int) -> str:
        """The text of a moment; within one millisecond it is the same object."""
        if millisecond != self._millisecond:
            self._millisecond, self._text = millisecond, self._written(millisecond)
        return self._text

    def _written(self, millisecond: int) -> str:
        second, rest = divmod(millisecond, 1000)
        if second != self._second:
            self._second, self._prefix = second, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(second))
        return f"{self._prefix}.{rest:03d}+00"
