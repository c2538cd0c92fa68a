"""The edge as a process of its own, visitors over real sockets, and kill -9."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOST = "go.alpha.test"
_CLICK_ID = re.compile(rb"^location: \S*[?&]click=([0-9a-f-]{36})", re.IGNORECASE | re.MULTILINE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A command of the project with its log; `kill` is kill -9 of it and all its children."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path):
        self.log = log
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill_alone(self) -> None:
        """kill -9 of the process itself, not of its children."""
        self._process.kill()
        self._process.wait(10)

    def kill(self) -> None:
        for pid in reversed(family(self._process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        self._process.terminate()
        return self._process.wait(15)


def start_edge(data_dir: Path, port: int, **environment) -> Process:
    """The edge, answering."""
    named = {"CPANET_DATA_DIR": str(data_dir), "CPANET_HOST": "127.0.0.1", "CPANET_EDGE_PORT": str(port), **environment}
    process = Process(["-m", "tracking.edge"], named, data_dir / "edge.log")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return process
        time.sleep(0.05)
    raise AssertionError(process.log.read_text())


class Visitors:
    """Sixteen visitors who click until `wanted` answers have come; whoever gets none tries again.

    Each waits `pause` seconds after an answer; all together they give up after `patience` seconds.
    """

    def __init__(self, port: int, code: str, wanted: int, *, pause: float = 0, patience: float = 180):
        self._port, self._code, self._wanted = port, code, wanted
        self._pause, self._patience = pause, patience
        self.answered: list[str] = []
        self.other: list[bytes] = []

    async def click_until_enough(self) -> None:
        await asyncio.wait_for(asyncio.gather(*(self._visitor(number) for number in range(16))), self._patience)

    def want_only(self, more: int) -> None:
        """Be content with so many answers from now on."""
        self._wanted = len(self.answered) + more

    async def reached(self, count: int) -> None:
        while len(self.answered) < count:
            await asyncio.sleep(0.005)

    async def _visitor(self, number: int) -> None:
        while len(self.answered) < self._wanted:
            try:
                await self._visit(number)
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await asyncio.sleep(0.05)

    async def _visit(self, number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while len(self.answered) < self._wanted:
                path = f"/c/{self._code}?sub1=v{number}&sub2=%D0%B6%09{len(self.answered)}"
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: Firefox/{number}\r\n\r\n".encode())
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
                found = _CLICK_ID.search(head)
                if found:
                    self.answered.append(found[1].decode())
                    await asyncio.sleep(self._pause)
                else:
                    self.other.append(head)
                    await asyncio.sleep(0.05)
        finally:
            writer.close()


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found
