"""A tiny process beside the supervisor that ends everything when the supervisor is killed.

The kernel signals our children when we die, but not their children, and a busy worker takes its time. The watcher
learns of every process group through a pipe; when the pipe closes and groups are left, it ends them. It holds the lock
of the data directory until then, so the next start waits for the last of us.
"""

import contextlib
import os
import signal
import time

from cpanet.embedded import children

GRACE_SECONDS = 3


class Watcher:
    """The supervisor's end of the pipe."""

    def __init__(self, lock_fd: int):
        reader, self._pipe = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _watch(reader, lock_fd)
        os.close(reader)

    def add(self, group: int) -> None:
        """End this process group when the supervisor dies."""
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """The group is gone."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """The supervisor stops by itself and has stopped everything."""
        with contextlib.suppress(OSError):
            os.close(self._pipe)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _tell(self, text: str) -> None:
        with contextlib.suppress(OSError):  # somebody killed the watcher: we do without
            os.write(self._pipe, text.encode())


def _watch(reader: int, lock_fd: int) -> None:
    """Runs in the watcher's process and never returns."""
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)
        _keep_only(reader, lock_fd)
        _end(_groups_until_closed(reader))
    finally:
        os._exit(0)


def _keep_only(reader: int, lock_fd: int) -> None:
    devnull = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(devnull, standard)
    low = 3
    for kept in sorted((reader, lock_fd)):
        os.closerange(low, kept)
        low = kept + 1
    os.closerange(low, 4096)  # the supervisor has a dozen open


def _groups_until_closed(reader: int) -> set[int]:
    groups: set[int] = set()
    with os.fdopen(reader) as lines:
        for line in lines:
            group = int(line[1:])
            groups.add(group) if line[0] == "+" else groups.discard(group)
    return groups


def _end(groups: set[int]) -> None:
    """The kernel has told every leader already; what is left of a group gets a term, then none."""
    for number, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, 2)):
        left = [group for group in groups if children.signal_group(group, number)]
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(children.signal_group(group, 0) for group in left):
            time.sleep(0.05)
