"""Settings of the click server, from the environment alone: it must start without Django and without a database."""

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TRUE = ("true", "on", "ok", "y", "yes", "1")  # as django-environ reads it
_PROJECT = Path(__file__).resolve().parent.parent.parent


class WrongSetting(SystemExit):
    """A setting that cannot be used; the message names it and says what is expected."""


@dataclass(frozen=True)
class EdgeSettings:
    """`segment_bytes` and `segment_seconds` say when a spool segment is closed, `visitors` how many are remembered."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8001
    workers: int = 1
    trusted_proxies: int = 0
    durability: str = "sync"
    edge_name: str = "edge"
    segment_bytes: int = 64 * 1024 * 1024
    segment_seconds: int = 60
    visitors: int = 1 << 20
    https: bool = False

    @property
    def snapshot_path(self) -> Path:
        return self.data_dir / "edge" / "snapshot.jsonl"

    @property
    def visitors_path(self) -> Path:
        return self.data_dir / "edge" / "visitors"

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"


def from_environment(environ: Mapping[str, str] = os.environ) -> EdgeSettings:
    """The settings in `environ`; raises WrongSetting naming the variable that cannot be read."""
    durability = environ.get("CPANET_EDGE_DURABILITY") or "sync"
    if durability not in ("sync", "write"):
        raise WrongSetting(f"CPANET_EDGE_DURABILITY={durability!r}: say 'sync' or 'write'")
    return EdgeSettings(
        data_dir=Path(environ.get("CPANET_DATA_DIR") or _PROJECT / "data").resolve(),
        host=environ.get("CPANET_HOST") or "127.0.0.1",
        port=_number(environ, "CPANET_EDGE_PORT", 8001),
        workers=_number(environ, "CPANET_EDGE_WORKERS", 1, least=1),
        trusted_proxies=_number(environ, "CPANET_TRUSTED_PROXIES", 0),
        durability=durability,
        edge_name=_slug(environ.get("CPANET_EDGE_NAME") or socket.gethostname()),
        https=(environ.get("CPANET_HTTPS") or "").lower() in _TRUE,
    )


def _number(environ, name: str, default: int, least: int = 0) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or int(text) < least:
        raise WrongSetting(f"{name}={text!r}: give a whole number from {least} up")
    return int(text)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-")[:40] or "edge"
