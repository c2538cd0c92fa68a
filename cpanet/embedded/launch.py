"""`up`: one launcher per data directory; and the single processes, for containers."""

import os
import time
from pathlib import Path

from cpanet.embedded import holder, options, processes
from cpanet.embedded.environment import environment
from cpanet.embedded.errors import StartError
from cpanet.embedded.options import Options
from cpanet.embedded.readiness import LOCAL, answers
from cpanet.embedded.state import FileLock, make_data_dir
from cpanet.embedded.supervisor import Supervisor

HANDOVER_SECONDS = 20  # what a killed predecessor's watcher, or a short command, needs


def up(*, demo: bool, wanted: Options | None = None, plan: processes.Plan | None = None) -> int:
    """Run the platform until a signal; the exit status. Raises StartError when the data directory is in use."""
    wanted = wanted or options.read()
    plan = plan or processes.platform(wanted)
    lock = take_over(wanted.data_dir)
    lock.say(holder.holder("up", ready=False))
    return Supervisor(wanted, plan if demo else plan.without_demo(), lock).run()


def take_over(data_dir: Path) -> FileLock:
    """The lock of a data directory. Waits for commands and for the rest of a killed launcher, not for a living one."""
    make_data_dir(data_dir)
    lock = FileLock(data_dir / "lock")
    deadline = time.monotonic() + HANDOVER_SECONDS
    while not lock.acquire():
        other = holder.parse(lock.line())
        if other and other.what == "up" and other.alive:
            raise StartError(
                f"it runs already on {data_dir} (process {other.pid}). Stop that one first, or give this one "
                "a CPANET_DATA_DIR, CPANET_PORT and CPANET_EDGE_PORT of its own."
            )
        if time.monotonic() > deadline:
            raise StartError(f"{data_dir} is in use ({lock.line() or 'by an unknown process'}). Try again later.")
        time.sleep(0.1)
    return lock


def become(name: str) -> int:
    """Turn into one process of the platform, where something else (Compose, systemd) does the supervising."""
    wanted = options.read()
    command = processes.platform(wanted).service(name).command
    os.chdir(wanted.checkout)
    os.execve(command[0], command, environment(wanted))  # noqa: S606 - our own command line


def health(door: str) -> int:
    """Whether the web process or the click server of this machine answers its health page; an exit status."""
    wanted = options.read()
    port = wanted.port if door == "web" else wanted.edge_port
    return 0 if answers(LOCAL.get(wanted.host, wanted.host), port, "/health/") else 1
