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
GATHER_SECONDS = 0.003
MANY = 4


class Recorder:
    """Keeps rows and lets their answers go afterwards. Rows that come together are written together.

    `add(row, connection, answer)` takes a row; `connection.answer(answer)` is called when it is kept, or when the disk
    has failed: a visitor never waits for a broken disk.
    """

    def __init__(self, spool: Spool, loop: asyncio.AbstractEventLoop):
        self.spool, self._loop = spool, loop
        self._rows: list[str] = []
        self._answers: list[tuple] = []
        self._is_called = False

    def add(self, row: str, connection, answer: bytes) -> None:
        self._rows.append(row)
        self._answers.append((connection, answer))
        if not self._is_called:
            self._is_called = True
            self._loop.call_soon(self._keep)

    def _taken(self) -> tuple[list[str], list[tuple]]:
        """What has come since the last time."""
        taken = self._rows, self._answers
        self._rows, self._answers = [], []
        return taken


class GroupCommit(Recorder):
    """Durability "sync": rows that come while the former batch is on its way to the disk make the next batch.

    The spool is a synced one: a thread writes a batch, which returns when it is on the disk, and lets all its answers
    go at once. While many come, a batch begins at the earliest GATHER_SECONDS after the former one, because a sync
    costs the same for one row and for a hundred.
    """

    def __init__(self, spool: Spool, loop: asyncio.AbstractEventLoop):
        super().__init__(spool, loop)
        self._begun_at = 0.0
        self._jobs: queue.SimpleQueue = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_batches, name="spool", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what is left and end the thread."""
        self._jobs.put(_STOP)
        self._thread.join(10)
        if self._rows:
            self.spool.write(_encoded(self._rows))
        self.spool.finish()

    def _keep(self) -> None:
        self._begun_at = self._loop.time()
        rows, answers = self._taken()
        self._jobs.put((_encoded(rows), answers))

    def _write_batches(self) -> None:
        while (job := self._next_job()) is not _STOP:
            data, answers = job
            self.spool.write(data)
            with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits any more
                self._loop.call_soon_threadsafe(self._kept, answers)

    def _next_job(self):
        while True:
            try:
                return self._jobs.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                self.spool.tick()

    def _kept(self, answers: list[tuple]) -> None:
        if not self._rows:
            self._is_called = False
        elif len(answers) < MANY:
            self._keep()
        else:
            self._loop.call_at(self._begun_at + GATHER_SECONDS, self._keep)
        _let_go(answers)


class WriteThrough(Recorder):
    """Durability "write": the system has the row before the answer, the disk within 0.2 s.

    Safe against the death of the process, not against the loss of power.
    """

    def __init__(self, spool: Spool, loop: asyncio.AbstractEventLoop):
        super().__init__(spool, loop)
        self._closed = False
        loop.call_later(IDLE_SECONDS, self._tick)
        threading.Thread(target=self._sync_behind, name="spool-sync", daemon=True).start()

    def close(self) -> None:
        self._closed = True
        if self._rows:
            self.spool.write(_encoded(self._rows))
        self.spool.finish()

    def _keep(self) -> None:
        self._is_called = False
        rows, answers = self._taken()
        self.spool.write(_encoded(rows))
        _let_go(answers)

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


def _let_go(answers: list[tuple]) -> None:
    for connection, answer in answers:
        connection.answer(answer)
