"""Puts clicks into the spool for the event loop: answers wait for the disk together, not one by one."""

import asyncio
import contextlib
import logging
import os
import queue
import threading
import time

from tracking.edge.spool import Spool

log = logging.getLogger("cpanet.edge.spool")
_STOP = object()
IDLE_SECONDS = 0.5
SYNC_SECONDS = 0.2


class GroupCommit:
    """Durability "sync": rows that come while the former batch is on its way to the disk make the next batch.

    One thread of its own writes a batch, calls fdatasync and lets all its requests go at once.
    """

    def __init__(self, spool: Spool, loop: asyncio.AbstractEventLoop):
        self.spool, self._loop = spool, loop
        self._rows: list[str] = []
        self._committed: asyncio.Future | None = None
        self._busy = False
        self._jobs: queue.SimpleQueue = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_batches, name="spool", daemon=True)
        self._thread.start()

    def add(self, row: str) -> asyncio.Future:
        """Take a row; the future is done when the row is on the disk, or when the disk has failed."""
        committed = self._committed
        if committed is None:
            committed = self._committed = self._loop.create_future()
            if not self._busy:
                self._busy = True
                self._loop.call_soon(self._hand_over)
        self._rows.append(row)
        return committed

    def close(self) -> None:
        """Write what is left and end the thread."""
        self._jobs.put(_STOP)
        self._thread.join(10)
        if self._rows:
            self.spool.write(_encoded(self._rows))
        self.spool.finish()

    def _hand_over(self) -> None:
        batch = (self._rows, self._committed)
        self._rows, self._committed = [], None
        self._jobs.put(batch)

    def _write_batches(self) -> None:
        while (job := self._next_job()) is not _STOP:
            rows, committed = job
            self.spool.write(_encoded(rows))
            self.spool.sync()
            with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits any more
                self._loop.call_soon_threadsafe(self._done, committed)

    def _next_job(self):
        while True:
            try:
                return self._jobs.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                self.spool.tick()

    def _done(self, committed: asyncio.Future) -> None:
        if not committed.cancelled():
            committed.set_result(None)
        if self._committed is not None:
            self._hand_over()
        else:
            self._busy = False


class WriteThrough:
    """Durability "write": the system has the row before the answer, the disk within 0.2 s.

    Safe against the death of the process, not against the loss of power.
    """

    def __init__(self, spool: Spool, loop: asyncio.AbstractEventLoop):
        self.spool, self._loop, self._closed = spool, loop, False
        loop.call_later(IDLE_SECONDS, self._tick)
        threading.Thread(target=self._sync_behind, name="spool-sync", daemon=True).start()

    def add(self, row: str) -> None:
        """Take a row; it is with the operating system when this returns, or the disk has failed."""
        self.spool.write(_encoded((row,)))

    def close(self) -> None:
        self._closed = True
        self.spool.finish()

    def _tick(self) -> None:
        if not self._closed:
            self.spool.tick()
            self._loop.call_later(IDLE_SECONDS, self._tick)

    def _sync_behind(self) -> None:
        while not self._closed:
            time.sleep(SYNC_SECONDS)
            try:
                self._sync_once()
            except OSError as error:
                self.spool.unsynced += 1
                log.error("the disk does not take what was written: %s", error)

    def _sync_once(self) -> None:
        descriptor = self.spool.duplicate()
        if descriptor is not None:
            try:
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)


RECORDERS = {"sync": GroupCommit, "write": WriteThrough}


def _encoded(rows) -> bytes:
    return "".join(rows).encode("utf-8", "replace")
