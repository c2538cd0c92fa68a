"""`up`: the servers, the migrations, the processes, until somebody stops us."""

import os
import signal
import subprocess
import time

from cpanet.embedded import children
from cpanet.embedded.environment import environment
from cpanet.embedded.errors import StartError
from cpanet.embedded.holder import holder
from cpanet.embedded.logs import Logs
from cpanet.embedded.options import Options
from cpanet.embedded.ports import check_free
from cpanet.embedded.processes import Plan, Service, Stage, Step
from cpanet.embedded.readiness import Readiness
from cpanet.embedded.server import Server
from cpanet.embedded.servers import Servers
from cpanet.embedded.service import Kept, ending
from cpanet.embedded.state import FileLock
from cpanet.embedded.watcher import Watcher
from cpanet.embedded.welcome import address, welcome

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK = 0.2


class Supervisor:
    """Runs a plan. The caller holds the lock of the data directory; the watcher keeps it until all of us are gone."""

    def __init__(self, options: Options, plan: Plan, lock: FileLock, logs: Logs | None = None):
        self.options = options
        self.plan = plan
        self.logs = logs or Logs()
        self.servers = Servers(options.data_dir, postgres=options.embedded_postgres, valkey=options.embedded_valkey)
        self.kept: list[Kept] = []
        self.stop_requests = 0
        self._lock = lock
        self._groups: dict[str, int] = {}
        self._watcher: Watcher | None = None

    def run(self) -> int:
        """Start everything, keep it alive, stop it on a signal. The exit status: 1 when a start failed."""
        self._listen()
        children.adopt_orphans()
        self._watcher = Watcher(self._lock.fileno())
        try:
            check_free(self.options.host, self.plan.ports)
            self._start_servers()
            self._prepare()
            self._serve()
        except StartError as error:
            self.logs.plain(f"\ncpanet cannot start: {error}")
            return 1
        finally:
            self._stop()
        return 0

    def _listen(self) -> None:
        """Signals only set a mark and wake the loop: nothing is left half-registered."""
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self.logs.wake_on(reader)
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a death wakes the loop too

    def _on_signal(self, number, frame) -> None:
        self.stop_requests += 1

    @property
    def stopping(self) -> bool:
        """Whether somebody asked us to stop."""
        return self.stop_requests > 0

    def _start_servers(self) -> None:
        for server in self.servers.members:
            self.logs.line("", f"starting {server.name} in {server.data}")
            self._start_server(server)

    def _start_server(self, server: Server) -> None:
        if not self.stopping:
            server.start()
            self._note_group(server.name, server.process.pid)

    def _prepare(self) -> None:
        for step in self.plan.before:
            if not self.stopping:
                self._finish(step)
        self._lock.say(holder("up", ready=True))

    def _serve(self) -> None:
        self._start_stages(Stage.RECORDING, Stage.DOORS)
        readiness = Readiness(self.plan.health)
        while not (readiness.over or self.stopping):
            self._tick()
        if self.plan.demo and not self.stopping:
            self.logs.line("", f"the pages answer at {address(self.options)}; looking after the demo data")
            self._finish(self.plan.demo)
        self._start_stages(Stage.BACKGROUND)
        if not self.stopping:
            self.logs.plain(welcome(self.options, readiness.healthy))
        while not self.stopping:
            self._tick()

    def _start_stages(self, *stages: Stage) -> None:
        for service in self.plan.services:
            if service.stage in stages and not self.stopping:
                self._keep(service)

    def _keep(self, service: Service) -> None:
        kept = Kept(service, self._launch)
        kept.start()
        self.kept.append(kept)

    def _tick(self) -> None:
        self.logs.pump(TICK)
        for server in self.servers.members:
            if not (server.running or self.stopping):
                self._revive(server)
        for kept in self.kept:
            sentence = None if self.stopping else kept.check(time.monotonic())
            if sentence:
                children.clear_group(self._groups[kept.service.name])
                self.logs.line(kept.service.name, sentence)

    def _revive(self, server: Server) -> None:
        self.logs.line("", f"{server.name} {ending(server.process.returncode)}; starting it again")
        try:
            self._start_server(server)
        except StartError as error:
            self.logs.line("", f"{error} Trying again.")

    def _finish(self, step: Step) -> None:
        """Run a step to its end, keeping everything else alive meanwhile."""
        process = self._launch(step.name, step.command)
        while process.poll() is None and not self.stopping:
            self._tick()
        if self.stopping:
            children.stop(process, signal.SIGTERM, 3)
        children.clear_group(process.pid)
        self._forget_group(step.name)
        self.logs.drain(step.name)
        if process.returncode and not self.stopping:
            sentence = f"`{step.name}` {ending(process.returncode)}; its messages are above."
            if step.needed:
                raise StartError(sentence)
            self.logs.line(step.name, f"{sentence} Going on without it.")

    def _launch(self, name: str, command: tuple[str, ...]) -> subprocess.Popen:
        process = children.spawn(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.options.checkout,
            env={**environment(self.options), "PYTHONUNBUFFERED": "1"},
        )
        self._note_group(name, process.pid)
        self.logs.watch(name, process)
        return process

    def _note_group(self, name: str, group: int) -> None:
        self._forget_group(name)
        self._groups[name] = group
        self._watcher.add(group)

    def _forget_group(self, name: str) -> None:
        if name in self._groups:
            self._watcher.remove(self._groups.pop(name))

    def _stop(self) -> None:
        """Doors and background together, then what writes down what came through the doors, then the servers."""
        asked = self.stop_requests
        if self.kept or self.servers.members:
            self.logs.line("", "stopping; once more Ctrl-C stops without waiting")
        for last in (False, True):
            self._stop_together([kept for kept in self.kept if (kept.service.stage == Stage.RECORDING) is last], asked)
        self.servers.stop()
        self._watcher.close()

    def _stop_together(self, members: list[Kept], asked: int) -> None:
        for kept in members:
            kept.ask_to_stop()
        begun = time.monotonic()
        while self.stop_requests == asked and any(kept.busy_stopping(time.monotonic() - begun) for kept in members):
            self.logs.pump(TICK)
        for kept in members:
            kept.end()
            self.logs.drain(kept.service.name)
