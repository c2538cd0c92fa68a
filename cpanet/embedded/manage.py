"""One management command on the servers of the data directory, whether the platform is up or not."""

import os
import signal
import sys
import time

from cpanet.embedded import addresses, binaries, children, holder, options, postgres, valkey
from cpanet.embedded.environment import environment
from cpanet.embedded.errors import StartError
from cpanet.embedded.options import Options
from cpanet.embedded.servers import Servers
from cpanet.embedded.state import FileLock, make_data_dir

PATIENCE_SECONDS = 300  # a platform that is just starting migrates first
NEEDS_NO_TABLES = {"", "migrate", "help", "--help", "--version"}


def manage(command: list[str], wanted: Options | None = None) -> int:
    """Run a command; its output, its terminal and its exit status are the command's own. We write to stderr only."""
    wanted = wanted or options.read()
    program = [sys.executable, str(wanted.checkout / "manage.py")]
    if not (wanted.embedded_postgres or wanted.embedded_valkey):
        os.execve(program[0], [*program, *command], environment(wanted))  # noqa: S606 - our own command line
    with Lease(wanted) as lease:
        if lease.fresh and (command or [""])[0] not in NEEDS_NO_TABLES:
            say("the database is new: migrating it first")
            if lease.run([*program, "migrate", "--no-input"], stdout=sys.stderr):
                return 1
        lease.announce_ready()
        return lease.run([*program, *command])


class Lease:
    """The servers for as long as a command needs them: those that run, or ones we start and stop.

    Who uses another's servers holds a shared lock; who has started servers for a command waits for the users.
    """

    def __init__(self, wanted: Options):
        self.wanted = wanted
        self.fresh = False
        self._servers: Servers | None = None
        self._owner = FileLock(wanted.data_dir / "lock")
        self._users = FileLock(wanted.data_dir / "users.lock")

    def __enter__(self) -> "Lease":
        make_data_dir(self.wanted.data_dir)
        started = time.monotonic()
        while not (self._start_own() or self._join_others()):
            waited = time.monotonic() - started
            if waited > PATIENCE_SECONDS:
                raise StartError(f"the servers of {self.wanted.data_dir} do not answer ({self._owner.line()}).")
            time.sleep(0.1)
        return self

    def __exit__(self, *_) -> None:
        if self._servers is not None:
            if not self._users.acquire():
                say("other commands still use the servers started here: waiting for them")
                self._users.acquire(wait=True)
            self._servers.stop()
        self._owner.release()
        self._users.release()

    def announce_ready(self) -> None:
        """Let other commands join, if the servers are ours."""
        if self._servers is not None:
            self._owner.say(holder.holder("manage", ready=True))

    def run(self, command: list[str], stdout=None) -> int:
        """Run a program in our terminal; its status, or 128 + the signal that ended it."""
        env = environment(self.wanted)
        env["PATH"] += os.pathsep + str(binaries.postgres_tools())  # psql, for dbshell
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends Ctrl-C to the command as well
        process = children.spawn(command, own_group=False, env=env, stdout=stdout)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: process.send_signal(number))
        code = process.wait()
        return code if code >= 0 else 128 - code

    def _start_own(self) -> bool:
        if not self._owner.acquire():
            return False
        self._owner.say(holder.holder("manage", ready=False))
        servers = Servers(
            self.wanted.data_dir, postgres=self.wanted.embedded_postgres, valkey=self.wanted.embedded_valkey
        )
        self.fresh = servers.fresh
        servers.start()
        self._servers = servers
        return True

    def _join_others(self) -> bool:
        other = holder.parse(self._owner.line())
        if not (other and other.ready and self._users.acquire(shared=True)):
            return False
        sockets = addresses.socket_dir(self.wanted.data_dir)
        database = not self.wanted.embedded_postgres or postgres.answers(binaries.postgres_tools(), sockets)
        if database and (not self.wanted.embedded_valkey or valkey.answers(sockets)):
            return True
        self._users.release()
        return False


def say(text: str) -> None:
    """A line of ours, where it cannot be taken for the command's."""
    sys.stderr.write(f"cpanet: {text}\n")
