"""Keeps a worker's snapshot as fresh as the file."""

import asyncio
import gc
import logging
import os
from pathlib import Path

from tracking.edge.snapshot import EMPTY, BadSnapshot, Snapshot, read_head, read_snapshot

LOOK_SECONDS = 0.3
log = logging.getLogger("cpanet.edge.snapshot")


class SnapshotWatch:
    """`snapshot` is the last one that could be read; `failure` says why a newer one could not.

    `fresh_at` (Unix seconds) is when the sidecar last found the snapshot to be right: it touches the file then.
    """

    def __init__(self, path: Path):
        self._path, self._seen = path, None
        self.snapshot: Snapshot = EMPTY
        self.failure = ""
        self.fresh_at = 0.0

    async def keep_fresh(self) -> None:
        """For ever: look at the file every 0.3 s and read it in a thread when it has changed."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._mark() != self._seen:
                await asyncio.get_running_loop().run_in_executor(None, self.load)

    def load(self) -> None:
        """Read the file. Whatever is wrong with it, the former snapshot stays in use."""
        self._seen = self._mark()
        try:
            if read_head(self._path).get("version") != self.snapshot.version:
                self.snapshot = read_snapshot(self._path, self.snapshot)
                gc.freeze()  # it lives long: looking through it again and again would make visitors wait
            self.failure, self.fresh_at = "", os.stat(self._path).st_mtime
        except (OSError, BadSnapshot) as error:
            self.failure = str(error)
            if self.snapshot is EMPTY and isinstance(error, FileNotFoundError):
                log.info("waiting for the first snapshot, which the shipper writes")
            else:
                log.error("keeping the former snapshot: %s", error)

    def _mark(self):
        try:
            status = os.stat(self._path)
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size
