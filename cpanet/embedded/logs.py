"""One stream of readable lines out of many processes."""

import contextlib
import os
import selectors
import subprocess
import sys
from itertools import cycle

COLOURS = ("36", "32", "33", "35", "34", "31")
CHUNK = 65536
LONGEST_LINE = 16384


class Logs:
    """Reads the children's output and writes it line by line, each under its process' name."""

    def __init__(self, stream=None, width: int = 8):
        self.stream = stream or sys.stdout
        self.width = width
        self.selector = selectors.DefaultSelector()
        self._palette = cycle(COLOURS)
        self._colour: dict[str, str] = {}
        self._coloured = self.stream.isatty() and not os.environ.get("NO_COLOR")

    def watch(self, name: str, process: subprocess.Popen) -> None:
        """Follow a process' standard output until its last holder closes it."""
        os.set_blocking(process.stdout.fileno(), False)
        self.selector.register(process.stdout, selectors.EVENT_READ, [name, b""])

    def wake_on(self, reader: int) -> None:
        """Let `pump` return when something is written to a pipe."""
        self.selector.register(reader, selectors.EVENT_READ, None)

    def pump(self, seconds: float) -> None:
        """Write what arrives within some seconds; returns at the first arrival or signal."""
        for key, _ in self.selector.select(seconds):
            if key.data is None:
                os.read(key.fd, CHUNK)
            else:
                self._read(key)

    def drain(self, name: str) -> None:
        """Write what is left of an ended process."""
        left = [key for key in self.selector.get_map().values() if key.data and key.data[0] == name]
        for key in left:
            while key.fileobj in self.selector.get_map() and self._read(key):
                pass

    def _read(self, key) -> bool:
        """Take one chunk; False when there is none now."""
        name, rest = key.data
        try:
            chunk = os.read(key.fd, CHUNK)
        except BlockingIOError:
            return False
        *lines, rest = (rest + chunk).split(b"\n")
        if rest and (not chunk or len(rest) > LONGEST_LINE):
            lines.append(rest)
            rest = b""
        for line in lines:
            self.line(name, line.decode(errors="replace").rstrip("\r"))
        key.data[1] = rest
        if not chunk:
            self.selector.unregister(key.fileobj)
            key.fileobj.close()
        return bool(chunk)

    def line(self, name: str, text: str) -> None:
        """Write one line under a name; ours when the name is empty."""
        label = f"{name:<{self.width}} |"
        if self._coloured:
            colour = self._colour.setdefault(name, next(self._palette))
            label = f"\033[{colour}m{label}\033[0m"
        self.plain(f"{label} {text}")

    def plain(self, text: str) -> None:
        """Write text as it is. A reader that went away (`./run | head`) does not stop the platform."""
        with contextlib.suppress(BrokenPipeError, OSError, ValueError):
            self.stream.write(text + "\n")
            self.stream.flush()
