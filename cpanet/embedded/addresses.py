"""Where the embedded servers of a data directory are: computed, never asked, so settings need no running server."""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

OWNER_ROLE = "cpanet"
DATABASE = "cpanet"
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"

# A socket's address holds 108 bytes on Linux, 104 on macOS, with the closing zero.
SOCKET_PATH_LIMIT = 100
# Nothing that a URL, libpq's host list or PostgreSQL's directory list would read as a sign of its own.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


def servers_dir(data_dir) -> Path:
    """The directory of the servers' state: a real one, or a link to where the servers' account can live."""
    return Path(os.path.realpath(data_dir)) / "servers"


def socket_dir(data_dir) -> Path:
    """The directory of both sockets: inside the data directory, or a short alias of a long or odd path."""
    inside = servers_dir(data_dir) / "run"
    longest = len(os.fsencode(inside / POSTGRES_SOCKET))
    if longest <= SOCKET_PATH_LIMIT and PLAIN_PATH.fullmatch(str(inside)):
        return inside
    digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]
    return short_temp_dir() / f"cpanet-{digest}"


def short_temp_dir() -> Path:
    """The usual one where it exists: TMPDIR may differ between the shell of the server and the shell of a command."""
    found = "/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir()  # noqa: S108 - whose the alias is gets checked
    return Path(os.path.realpath(found))


def database_url(data_dir, user: str = OWNER_ROLE, database: str = DATABASE) -> str:
    """The embedded PostgreSQL's URL for a role (the owner's by default), over its unix socket, without a password."""
    return f"postgresql://{user}@/{database}?host={socket_dir(data_dir)}"


def redis_url(data_dir) -> str:
    """The embedded Valkey's URL in the form of redis-py."""
    return f"unix://{socket_dir(data_dir) / VALKEY_SOCKET}?db=0"


def celery_url(url: str) -> str:
    """The same server in the form Celery understands: sockets have a scheme of their own, and the queue a base."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host=1"
