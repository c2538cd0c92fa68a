"""Embedded servers for a test run: fast instead of durable, gone when the tests are gone."""

from dataclasses import dataclass
from pathlib import Path

from cpanet.embedded import addresses, state
from cpanet.embedded.servers import Servers


@dataclass(frozen=True)
class Handle:
    """Running servers. `database_url` is the owner's; the roles are those of addresses.database_url."""

    data_dir: Path
    database_url: str
    redis_url: str
    servers: Servers

    def stop(self) -> None:
        """Stop the servers and delete their data."""
        self.servers.stop()
        state.discard(self.data_dir)


def start(tmp_dir) -> Handle:
    """Start both servers with their data in `tmp_dir`, or beside it when their account cannot go in there."""
    data_dir = Path(tmp_dir).resolve()
    servers = Servers(data_dir, durable=False, elsewhere=(addresses.short_temp_dir(),))
    servers.start()
    return Handle(data_dir, addresses.database_url(data_dir), addresses.redis_url(data_dir), servers)
