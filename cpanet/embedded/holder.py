"""Who uses a data directory: the line that the holder of its lock leaves for the others."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Holder:
    """Process `pid` runs `what` (`up` or `manage`); `ready` when the database is migrated."""

    pid: int
    what: str
    ready: bool

    @property
    def alive(self) -> bool:
        """Whether that process still exists; a killed one's watcher may hold the lock a little longer."""
        try:
            os.kill(self.pid, 0)
        except PermissionError:
            return True
        except ProcessLookupError:
            return False
        return True


def holder(what: str, *, ready: bool) -> str:
    """Our own line."""
    return f"{os.getpid()} {what} {'ready' if ready else 'starting'}"


def parse(line: str) -> Holder | None:
    """Somebody's line; None when it is empty or being written."""
    pid, _, rest = line.partition(" ")
    what, _, phase = rest.partition(" ")
    return Holder(int(pid), what, phase == "ready") if pid.isdecimal() and phase else None
