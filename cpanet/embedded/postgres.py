"""The embedded PostgreSQL 18."""

import shutil
import signal
import subprocess
from pathlib import Path

from cpanet.embedded.addresses import DATABASE, OWNER_ROLE
from cpanet.embedded.errors import StartError
from cpanet.embedded.server import Server

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_locks_per_transaction": "256",  # partitions by day
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}
HURRIED = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",
}

# The superuser makes the three roles, because only a superuser may make one with BYPASSRLS. The owner migrates and
# grants; the application's role is bound by row-level security; the shipper writes clicks of every network.
ROLES = f"""
SELECT 'CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB CREATEROLE'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER_ROLE}') \\gexec
SELECT 'CREATE ROLE {OWNER_ROLE}_app LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER_ROLE}_app') \\gexec
SELECT 'CREATE ROLE {OWNER_ROLE}_shipper LOGIN BYPASSRLS'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER_ROLE}_shipper') \\gexec
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""  # noqa: S608 - our own constants


class Postgres(Server):
    """PostgreSQL on a unix socket, with the roles and the database of the platform."""

    name = "postgres"
    stop_signal = signal.SIGINT  # the fast shutdown: SIGTERM would wait for every client to leave
    stop_seconds = 20

    def initialise(self) -> None:
        """Run initdb beside the final place, so that an interrupted one leaves nothing half-made."""
        if (self.data / "PG_VERSION").exists():
            return
        unfinished = self.data.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.state.account.own(unfinished)
        command = [
            *(self.programs.postgres_bin / "initdb", "-D", unfinished, "-U", SUPERUSER),
            *("--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *([] if self.durable else ["--no-sync"]),
        ]
        self._run(command, "initdb")
        unfinished.rename(self.data)

    def start(self) -> None:
        """Start the server, then make the roles and the database that are missing."""
        super().start()
        client = _client(self.programs.postgres_bin, "psql", self.state.sockets)
        self._run([*client, "-X", "-q", "-d", SUPERUSER, "-v", "ON_ERROR_STOP=1"], "psql", stdin=ROLES)

    def command(self):
        """`postgres` with our settings on its command line, so that they change with the code."""
        settings = {**SETTINGS, **({} if self.durable else HURRIED), "unix_socket_directories": self.state.sockets}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [self.programs.postgres_bin / "postgres", "-D", self.data, *options]

    def pid_file(self) -> Path:
        """PostgreSQL's own."""
        return self.data / "postmaster.pid"

    def ready(self) -> bool:
        """Asks pg_isready: the server takes connections."""
        return answers(self.programs.postgres_bin, self.state.sockets)

    def _run(self, command, what: str, stdin: str = "") -> None:
        done = subprocess.run(
            [str(part) for part in command],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            **self.state.account.popen_arguments(),
        )
        if done.returncode:
            raise StartError(f"{what} failed in {self.state.home}:\n{(done.stderr or done.stdout).strip()}")


def answers(postgres_bin: Path, sockets: Path) -> bool:
    """Whether the PostgreSQL of a socket directory takes connections."""
    return subprocess.run([*_client(postgres_bin, "pg_isready", sockets), "-q"], check=False).returncode == 0


def _client(postgres_bin: Path, program: str, sockets: Path) -> list[str]:
    return [str(postgres_bin / program), "-h", str(sockets), "-U", SUPERUSER]
