import asyncio
import os
import time

import pytest

from tests.tracking.edge.clicks import network
from tracking.edge import snapshot_watch
from tracking.edge.routes import route_of
from tracking.edge.snapshot import BadSnapshot, Landing, Network, read_head, read_snapshot, section_of, write_snapshot
from tracking.edge.snapshot_watch import SnapshotWatch


def write(path, *networks: Network, version=1, hosts=None):
    hosts = {"go.alpha.test": 1, "go.beta.test": 2} if hosts is None else hosts
    sections = {each.id: section_of(each) for each in networks}
    write_snapshot(path, version=version, built_at=1_795_000_000.5, hosts=hosts, sections=sections)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "edge" / "snapshot.jsonl"


def full_network():
    offer = {
        "landings": (Landing(7, "https://магазин.example/\n{sub1}", 3), Landing(8, "https://b.example/")),
        "countries": frozenset({"DE", "TR"}), "devices": frozenset({"mobile"}), "deep_link_domains": ("shop.example",),
        "fallback_url": "https://f.example/", "starts_at": 1, "ends_at": 2, "status": "paused",
    }  # fmt: skip
    link = {
        "subs": tuple("abcdefghij"),
        "source": "push",
        "is_active": False,
        "has_access": False,
        "landing_id": 8,
        "deep_link": "x",
    }
    return network(offer=offer, link=link, fallback_url="https://n.example/", uniqueness_hours=7)


def test_what_is_written_is_read(path):
    write(path, full_network())
    found = read_snapshot(path)
    assert (found.version, found.built_at) == (1, 1_795_000_000.5)
    read = found.network_of("go.alpha.test")
    assert read.digest
    read.digest = ""
    assert read == full_network()
    assert found.network_of("go.beta.test") is None
    assert found.network_of("nowhere.test") is None


def test_unchanged_networks_keep_what_was_compiled_from_them(path):
    beta = network(id=2, name="Beta")
    write(path, network(), beta)
    first = read_snapshot(path)
    compiled = [route_of(first.networks[number], "abc") for number in (1, 2)]
    write(path, network(offer={"status": "paused"}), beta, version=2)
    second = read_snapshot(path, first)
    assert route_of(second.networks[2], "abc") is compiled[1]
    assert route_of(second.networks[1], "abc") is not compiled[0]
    assert route_of(second.networks[1], "abc").refusal == "paused"


@pytest.mark.parametrize(
    "damage",
    [lambda data: b"", lambda data: b"{}\n", lambda data: b"not json", lambda data: data[:-20], lambda data: b"[1]\n",
     lambda data: data.replace(b"shop.example", b"evil.example"),
     lambda data: data.replace(b'"format":3', b'"format":9')],
)  # fmt: skip
def test_a_damaged_file_is_refused(path, damage):
    write(path, network())
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BadSnapshot):
        read_snapshot(path)


def test_a_failed_write_leaves_the_former_file(path):
    write(path, network())
    with pytest.raises(TypeError):
        write_snapshot(path, version=2, built_at=0.0, hosts={"x": object()}, sections={})
    assert read_head(path)["version"] == 1
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_watch_takes_a_new_file_within_half_a_second_and_keeps_the_old_one_when_it_is_bad(path):
    async def wait_for(condition):
        deadline = time.monotonic() + 2
        while not condition() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        return condition()

    async def story():
        watch = SnapshotWatch(path)
        watch.load()
        assert (watch.snapshot.version, bool(watch.failure)) == (0, True)
        task = asyncio.create_task(watch.keep_fresh())
        write(path, network())
        started = time.monotonic()
        assert await wait_for(lambda: watch.snapshot.version == 1)
        assert time.monotonic() - started < 0.6
        path.write_bytes(b"rubbish")
        assert await wait_for(lambda: watch.failure)
        assert watch.snapshot.version == 1
        write(path, network(), version=3)
        assert await wait_for(lambda: watch.snapshot.version == 3 and not watch.failure)
        same = watch.snapshot
        os.utime(path, (5, 5))
        assert await wait_for(lambda: watch.fresh_at == 5)
        assert watch.snapshot is same
        path.unlink()
        await asyncio.sleep(2 * snapshot_watch.LOOK_SECONDS)
        assert watch.snapshot is same
        task.cancel()

    asyncio.run(story())
