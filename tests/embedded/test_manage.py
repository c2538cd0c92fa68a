"""`./run manage`: one command on the data, whether the platform is up or not."""

import os
import signal
import subprocess

import pytest

from cpanet.embedded import state
from tests.embedded.helpers import Toy


@pytest.fixture(scope="module")
def idle(tmp_path_factory):
    """A data directory whose database was made by an earlier command."""
    toy = Toy(tmp_path_factory.mktemp("idle"))
    toy.first = toy.manage("first")
    yield toy
    state.discard(toy.data_dir)


def test_a_new_database_is_migrated_first_and_only_stderr_tells(idle):
    status, stdout, stderr = idle.first
    assert status == 0
    assert stdout.count("\n") == 1 and '"command": ["first"]' in stdout
    assert "the database is new" in stderr and '"command": ["migrate", "--no-input"]' in stderr


def test_it_starts_and_stops_the_servers_for_one_command(idle):
    status, stdout, stderr = idle.manage("second", "5")
    assert (status, stderr) == (5, "noise on the error stream\n")
    assert '"command": ["second", "5"]' in stdout
    assert not idle.processes()


def test_commands_at_the_same_time_share_the_servers(idle):
    started = [idle.spawn("manage", "shared", str(status), stderr=subprocess.DEVNULL) for status in (0, 1, 2, 3)]
    assert [process.wait(60) for process in started] == [0, 1, 2, 3]
    assert not idle.processes()


def test_killing_it_leaves_nothing(idle):
    command = idle.spawn("manage", "third", stdin=subprocess.PIPE)
    assert command.stdout.readline()
    command.send_signal(signal.SIGKILL)
    command.wait()
    assert idle.manage("fourth")[0] == 0
    assert not idle.processes()


def test_urls_of_other_servers_start_none(tmp_path):
    toy = Toy(tmp_path / "untouched")
    given = {**toy.environment, "DATABASE_URL": "postgres://u@h/d", "REDIS_URL": "redis://h/0"}
    status, stdout, _ = toy.manage("hello", env=given)
    assert status == 0 and '"command": ["hello"]' in stdout
    assert not os.path.exists(tmp_path / "untouched")
