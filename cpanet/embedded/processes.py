"""The processes of the platform, as a table."""

import signal
import sys
from dataclasses import dataclass, replace
from enum import IntEnum

from cpanet.embedded.errors import StartError
from cpanet.embedded.options import Options

WEB_THREADS = 4
# Ours is the root of somebody's trial or of a container; the queue takes JSON only, which is what the warning is about.
QUIETER = ("-W", "ignore:You're running the worker with superuser privileges")


class Stage(IntEnum):
    """When a process starts."""

    RECORDING = 1  # and last to stop: it writes down what the doors have let in
    DOORS = 2
    BACKGROUND = 3  # after the demo data, whose history has a clock of its own


@dataclass(frozen=True)
class Service:
    """One process that is kept alive. `grace` is the seconds it gets between the stop signal and the end."""

    name: str
    command: tuple[str, ...]
    stage: Stage
    grace: float = 5
    stop_signal: int = signal.SIGTERM


@dataclass(frozen=True)
class Step:
    """One command that has to succeed before anything starts, or, if not `needed`, is only missed."""

    name: str
    command: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True)
class Plan:
    """Everything `up` does: steps before the services, then the services, the demo after its doors are open."""

    before: tuple[Step, ...]
    services: tuple[Service, ...]
    demo: Step | None = None
    health: tuple[str, int, str] | None = None
    ports: tuple[tuple[str, int], ...] = ()

    def without_demo(self) -> "Plan":
        """The same without demo data."""
        return replace(self, demo=None)

    def service(self, name: str) -> Service:
        """One process of the table. Raises StartError listing the names when there is none of that name."""
        for service in self.services:
            if service.name == name:
                return service
        raise StartError(f"there is no process {name!r}: {', '.join(service.name for service in self.services)}")


def platform(options: Options) -> Plan:
    """The platform on this machine."""
    manage = (sys.executable, str(options.checkout / "manage.py"))
    granian = (sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", options.host)
    web = (*granian, "--port", str(options.port), "--blocking-threads", str(WEB_THREADS), "--respawn-failed-workers")
    web = (*web, "--workers", str(options.web_workers), "--workers-kill-timeout", "3")
    celery = (sys.executable, *QUIETER, "-m", "celery", "--quiet", "-A", "cpanet")
    worker = (*celery, "worker", "--loglevel", "info", "--concurrency", str(options.worker_processes))
    schedule = str(options.data_dir / "celerybeat-schedule")
    return Plan(
        before=(Step("migrate", (*manage, "migrate", "--no-input")),),
        services=(
            Service("shipper", (*manage, "ship_clicks"), Stage.RECORDING),
            Service("web", (*web, "cpanet.wsgi:application"), Stage.DOORS),
            Service("edge", (sys.executable, "-m", "tracking.edge"), Stage.DOORS),
            Service("worker", (*worker, "--without-gossip", "--without-mingle"), Stage.BACKGROUND, grace=8),
            Service("beat", (*celery, "beat", "--loglevel", "info", "--schedule", schedule), Stage.BACKGROUND),
        ),
        demo=Step("demo", (*manage, "seed_demo", "--if-empty"), needed=False),
        health=(options.host, options.port, "/health/"),
        ports=(("CPANET_PORT", options.port), ("CPANET_EDGE_PORT", options.edge_port)),
    )
