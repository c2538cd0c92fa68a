"""What the environment (or the checkout's .env) asks of the supervisor. settings.py reads the same variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cpanet.embedded.errors import StartError

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Options:
    """Addresses, directories and which servers are ours to run."""

    checkout: Path
    data_dir: Path
    host: str
    port: int
    edge_port: int
    web_workers: int
    worker_processes: int
    embedded_postgres: bool
    embedded_valkey: bool


def read(environment: Mapping[str, str] | None = None, checkout: Path = CHECKOUT) -> Options:
    """The options of this process. Raises StartError naming the variable that makes no sense."""
    values = {**env_file(checkout / ".env"), **(os.environ if environment is None else environment)}
    given = {key: value for key, value in values.items() if value}
    options = Options(
        checkout=checkout,
        data_dir=Path(given.get("CPANET_DATA_DIR") or checkout / "data").resolve(),
        host=given.get("CPANET_HOST", "127.0.0.1"),
        port=_port(given, "CPANET_PORT", 8000),
        edge_port=_port(given, "CPANET_EDGE_PORT", 8001),
        web_workers=_count(given, "CPANET_WEB_WORKERS", 1),
        worker_processes=_count(given, "CPANET_WORKER_PROCESSES", 2),
        embedded_postgres=not (given.get("DATABASE_URL") or given.get("DATABASE_APP_URL")),
        embedded_valkey=not given.get("REDIS_URL"),
    )
    if options.port == options.edge_port:
        raise StartError(f"CPANET_PORT and CPANET_EDGE_PORT are both {options.port}: they must differ.")
    return options


def env_file(path: Path) -> dict[str, str]:
    """The variables of a file of KEY=VALUE lines; comments, `export` and quotes are allowed. Empty without the file."""
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_text().splitlines():
        key, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not key.startswith("#"):
            found[key.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _count(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if text.isdecimal() and 0 < int(text) < 1000:
        return int(text)
    raise StartError(f"{name}={text} is not a number of processes: 1 or more is wanted.")


def _port(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise StartError(f"{name}={text} is not a port: a number from 1 to 65535 is wanted.")
