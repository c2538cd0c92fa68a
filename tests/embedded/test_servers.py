"""The embedded servers themselves: real PostgreSQL and real Valkey in a directory of the test."""

import os
import signal
import stat
import subprocess
import sys
import time

import psycopg2
import pytest
from kombu import Connection
from redis import Redis

from cpanet.embedded import addresses, state, testing
from cpanet.embedded.errors import StartError
from cpanet.embedded.servers import Servers
from tests.embedded.helpers import ROOT, eventually


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    handle = testing.start(tmp_path_factory.mktemp("pair"))
    yield handle
    handle.stop()


def rows(url, statement):
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()
    finally:
        connection.close()


def test_the_three_roles_have_the_rights_the_walls_rely_on(pair):
    found = rows(
        pair.database_url,
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname LIKE 'cpanet%' ORDER BY 1",
    )
    assert found == [
        ("cpanet", False, False, True),
        ("cpanet_app", False, False, False),
        ("cpanet_shipper", False, True, False),
    ]


def test_the_owner_owns_a_utf8_database_that_sorts_the_same_everywhere(pair):
    found = rows(
        pair.database_url,
        "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datlocprovider, datlocale "
        "FROM pg_database WHERE datname = 'cpanet'",
    )
    assert found == [("cpanet", "UTF8", "b", "C.UTF-8")]


@pytest.mark.parametrize("role", ["cpanet_app", "cpanet_shipper"])
def test_the_other_roles_connect_without_a_password(pair, role):
    url = addresses.database_url(pair.data_dir, role)
    assert rows(url, "SELECT current_user, current_setting('server_version_num')::int >= 180000") == [(role, True)]


def test_nobody_else_can_enter_the_socket_directory_and_nothing_listens_on_tcp(pair):
    sockets = addresses.socket_dir(pair.data_dir)
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert rows(pair.database_url, "SHOW listen_addresses") == [("",)]
    with Redis.from_url(pair.redis_url) as client:
        assert client.config_get("port") == {"port": "0"}


def test_valkey_refuses_instead_of_forgetting(pair):
    with Redis.from_url(pair.redis_url) as client:
        assert client.info("server")["valkey_version"].startswith("9.")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_celery_reaches_the_same_server_by_its_own_kind_of_url(pair):
    with Connection(addresses.celery_url(pair.redis_url)) as broker, broker.SimpleQueue("greetings") as letters:
        letters.put({"hello": "world"})
        assert letters.get(timeout=5).payload == {"hello": "world"}
        assert broker.default_channel.client.connection_pool.connection_kwargs["db"] == 1


@pytest.mark.parametrize("odd", ["with spaces and ünïcode, 'quotes'", "long" * 40])
def test_odd_and_long_paths_work(tmp_path, odd):
    handle = testing.start(tmp_path / odd)
    try:
        assert rows(handle.database_url, "SELECT 1") == [(1,)]
        with Redis.from_url(handle.redis_url) as client:
            assert client.ping()
    finally:
        handle.stop()
    assert not addresses.socket_dir(handle.data_dir).exists()


def test_data_survives_a_restart_and_kill_9_of_both_servers(tmp_path):
    servers = Servers(tmp_path, elsewhere=(addresses.short_temp_dir(),))
    try:
        servers.start()
        url = addresses.database_url(tmp_path)
        connection = psycopg2.connect(url)
        connection.autocommit = True
        connection.cursor().execute("CREATE TABLE kept AS SELECT 42 AS answer")
        Redis.from_url(addresses.redis_url(tmp_path)).set("kept", "yes")
        eventually(
            lambda: Redis.from_url(addresses.redis_url(tmp_path)).info("persistence")["aof_pending_bio_fsync"] == 0
        )
        for server in servers.members:
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
        servers.start()
        assert rows(url, "SELECT answer FROM kept") == [(42,)]
        assert Redis.from_url(addresses.redis_url(tmp_path), decode_responses=True).get("kept") == "yes"
    finally:
        servers.stop()
        state.discard(tmp_path)


@pytest.fixture
def stopped(tmp_path):
    """A data directory in which servers have run."""
    handle = testing.start(tmp_path)
    handle.servers.stop()
    yield handle
    handle.stop()


def test_a_pid_file_naming_a_stranger_is_stale(stopped):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        for server in stopped.servers.members:
            server.pid_file().write_text(f"{stranger.pid}\n{server.data}\n{int(time.time())}\n")
        stopped.servers.start()
        assert rows(stopped.database_url, "SELECT 1") == [(1,)]
        assert stranger.poll() is None  # a stranger is left alone
    finally:
        stranger.kill()
        stranger.wait()


def test_servers_left_over_by_nobody_are_ended_first(stopped):
    stopped.servers.start()
    orphans = [server.process for server in stopped.servers.members]
    again = Servers(stopped.data_dir, durable=False)
    try:
        again.start()
        assert all(process.wait(10) is not None for process in orphans)
        assert rows(stopped.database_url, "SELECT 1") == [(1,)]
    finally:
        again.stop()


def test_servers_die_with_the_process_that_started_them(tmp_path):
    script = "import sys, time; from cpanet.embedded import testing; h = testing.start(sys.argv[1])\n"
    script += "print(*[s.process.pid for s in h.servers.members], flush=True); time.sleep(60)"
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(pids) == 2
    parent.kill()
    parent.wait()
    assert eventually(lambda: not any(_alive(pid) for pid in pids))
    state.discard(tmp_path)


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_socket_directory_that_somebody_else_made_is_refused(tmp_path):
    data_dir = tmp_path / ("long" * 40)
    squatted = addresses.socket_dir(data_dir)
    squatted.symlink_to(tmp_path)
    try:
        with pytest.raises(StartError, match="not ours"):
            Servers(data_dir, elsewhere=(addresses.short_temp_dir(),))
    finally:
        squatted.unlink()
        state.discard(data_dir)


def test_a_data_directory_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StartError, match="CPANET_DATA_DIR"):
        Servers(tmp_path / "file" / "data")
