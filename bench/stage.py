"""What the benchmarks stand on: a PostgreSQL and a Valkey of their own, migrated, gone afterwards."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cpanet.embedded import addresses, state  # noqa: E402
from cpanet.embedded.servers import Servers  # noqa: E402


@contextmanager
def embedded(**environment: str) -> Iterator[Path]:
    """Django over embedded servers in a temporary directory (given), durable as in production. `environment`: more
    variables to be set before Django reads its settings."""
    with tempfile.TemporaryDirectory(prefix="cpanet-bench-") as name:
        data_dir = Path(name)
        servers = Servers(data_dir, elsewhere=(addresses.short_temp_dir(),))
        servers.start()
        try:
            _prepare_django(data_dir, environment)
            yield data_dir
        finally:
            servers.stop()
            state.discard(data_dir)


def _prepare_django(data_dir: Path, environment: dict[str, str]) -> None:
    os.environ["CPANET_DATA_DIR"] = str(data_dir)
    os.environ["DATABASE_URL"] = addresses.database_url(data_dir)
    os.environ["REDIS_URL"] = addresses.redis_url(data_dir)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cpanet.settings"
    os.environ.update(environment)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
