"""The pair of embedded servers of one data directory."""

from pathlib import Path

from cpanet.embedded import binaries, state
from cpanet.embedded.postgres import Postgres
from cpanet.embedded.server import Server
from cpanet.embedded.valkey import Valkey


class Servers:
    """Starts and stops the servers that are wanted. The caller holds the lock of the data directory."""

    def __init__(self, data_dir: Path, *, postgres=True, valkey=True, durable=True, elsewhere=state.ELSEWHERE):
        wanted = [kind for kind, asked in ((Postgres, postgres), (Valkey, valkey)) if asked]
        self.members: list[Server] = []
        if wanted:
            place = state.prepare(data_dir, elsewhere)
            programs = binaries.programs(place.account, place.home)
            self.members = [kind(place, programs, durable=durable) for kind in wanted]

    def start(self) -> None:
        """Start all; when one fails, stop those already started."""
        try:
            for server in self.members:
                server.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop all, the last started first."""
        for server in reversed(self.members):
            server.stop()

    @property
    def fresh(self) -> bool:
        """Whether the database has never been made in this data directory."""
        return any(isinstance(server, Postgres) and not server.data.exists() for server in self.members)
