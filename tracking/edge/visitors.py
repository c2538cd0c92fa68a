"""Who has clicked which link lately: a table of fixed size that all workers of a machine share and restarts keep.

Each place holds a visitor's 64-bit key and the time of the first click of his window. A key may stand in any of eight
neighbouring places; where all are taken the oldest gives way. So memory is bounded, a look-up is a few comparisons, and
the price of a full table is that an old visitor counts as unique again.
"""

import contextlib
import mmap
import os
import tempfile
from pathlib import Path

_NEIGHBOURS = 8


class Visitors:
    """`places` is rounded up to a power of two; each takes 16 bytes. Without `path` the table is this process's own."""

    def __init__(self, places: int, path: Path | None = None):
        places = max(64, 1 << (places - 1).bit_length())
        self._mask = places - _NEIGHBOURS
        self._map = _shared(path, places * 16) if path else mmap.mmap(-1, places * 16)
        self._cells = memoryview(self._map).cast("Q")  # key, time, key, time…: a look-up touches one cache line or two

    def is_first(self, key: int, now: int, window: int) -> bool:
        """Whether `key` (1…2**64-1) is new within `window` seconds before `now`; remembers it if so."""
        cells = self._cells
        start = ((key >> 7) & self._mask) * 2
        oldest, oldest_time = start, 1 << 63
        for place in range(start, start + 2 * _NEIGHBOURS, 2):
            seen = cells[place + 1]
            if cells[place] == key:
                if now - seen < window:
                    return False
                oldest = place
                break
            if seen < oldest_time:
                oldest, oldest_time = place, seen
                if not seen:  # never used: neither are those behind it
                    break
        cells[oldest + 1] = now
        cells[oldest] = key
        return True


def _shared(path: Path, size: int) -> mmap.mmap:
    """The table in a file, or in memory alone when there is no room: a full disk must not stop a visitor."""
    path = path.with_name(f"{path.name}-{size}")
    with contextlib.suppress(OSError):
        if not path.exists():
            _reserve(path, size)
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            return mmap.mmap(descriptor, size)
        finally:
            os.close(descriptor)
    return mmap.mmap(-1, size)


def _reserve(path: Path, size: int) -> None:
    """Make the file with all its blocks: writing into a hole of it on a full disk would kill the process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".visitors-")
    try:
        os.posix_fallocate(descriptor, 0, size)
        with contextlib.suppress(FileExistsError):  # another worker was first
            os.link(temporary, path)
    finally:
        os.close(descriptor)
        os.unlink(temporary)
