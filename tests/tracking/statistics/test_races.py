"""A change that comes while its hour is being counted is counted afterwards; two counters never double an hour."""

import threading

import pytest
from django.db import connection

from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import DirtyHour, HourlyStats
from tracking.services.dirty import mark_dirty
from tracking.statistics import rollup

HOUR = factories.NOW.replace(minute=0)


def in_thread(work):
    """Run `work` on a connection of its own to its end; its result."""
    box = []

    def run():
        try:
            box.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive(), "it waits for a lock"
    return box[0]


@pytest.fixture
def link(transactional_db):
    network = factories.network()
    with network_scope(network.pk):
        made = factories.link(offer=factories.offer(), affiliate=factories.affiliate())
        factories.click(link=made)
        mark_dirty(factories.NOW)
    return made


def click_comes(link):
    with network_scope(link.network_id):
        factories.click(link=link)
        mark_dirty(factories.NOW)


def counted(link):
    with network_scope(link.network_id):
        return sum(HourlyStats.objects.values_list("clicks", flat=True))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_change_during_a_count_is_counted_next(link, monkeypatch):
    """The click and its mark commit after the counter has read, and before it commits."""
    count = rollup._count
    others = []

    def interrupted(cursor, hour):
        count(cursor, hour)
        others.append(in_thread(lambda: rollup.count_marked_hour(network_id=link.network_id, hour=HOUR)))
        thread = threading.Thread(target=lambda: (click_comes(link), connection.close()))
        thread.start()
        others.append(thread)

    monkeypatch.setattr(rollup, "_count", interrupted)
    assert rollup.count_marked_hour(network_id=link.network_id, hour=HOUR)
    others[1].join(20)
    monkeypatch.setattr(rollup, "_count", count)
    assert others[0] is False, "a second counter worked at the same hour"
    assert counted(link) == 1
    with network_scope(link.network_id):
        assert DirtyHour.objects.filter(hour=HOUR).exists(), "the change during the count was forgotten"
    assert rollup.count_dirty_hours(network_id=link.network_id) == 1
    assert counted(link) == 2


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_many_counters_and_many_clicks(link):
    """Clicks come from one side while four counters work: at the end every click is counted once."""
    stop = threading.Event()

    def count_on():
        while not stop.is_set():
            rollup.count_dirty_hours(network_id=link.network_id)
        connection.close()

    counters = [threading.Thread(target=count_on) for _ in range(4)]
    for counter in counters:
        counter.start()
    for _ in range(40):
        click_comes(link)
    stop.set()
    for counter in counters:
        counter.join(20)
    rollup.count_dirty_hours(network_id=link.network_id)
    assert counted(link) == 41
    with network_scope(link.network_id):
        assert not DirtyHour.objects.exists()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_markers_never_wait_for_each_other(link):
    """Two long transactions mark the same two hours in opposite order; a third one, say the shipper's, passes by."""
    meeting = threading.Barrier(2, timeout=20)

    def mark(*hours):
        with network_scope(link.network_id):
            mark_dirty(hours[0])
            meeting.wait()
            mark_dirty(hours[1])
            meeting.wait()

    def run(results, work):
        try:
            results.append(work())
        finally:
            connection.close()

    early, late, results = HOUR.replace(hour=1), HOUR.replace(hour=2), []
    threads = [
        threading.Thread(target=run, args=(results, lambda a=a, b=b: mark(a, b)))
        for a, b in ((early, late), (late, early))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == [None, None], "one of them failed or waits"
    assert rollup.count_dirty_hours(network_id=link.network_id) == 3
