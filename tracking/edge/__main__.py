"""`python -m tracking.edge`: the click server on CPANET_HOST:CPANET_EDGE_PORT, one worker per core it is given."""

import os
import sys

from tracking.edge.settings import from_environment


def command(config) -> list[str]:
    """The granian command line for these settings."""
    options = {
        "--interface": "rsgi",
        "--host": config.host,
        "--port": config.port,
        "--workers": config.workers,
        "--runtime-threads": 1,
        "--http": "auto",
        "--loop": "uvloop",
        "--backlog": 2048,
        "--log-level": "warning",
        "--workers-kill-timeout": 3,
        "--respawn-interval": 0.1,
    }
    words = [str(word) for pair in options.items() for word in pair]
    return [sys.executable, "-m", "granian", *words, "--no-ws", "--respawn-failed-workers", "tracking.edge.app:app"]


if __name__ == "__main__":
    line = command(from_environment())
    os.execv(line[0], line)  # noqa: S606 - no shell, and every word is ours
