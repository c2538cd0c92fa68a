"""kill -9: every click that was answered is in the table, once. The oracle is the id in the visitors' answers."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
from django.db import connections

from cpanet.embedded import addresses, state
from cpanet.embedded.servers import Servers
from tests.tracking.edge.clicks import network
from tests.tracking.edge.processes import HOST, ROOT, Process, Visitors, free_port, start_edge
from tracking.edge.shipper import Shipper
from tracking.edge.snapshot import section_of, write_snapshot
from tracking.edge.spool import edge_id
from tracking.management.commands import ship_clicks


@pytest.mark.usefixtures("empty_click_tables")
@pytest.mark.parametrize("durability", ["sync", "write"])
def test_no_answered_click_is_lost_when_the_edge_is_killed(tmp_path, network_id, durability):
    sections = {network_id: section_of(network(id=network_id))}
    path = tmp_path / "edge" / "snapshot.jsonl"
    write_snapshot(path, version=1, built_at=time.time(), hosts={HOST: network_id}, sections=sections)
    port, settings = free_port(), {"CPANET_EDGE_DURABILITY": durability}
    visitors = Visitors(port, "abc", wanted=400)

    async def story():
        edge = start_edge(tmp_path, port, **settings)
        clicking = asyncio.create_task(visitors.click_until_enough())
        await visitors.reached(150)
        await asyncio.to_thread(edge.kill)
        edge = await asyncio.to_thread(start_edge, tmp_path, port, **settings)
        await clicking
        assert await asyncio.to_thread(edge.stop) == 0

    asyncio.run(story())
    spool = tmp_path / "spool"
    shipper = Shipper(spool, edge_id(spool, "x"), ship_clicks.connect)
    shipped = shipper.ship_all()
    shipper.disconnect()
    with connections["shipper"].cursor() as cursor:
        cursor.execute("SELECT id::text FROM tracking_click")
        found = [row[0] for row in cursor.fetchall()]
    assert (len(found), shipper.rejected) == (shipped, 0)
    assert len(visitors.answered) >= 400
    assert len(set(found)) == len(found)
    assert set(visitors.answered) <= set(found)
    assert len(found) - len(visitors.answered) <= 16  # written, but killed before the answer
    assert visitors.other == []


class Platform:
    """Embedded servers, edge and shipper of one data directory, each to be killed with -9."""

    def __init__(self, data_dir: Path):
        self.data_dir, self.port = data_dir, free_port()
        self.servers = Servers(data_dir, elsewhere=(addresses.short_temp_dir(),))
        self.servers.start()
        self.environment = {
            "CPANET_DATA_DIR": str(data_dir),
            "DATABASE_URL": addresses.database_url(data_dir),
            "REDIS_URL": addresses.redis_url(data_dir),
        }

    def manage(self, *words: str, code: str | None = None) -> str:
        command = [sys.executable, "manage.py", *words]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, input=code, capture_output=True, text=True, timeout=180
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_shipper(self) -> Process:
        return Process(["manage.py", "ship_clicks"], self.environment, self.data_dir / "shipper.log")

    def start_edge(self) -> Process:
        return start_edge(self.data_dir, self.port)

    def kill_postgres(self) -> None:
        (postgres,) = (each for each in self.servers.members if each.name == "postgres")
        os.kill(int((postgres.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def start_postgres(self) -> None:
        """To be called in the main thread: the server ends with the thread that started it."""
        (postgres,) = (each for each in self.servers.members if each.name == "postgres")
        postgres.start()

    def ids_in_table(self) -> list[str]:
        user = f"{addresses.OWNER_ROLE}_shipper"
        connection = psycopg2.connect(addresses.database_url(self.data_dir, user=user))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT id::text FROM tracking_click")
                return [row[0] for row in cursor.fetchall()]
        finally:
            connection.close()

    def stop(self) -> None:
        self.servers.stop()
        state.discard(self.data_dir)
        shutil.rmtree(self.data_dir, ignore_errors=True)


MAKE_LINK = """
from cpanet.tenancy.scope import network_scope
from tests import factories
network = factories.network(host="go.alpha.test")
with network_scope(network.pk):
    offer, affiliate = factories.offer(), factories.affiliate()
    factories.access(offer=offer, affiliate=affiliate)
    print("CODE", factories.link(offer=offer, affiliate=affiliate).code)
"""


@pytest.fixture
def platform(tmp_path):
    made = Platform(tmp_path / "platform")
    yield made
    made.stop()


@pytest.mark.slow
def test_5000_clicks_with_edge_shipper_and_postgresql_killed(platform):
    platform.manage("migrate", "--verbosity", "0", "--no-input")
    code = platform.manage("shell", "--verbosity", "0", code=MAKE_LINK).rpartition("CODE ")[2].strip()
    shipper = platform.start_shipper()
    deadline = time.monotonic() + 60
    while not (platform.data_dir / "edge" / "snapshot.jsonl").exists():
        assert time.monotonic() < deadline, shipper.log.read_text()
        time.sleep(0.1)
    visitors = Visitors(platform.port, code, wanted=5000)

    async def story():
        nonlocal shipper
        edge = platform.start_edge()
        clicking = asyncio.create_task(visitors.click_until_enough())
        await visitors.reached(1200)
        await asyncio.to_thread(edge.kill)
        edge = await asyncio.to_thread(platform.start_edge)
        await visitors.reached(2500)
        platform.kill_postgres()
        await visitors.reached(3200)  # without a database
        platform.start_postgres()
        await visitors.reached(3700)
        await asyncio.to_thread(shipper.kill)
        shipper = platform.start_shipper()
        await clicking
        assert await asyncio.to_thread(edge.stop) == 0

    asyncio.run(story())
    deadline = time.monotonic() + 60
    while not set(visitors.answered) <= set(platform.ids_in_table()):
        assert time.monotonic() < deadline, shipper.log.read_text()
        time.sleep(0.2)
    assert shipper.stop() == 0
    last = json.loads(platform.manage("ship_clicks", "--once").splitlines()[-1])
    found = platform.ids_in_table()
    assert last["lag_bytes"] == 0
    assert len(visitors.answered) >= 5000
    assert len(set(found)) == len(found)
    assert set(visitors.answered) <= set(found)
    assert len(found) - len(visitors.answered) <= 16
