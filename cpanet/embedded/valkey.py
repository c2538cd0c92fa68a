"""The embedded Valkey 9: the queue and the cache."""

import contextlib
import signal
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from cpanet.embedded.addresses import VALKEY_SOCKET
from cpanet.embedded.server import Server


class Valkey(Server):
    """Valkey on a unix socket; what it holds survives a restart, and it refuses rather than forgets when full."""

    name = "valkey"
    stop_signal = signal.SIGTERM
    stop_seconds = 10

    def initialise(self) -> None:
        """Make the directory of the append-only file."""
        with contextlib.suppress(FileExistsError):
            self.data.mkdir(mode=0o700)
        self.state.account.own(self.data)

    def command(self):
        """`valkey-server` without TCP and without a configuration file."""
        return [
            *(self.programs.valkey_server, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
            *("--dir", self.data, "--pidfile", self.pid_file(), "--daemonize", "no", "--logfile", ""),
            *("--appendonly", "yes" if self.durable else "no", "--save", "", "--maxmemory-policy", "noeviction"),
        ]

    @property
    def socket(self) -> Path:
        """The address it listens on."""
        return self.state.sockets / VALKEY_SOCKET

    def pid_file(self) -> Path:
        """Asked for by an option: without it a foreground Valkey writes none."""
        return self.data / "valkey.pid"

    def ready(self) -> bool:
        """It answers, and has finished reading its file."""
        return answers(self.state.sockets)


def answers(sockets: Path) -> bool:
    """Whether the Valkey of a socket directory answers, its file read."""
    client = Redis(unix_socket_path=str(sockets / VALKEY_SOCKET), socket_timeout=5, retry=Retry(NoBackoff(), 0))
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
