"""Starting the toy platform in a test and watching it from outside."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).with_name("toy_platform.py")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


class Toy:
    """The toy platform on one data directory."""

    def __init__(self, data_dir: Path):
        self.data_dir = data_dir
        self.port = free_port()
        self.process = None
        self.seen = []

    @property
    def environment(self):
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "CPANET_DATA_DIR": str(self.data_dir),
            "CPANET_PORT": str(self.port),
            "CPANET_EDGE_PORT": str(free_port()),
        }

    def spawn(self, *arguments, **options):
        command = [sys.executable, str(TOY), *arguments]
        options = {"stdout": subprocess.PIPE, "text": True, "env": self.environment, **options}
        return subprocess.Popen(command, **options)

    def up(self):
        """Start it and return when it says that it is ready."""
        self.process = self.spawn("up", stderr=subprocess.STDOUT)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, args=(self.process, self._lines), daemon=True).start()
        self.wait_for("Ctrl-C stops everything")
        return self

    @staticmethod
    def _read(process, lines):
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    def wait_for(self, text, seconds=30):
        """The first line from now on that holds the text."""
        deadline = time.monotonic() + seconds
        while True:
            line = self._lines.get(timeout=max(0.01, deadline - time.monotonic()))
            assert line is not None, "the launcher ended:\n" + "".join(self.seen)
            self.seen.append(line)
            if text in line:
                return line

    def manage(self, *command, **options):
        done = self.spawn("manage", *command, stderr=subprocess.PIPE, **options)
        stdout, stderr = done.communicate(timeout=60)
        return done.returncode, stdout, stderr

    def processes(self):
        """Every living process that was started for our data directory, whoever its parent is."""
        mark = f"CPANET_DATA_DIR={self.data_dir}".encode()
        home = str((self.data_dir / "servers").resolve())
        entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return {int(entry.name) for entry in entries if _alive(entry) and _belongs(entry, mark, home)}

    def pid_of(self, text):
        """The process whose command line holds the text."""
        found = [pid for pid in self.processes() if text in command_line(pid)]
        assert found, f"no {text} among {[command_line(pid) for pid in self.processes()]}"
        return min(found)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _alive(entry):
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _belongs(entry, mark, home):
    """By its environment, or, for the servers, which write their titles over it, by where it works."""
    try:
        return mark in (entry / "environ").read_bytes().split(b"\0") or os.readlink(entry / "cwd").startswith(home)
    except OSError:
        return False
