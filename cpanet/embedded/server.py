"""What both embedded servers have in common: a foreground child with its state directory, log and pid file."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from cpanet.embedded import children
from cpanet.embedded.binaries import Programs
from cpanet.embedded.errors import StartError
from cpanet.embedded.state import State

LOG_LIMIT = 20 * 1024 * 1024
RETRY_SECONDS = 15  # a predecessor's last processes may still hold the directory's shared memory
READY_SECONDS = 180  # replaying a long log after a crash


class Server(ABC):
    """One server of a state directory. `durable=False` trades safety at a power cut for speed: for tests."""

    name: str
    stop_signal: int
    stop_seconds: float

    def __init__(self, state: State, programs: Programs, *, durable: bool = True):
        self.state = state
        self.programs = programs
        self.durable = durable
        self.process: subprocess.Popen | None = None

    @property
    def data(self) -> Path:
        """The server's own directory inside the state directory."""
        return self.state.home / self.name

    @property
    def log(self) -> Path:
        """The file the server writes its messages to."""
        return self.state.home / f"{self.name}.log"

    @property
    def running(self) -> bool:
        """Whether our child is alive; a server that was never started is not."""
        return self.process is not None and self.process.poll() is None

    @abstractmethod
    def initialise(self) -> None:
        """Make the server's directory when it is not there."""

    @abstractmethod
    def command(self) -> Sequence:
        """The server's command line."""

    @abstractmethod
    def pid_file(self) -> Path:
        """The file in which the running server leaves its process id."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether the server takes work."""

    def start(self) -> None:
        """Start the server and return when it answers. Raises StartError with the end of its log."""
        self.initialise()
        stop_orphan(self.pid_file(), self.data)
        _rotate(self.log)
        retry_until = time.monotonic() + RETRY_SECONDS
        self._launch()
        while not children.wait_until(lambda: self.ready() or not self.running, READY_SECONDS) or not self.running:
            if self.running:
                raise StartError(f"{self.name} does not answer after {READY_SECONDS} s. See {self.log}.")
            if time.monotonic() > retry_until:
                raise StartError(f"{self.name} does not start:\n{_tail(self.log)}\nSee {self.log}.")
            time.sleep(0.3)
            self._launch()

    def stop(self) -> None:
        """Stop the server in its orderly way."""
        if self.process is not None:
            children.stop(self.process, self.stop_signal, self.stop_seconds)

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self.state.account.own(self.log)
            self.process = children.spawn(
                self.command(),
                death_signal=self.stop_signal,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                umask=0o077,
                **self.state.account.popen_arguments(),
            )


def stop_orphan(pid_file: Path, directory: Path) -> None:
    """End a server that was left over in `directory`, and remove a pid file whose process is gone or another's.

    Only the holder of the directory's lock may call this, so a server found here belongs to nobody.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    for number, seconds in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        if not _works_in(pid, directory):
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        children.wait_until(lambda: not _works_in(pid, directory), seconds)
    pid_file.unlink(missing_ok=True)


def _works_in(pid: int, directory: Path) -> bool:
    """Whether a process is a server of `directory`: both servers make their data directory the working one."""
    if sys.platform == "linux":
        try:
            return os.path.realpath(os.readlink(f"/proc/{pid}/cwd")) == os.path.realpath(directory)
        except OSError:
            return False
    answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
    return str(directory) in answer.stdout


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def _tail(log: Path, lines: int = 8) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
