# ruff: noqa: E501 - tables of cases
"""From the models to the snapshot file, and the sidecar that keeps it."""

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from redis import Redis

from cpanet.accounts.models import Affiliate
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.services import CONFIG_CHANNEL, touch_config
from offers.models import Landing, OfferAccess
from offers.models import Offer as OfferModel
from tests import factories
from tracking.edge import build
from tracking.edge.build import SnapshotWriter
from tracking.edge.routes import route_of
from tracking.edge.snapshot import Landing as LandingFacts
from tracking.edge.snapshot import Link, Offer, read_snapshot
from tracking.management.commands import ship_clicks

STARTS = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def writer(tmp_path):
    return SnapshotWriter(tmp_path / "edge" / "snapshot.jsonl")


def refreshed(writer):
    writer.refresh()
    return read_snapshot(writer.path)


def test_everything_the_edge_decides_by_arrives(writer, network, other_network):
    Network.objects.filter(pk=network.pk).update(fallback_url="https://n.example/", uniqueness_hours=6)
    with network_scope(network.pk):
        alice = factories.affiliate()
        offer = factories.offer(
            countries=["DE", "TR"], devices=["mobile"], systems=["ios"], browsers=["safari"], languages=["tr"], hours=[9, 10],
            deep_link_domains=["shop.example"], fallback_url="https://f.example/",
            starts_at=STARTS, access=OfferModel.Access.OPEN,
        )  # fmt: skip
        Landing.objects.create(offer=offer, name="off", url="https://off.example/", is_active=False)
        landing = offer.landings.get(name="Main")
        link = factories.link(
            offer=offer,
            affiliate=alice,
            sub1="a",
            sub5="e",
            landing=landing,
            traffic_source="content",
            deep_link="https://shop.example/x",
        )
    found = refreshed(writer).network_of("alpha.test")
    facts = (found.id, found.name, found.fallback_url, found.uniqueness_hours)
    assert facts == (network.pk, "Alpha", "https://n.example/", 6)
    assert found.config_version == Network.objects.get(pk=network.pk).config_version
    assert found.offers == {
        offer.pk: Offer(
            id=offer.pk,
            advertiser_id=offer.advertiser_id,
            landings=(LandingFacts(landing.pk, landing.url, 1),),
            countries=frozenset({"DE", "TR"}),
            devices=frozenset({"mobile"}),
            systems=frozenset({"ios"}),
            browsers=frozenset({"safari"}),
            languages=frozenset({"tr"}),
            hours=frozenset({9, 10}),
            deep_link_domains=("shop.example",),
            fallback_url="https://f.example/",
            starts_at=1767225600000,
        )
    }
    assert found.links == {
        link.code: Link(
            link.pk, link.code, alice.pk, offer.pk, landing.pk, ("a", "", "", "", "e", "", "", "", "", ""), "content",
            "https://shop.example/x",
        )
    }  # fmt: skip
    assert refreshed(writer).network_of("beta.test").links == {}


@pytest.mark.parametrize(
    ("open_to_all", "decided", "status", "has_access"),
    [
        (True, None, "approved", True),
        (True, "withdrawn", "approved", False),
        (False, None, "approved", False),
        (False, "requested", "approved", False),
        (False, "granted", "approved", True),
        (False, "refused", "approved", False),
        (True, None, "blocked", False),
        (False, "granted", "blocked", False),
    ],
)
def test_access(writer, network, open_to_all, decided, status, has_access):
    with network_scope(network.pk):
        alice = factories.affiliate(status=Affiliate.Status(status))
        offer = factories.offer(access=OfferModel.Access.OPEN if open_to_all else OfferModel.Access.REQUEST)
        link = factories.link(offer=offer, affiliate=alice)
        if decided:
            factories.access(offer=offer, affiliate=alice, status=OfferAccess.Status(decided))
    found = refreshed(writer).network_of("alpha.test")
    assert found.links[link.code].has_access is has_access
    assert route_of(found, link.code).refusal == ("" if has_access else "no_access")


