"""What the supervisor reads from the environment, and what it says of nonsense."""

from pathlib import Path

import pytest

from cpanet.embedded import addresses, options
from cpanet.embedded.errors import StartError


def test_the_defaults_need_no_environment(tmp_path):
    found = options.read({}, tmp_path)
    assert (found.host, found.port, found.edge_port) == ("127.0.0.1", 8000, 8001)
    assert found.data_dir == tmp_path / "data"
    assert found.embedded_postgres and found.embedded_valkey


def test_urls_given_leave_their_servers_to_others(tmp_path):
    assert not options.read({"DATABASE_URL": "postgres://h/d"}, tmp_path).embedded_postgres
    assert not options.read({"DATABASE_APP_URL": "postgres://h/d"}, tmp_path).embedded_postgres
    assert not options.read({"REDIS_URL": "redis://h"}, tmp_path).embedded_valkey


def test_the_checkouts_env_file_counts_and_the_environment_wins(tmp_path):
    (tmp_path / ".env").write_text("# ours\nexport CPANET_PORT=9000\nCPANET_HOST='0.0.0.0'\nREDIS_URL=\n\n")
    assert options.read({}, tmp_path).port == 9000
    assert options.read({}, tmp_path).host == "0.0.0.0"
    assert options.read({}, tmp_path).embedded_valkey
    assert options.read({"CPANET_PORT": "9100"}, tmp_path).port == 9100


@pytest.mark.parametrize("nonsense", ["http", "0", "65536", "-1", "80.5", "8000 "])
def test_a_port_that_is_none_is_named(tmp_path, nonsense):
    with pytest.raises(StartError, match="CPANET_EDGE_PORT"):
        options.read({"CPANET_EDGE_PORT": nonsense}, tmp_path)


def test_the_two_ports_must_differ(tmp_path):
    with pytest.raises(StartError, match="CPANET_PORT and CPANET_EDGE_PORT"):
        options.read({"CPANET_PORT": "8001"}, tmp_path)


def test_addresses_are_the_same_for_every_spelling_of_a_directory(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    assert addresses.database_url(link / "data") == addresses.database_url(tmp_path / "x" / ".." / "data")


def test_a_socket_address_is_always_short_and_plain(tmp_path):
    for odd in ("a b", "ü", "x,y", "q?a=1", "long" * 50):
        sockets = addresses.socket_dir(tmp_path / odd)
        assert len(str(sockets / addresses.POSTGRES_SOCKET)) <= addresses.SOCKET_PATH_LIMIT
        assert addresses.PLAIN_PATH.fullmatch(str(sockets))
        assert sockets != addresses.socket_dir(Path(tmp_path / (odd + "2")))


def test_redis_urls_of_other_servers_reach_celery_as_they_are():
    assert addresses.celery_url("redis://:secret@queue:6379/3") == "redis://:secret@queue:6379/3"
