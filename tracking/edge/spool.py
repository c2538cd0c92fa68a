"""The spool: clicks on this machine's disk until they are in the database.

A segment is a file of COPY lines named `<edge>.<UTC time>.<number>.<process>.clicks`, so names sort by time. While it
is being written its writer holds a lock on it; a segment without a lock is finished, whatever became of its writer, and
what follows its last line end is a torn line that was never answered for.
"""

import contextlib
import fcntl
import logging
import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

SUFFIX = ".clicks"
BACKLOG_BYTES = 16 * 1024 * 1024
RETRY_SECONDS = 1.0
SHOUT_SECONDS = 10.0
log = logging.getLogger("cpanet.edge.spool")


def edge_id(directory: Path, name: str) -> str:
    """The name of this spool, made once per directory: two machines never share one, even with equal host names."""
    path = directory / "edge_id"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        new = directory / f".edge_id-{secrets.token_hex(4)}"
        new.write_text(f"{name}-{secrets.token_hex(4)}\n")
        with contextlib.suppress(FileExistsError):
            os.link(new, path)
        new.unlink()
    return path.read_text().strip()


class Segment:
    """One file being written; `synced`: each write returns when it is on the disk. Raises OSError when it cannot be
    made or written."""

    def __init__(self, path: Path, *, synced: bool = False):
        self.path, self.size, self.opened = path, 0, time.monotonic()
        hidden = path.with_name(f".{path.name}")
        flags = os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC
        self._descriptor = os.open(hidden, flags | os.O_DSYNC if synced else flags, 0o640)
        try:  # locked before it has its name: nobody may ever see it without its lock
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.rename(hidden, path)
        except OSError:
            os.close(self._descriptor)
            raise
        _sync_directory(path.parent)

    def append(self, data: bytes) -> bytes:
        """Write `data`; returns what could not be written, from the start of its first incomplete line."""
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, data[written:] if written else data)
        except OSError as error:
            log.error("cannot write %s: %s", self.path, error)
        self.size += written
        return data[data.rfind(b"\n", 0, written) + 1 :] if written < len(data) else b""

    def sync(self) -> None:
        os.fdatasync(self._descriptor)

    def duplicate(self) -> int:
        """A second descriptor of the file, for another thread to sync; the caller closes it."""
        return os.dup(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


class Spool:
    """The segments of one process, written by one thread at a time; a failing disk is its own affair.

    What cannot be written is kept in memory up to 16 MB and tried again every second in a new segment. `waiting`,
    `lost` and `unsynced` count clicks: answered but only in memory, dropped, written but perhaps not on the platter.
    """

    def __init__(self, directory: Path, edge: str, *, segment_bytes: int, segment_seconds: float, synced: bool = False):
        self._directory, self._edge, self._synced = directory, edge, synced
        self._segment_bytes, self._segment_seconds = segment_bytes, segment_seconds
        self._segment: Segment | None = None
        self._number, self._backlog = 0, bytearray()
        self._retry_at = self._shout_at = 0.0
        self.written = self.lost = self.unsynced = 0
        self.failure = ""

    @property
    def waiting(self) -> int:
        return self._backlog.count(b"\n")

    def write(self, data: bytes) -> None:
        """Append whole lines. Never raises."""
        if self._backlog or self._retry_at:
            self._keep(data)
            self.tick()
            return
        self._put(data)

    def sync(self) -> None:
        """Bring what is written to the disk itself. Never raises."""
        if self._segment is None:
            return
        try:
            self._segment.sync()
        except OSError as error:  # what the system still holds may or may not arrive: say so, never write it twice
            self.unsynced += 1
            self._fail(error)

    def tick(self) -> None:
        """Once a second or so: try again after a failure, close a segment that is old enough."""
        now = time.monotonic()
        if self._retry_at and now >= self._retry_at:
            self._put_backlog()
        elif self._segment and now - self._segment.opened > self._segment_seconds:
            self.close()

    def close(self) -> None:
        """Finish the segment; the next line begins a new one."""
        segment, self._segment = self._segment, None
        if segment is not None:
            with contextlib.suppress(OSError):
                segment.sync()
            segment.close()

    def finish(self) -> None:
        """The end of the process: a last try with what waits in memory."""
        if self._backlog:
            self._put_backlog()
        if self._backlog:
            self.lost += self.waiting
            log.critical("%s clicks are lost with this process: %s", self.waiting, self.failure)
        self.close()

    def duplicate(self) -> int | None:
        """A descriptor of the segment being written, for another thread to sync; None when there is none."""
        segment = self._segment
        return segment.duplicate() if segment is not None else None

    def state(self) -> dict:
        """Figures for the health page."""
        names = ("written", "lost", "unsynced", "waiting", "failure")
        return {name: getattr(self, name) for name in names}

    def _put_backlog(self) -> None:
        data, self._backlog, self._retry_at = bytes(self._backlog), bytearray(), 0.0
        self._put(data)

    def _put(self, data: bytes) -> None:
        try:
            segment = self._open_segment()
        except OSError as error:
            rest = data
            self._fail(error)
        else:
            rest = segment.append(data)
            if rest:
                self._fail("no room or the disk is failing")
        self.written += (data.count(b"\n") - rest.count(b"\n")) if rest else data.count(b"\n")
        if rest:
            self._keep(rest)
        else:
            self.failure = self.failure if self._retry_at else ""

    def _open_segment(self) -> Segment:
        if self._segment is not None and self._segment.size >= self._segment_bytes:
            self.close()
        if self._segment is None:
            self._number += 1
            moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
            name = f"{self._edge}.{moment}.{self._number:06d}.{os.getpid()}-{secrets.token_hex(3)}{SUFFIX}"
            self._directory.mkdir(parents=True, exist_ok=True)
            self._segment = Segment(self._directory / name, synced=self._synced)
        return self._segment

    def _keep(self, data: bytes) -> None:
        if len(self._backlog) + len(data) <= BACKLOG_BYTES:
            self._backlog += data
        else:
            self.lost += data.count(b"\n")

    def _fail(self, error) -> None:
        """Leave the segment with its torn end, and shout, but not for every click."""
        segment, self._segment = self._segment, None
        if segment is not None:
            with contextlib.suppress(OSError):
                segment.close()
        now = time.monotonic()
        self.failure, self._retry_at = str(error), now + RETRY_SECONDS
        if now >= self._shout_at:
            self._shout_at = now + SHOUT_SECONDS
            log.critical("CLICKS ARE NOT BEING KEPT in %s: %s (%s waiting, %s lost). Visitors are still redirected.",
                         self._directory, error, self.waiting, self.lost)  # fmt: skip


def is_being_written(descriptor: int) -> bool:
    """Whether a live process holds the segment open for writing. `descriptor` is one of our own on the file."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def segments(directory: Path, edge: str) -> list[Path]:
    """The segments of the spool, oldest first."""
    return sorted(directory.glob(f"{edge}.*{SUFFIX}"))


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
