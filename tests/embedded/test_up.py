"""The supervisor from outside: a toy platform under the real one, with real servers."""

import os
import signal
import socket

import psycopg2
import pytest

from cpanet.embedded import addresses, state
from tests.embedded.helpers import Toy, command_line, eventually

# How the servers' main processes call themselves.
SERVERS = {"postgres": "bin/postgres -D", "valkey": "valkey-server"}
pytestmark = pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks at processes through /proc")


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    running = Toy(tmp_path_factory.mktemp("toy")).up()
    yield running
    running.stop()
    state.discard(running.data_dir)


@pytest.fixture
def own_toy(tmp_path):
    own = Toy(tmp_path)
    yield own
    own.stop()
    state.discard(own.data_dir)


def database_answers(toy):
    try:
        psycopg2.connect(addresses.database_url(toy.data_dir)).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_it_prefixes_every_line_and_tells_addresses_and_sign_ins(toy):
    text = "".join(toy.seen)
    assert "migrate  | tables made\n" in text
    assert "door     | door open\n" in text
    assert f"cpanet is ready: http://127.0.0.1:{toy.port}/" in text
    assert "  Alpha  http://alpha.localhost/\n" in text
    assert "  webmaster  alice@example.com  pass-word  http://alpha.localhost/\n" in text
    assert text.index("tables made") < text.index("door open") < text.index("cpanet is ready")


@pytest.mark.slow
def test_a_process_that_dies_is_started_again_after_a_growing_pause(own_toy):
    own_toy.up()
    own_toy.wait_for("frail    | ended with status 3; starting it again in 1 s")
    own_toy.wait_for("frail    | ended with status 3; starting it again in 2 s")


def test_a_killed_process_comes_back_and_its_children_are_cleared_away(toy):
    deaf, child = toy.pid_of("Popen"), toy.pid_of("import signal, time;")
    os.kill(deaf, signal.SIGKILL)
    toy.wait_for("deaf     | ended by signal 9")
    toy.wait_for("deaf     | busy")
    assert {deaf, child}.isdisjoint(toy.processes())


@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_a_killed_server_comes_back(toy, server):
    os.kill(toy.pid_of(SERVERS[server]), signal.SIGKILL)
    toy.wait_for(f"{server} ended by signal 9; starting it again")
    assert eventually(lambda: database_answers(toy), 20)


def test_a_second_launcher_says_so_and_leaves_the_first_alone(toy):
    second = toy.spawn("up", stderr=-2)
    output, _ = second.communicate(timeout=10)
    assert second.returncode == 1
    assert f"it runs already on {toy.data_dir} (process {toy.process.pid})" in output
    assert toy.process.poll() is None and database_answers(toy)


def test_a_command_joins_the_running_servers(toy):
    status, stdout, stderr = toy.manage("hello", "7", cwd="/")
    assert status == 7
    assert stdout == f'{{"command": ["hello", "7"], "data": "{toy.data_dir}", "cwd": "/"}}\n'
    assert stderr == "noise on the error stream\n"
    assert database_answers(toy)


def test_a_taken_port_is_said_with_its_variable(own_toy):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", own_toy.port))
        taken.listen()
        launcher = own_toy.spawn("up", stderr=-2)
        output, _ = launcher.communicate(timeout=20)
    assert launcher.returncode == 1
    assert f"port {own_toy.port} is taken" in output and "CPANET_PORT=" in output
    assert not own_toy.processes()


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, *(pytest.param(n, marks=pytest.mark.slow) for n in (signal.SIGINT, signal.SIGHUP))]
)
def test_a_signal_stops_everything_cleanly(own_toy, number):
    own_toy.up().wait_for("busy")
    own_toy.process.send_signal(number)
    assert own_toy.process.wait(10) == 0
    assert not own_toy.processes()
    assert "database system is shut down" in (own_toy.data_dir / "servers" / "postgres.log").read_text()


def test_kill_9_leaves_no_orphan_and_the_next_start_works(own_toy):
    own_toy.up().wait_for("busy")
    before = own_toy.processes()
    own_toy.process.kill()
    own_toy.process.wait()
    own_toy.up()  # waits for the rest of the first, and would not start beside it
    assert before.isdisjoint(own_toy.processes())
    assert database_answers(own_toy)


@pytest.mark.slow
def test_kill_9_alone_ends_every_descendant_within_seconds(own_toy):
    own_toy.up().wait_for("busy")
    assert len(own_toy.processes()) >= 10
    own_toy.process.kill()
    own_toy.process.wait()
    assert eventually(lambda: not own_toy.processes(), 8), own_toy.processes()


@pytest.mark.slow
def test_kill_9_of_launcher_and_watcher_together_still_lets_the_next_start_work(own_toy):
    own_toy.up()
    servers = {own_toy.pid_of(title) for title in SERVERS.values()}
    launchers = [pid for pid in own_toy.processes() if command_line(pid).endswith("toy_platform.py up")]
    assert len(launchers) == 2
    for pid in launchers:
        os.kill(pid, signal.SIGKILL)
    own_toy.process.wait()
    deaf = [pid for pid in own_toy.processes() if "time.sleep(600)" in command_line(pid)]
    own_toy.port += 1  # the toy's grandchildren are deaf to everything but the watcher
    own_toy.up()
    assert servers.isdisjoint(own_toy.processes())
    for pid in deaf:
        os.kill(pid, signal.SIGKILL)
