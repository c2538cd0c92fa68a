"""One process of the platform, kept alive."""

import subprocess
import time
from collections.abc import Callable

from cpanet.embedded import children
from cpanet.embedded.processes import Service

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30
PROVEN_SECONDS = 20  # after so long a life a death is news, not a repeat


class Kept:
    """Starts its service, notices its death, waits longer after each quick one, and clears what a death leaves."""

    def __init__(self, service: Service, launch: Callable[[str, tuple[str, ...]], subprocess.Popen]):
        self.service = service
        self.process: subprocess.Popen | None = None
        self._launch = launch
        self._started = 0.0
        self._quick_deaths = 0
        self._next_start = 0.0

    def start(self) -> None:
        """Start the process now."""
        self.process = self._launch(self.service.name, self.service.command)
        self._started = time.monotonic()

    def check(self, now: float) -> str | None:
        """Restart the process when it is due; a sentence about it when it has just died."""
        if self.process is None:
            if now >= self._next_start:
                self.start()
            return None
        if self.process.poll() is None:
            return None
        code = self.process.returncode
        self.process = None
        self._quick_deaths = self._quick_deaths + 1 if now - self._started < PROVEN_SECONDS else 0
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self._quick_deaths) if self._quick_deaths else 0
        self._next_start = now + pause
        return f"{ending(code)}; starting it again{f' in {pause:g} s' if pause else ''}"

    def ask_to_stop(self) -> None:
        """Send the stop signal."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.service.stop_signal)

    def busy_stopping(self, seconds: float) -> bool:
        """Whether the process still uses its grace, so many seconds after it was asked to stop."""
        return self.process is not None and self.process.poll() is None and seconds < self.service.grace

    def end(self) -> None:
        """Kill whatever is left of it."""
        if self.process is not None:
            children.clear_group(self.process.pid)
            self.process.wait()


def ending(code: int) -> str:
    """How a process ended, in words."""
    return f"ended by signal {-code}" if code < 0 else f"ended with status {code}"
