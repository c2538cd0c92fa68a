"""A pytest plugin (`-p tests.servers`): real PostgreSQL and Valkey for every run.

Embedded ones, unless DATABASE_URL and REDIS_URL are given. It works at its import, because pytest-django reads the
settings before any conftest; xdist's workers inherit the environment and start nothing.
"""

import os
import shutil
import tempfile
from pathlib import Path

from cpanet.embedded import testing

_servers = None
_is_worker = "PYTEST_XDIST_WORKER" in os.environ


def _prepare():
    folder = Path(tempfile.mkdtemp(prefix="cpanet-tests-"))
    os.environ["CPANET_TEST_DIR"] = str(folder)
    os.environ["CPANET_DATA_DIR"] = str(folder / "data")
    os.environ["CPANET_SECRET_KEY"] = "the tests' own key, which opens nothing else"
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return None
    servers = testing.start(folder / "servers")
    os.environ["DATABASE_URL"] = servers.database_url
    os.environ["REDIS_URL"] = servers.redis_url
    return servers


if not _is_worker:
    _servers = _prepare()


def pytest_unconfigure(config):
    if _is_worker:
        return
    if _servers is not None:
        _servers.stop()
    shutil.rmtree(os.environ["CPANET_TEST_DIR"], ignore_errors=True)