def test_the_webmaster_s_fallback_stands_in_for_the_link_s(writer, network):
    with network_scope(network.pk):
        alice = factories.affiliate()
        Affiliate.objects.filter(pk=alice.pk).update(fallback_url="https://a.example/")
        offer = factories.offer()
        plain, own = (
            factories.link(offer=offer, affiliate=alice),
            factories.link(offer=offer, affiliate=alice, fallback_url="https://l.example/"),
        )
    links = refreshed(writer).network_of("alpha.test").links
    assert [links[link.code].fallback_url for link in (plain, own)] == ["https://a.example/", "https://l.example/"]


def test_only_what_changed_is_built_again_and_an_unchanged_file_is_marked_fresh(writer, network, other_network):
    assert writer.refresh() == 2
    os.utime(writer.path, (1, 1))
    before = writer.path.read_bytes()
    assert writer.refresh() == 0
    assert writer.path.read_bytes() == before
    assert time.time() - writer.path.stat().st_mtime < 60
    touch_config(other_network.pk)
    assert writer.refresh() == 1
    assert read_snapshot(writer.path).version > 1
    assert read_snapshot(writer.path).networks[other_network.pk].config_version == 2


def test_a_network_switched_off_disappears_with_its_hosts(writer, network, other_network):
    writer.refresh()
    Network.objects.filter(pk=network.pk).update(is_active=False)
    found = refreshed(writer)
    assert (list(found.networks), list(found.hosts)) == ([other_network.pk], ["beta.test"])


def test_a_deleted_file_is_written_again(writer, network):
    writer.refresh()
    writer.path.unlink()
    assert refreshed(writer).network_of("alpha.test")


def test_versions_grow_even_when_the_clock_goes_back(tmp_path, network, monkeypatch):
    first = refreshed(SnapshotWriter(tmp_path / "snapshot.jsonl")).version
    monkeypatch.setattr(build.time, "time", lambda: 1000.0)
    assert refreshed(SnapshotWriter(tmp_path / "snapshot.jsonl")).version == first + 1


class Writer:
    """Counts refreshes and fails at the first one."""

    def __init__(self):
        self.times = []

    def refresh(self):
        self.times.append(time.monotonic())
        if len(self.times) == 1:
            raise OperationalError("the database is gone")


def run_keeper(seconds, during):
    stop, writer = threading.Event(), Writer()
    thread = threading.Thread(target=ship_clicks.keep_snapshot_fresh, args=(writer, stop))
    thread.start()
    during(writer)
    stop.set()
    thread.join(seconds)
    assert not thread.is_alive()
    return writer.times


@pytest.mark.parametrize("redis_url", ["", "redis://127.0.0.1:1/0"])
def test_the_keeper_outlives_the_database_and_redis(settings, monkeypatch, redis_url):
    monkeypatch.setattr(ship_clicks, "POLL_SECONDS", 0.1)
    settings.REDIS_URL = redis_url or settings.REDIS_URL
    times = run_keeper(5, lambda writer: time.sleep(0.8))
    assert len(times) >= 3


def test_an_announced_change_wakes_the_keeper(settings, monkeypatch):
    monkeypatch.setattr(ship_clicks, "POLL_SECONDS", 3)

    def announce(writer):
        redis = Redis.from_url(settings.REDIS_URL)
        deadline = time.monotonic() + 5
        while not redis.pubsub_numsub(CONFIG_CHANNEL)[0][1] and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)  # it has gone to sleep again
        before = len(writer.times)
        redis.publish(CONFIG_CHANNEL, "changed")
        time.sleep(0.5)
        assert len(writer.times) > before

    run_keeper(5, announce)


def test_the_edge_imports_neither_django_nor_database_nor_redis():
    code = "import sys, tracking.edge.app; print(sorted(m for m in ('django', 'psycopg2', 'redis', 'celery') if m in sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
