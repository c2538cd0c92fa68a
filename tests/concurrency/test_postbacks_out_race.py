"""Equal events at the same moment, many workers at the same outbox, a worker killed with a call in the air."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.tracking.outgoing.conftest import running_tracker
from tracking.models import Conversion, PostbackAttempt, PostbackDelivery, PostbackReceiver
from tracking.outgoing.services.events import tell_created
from tracking.outgoing.services.sending import claim, send_due
from tracking.services.conversions import Action, record_conversion

WORKERS = 8
LEADS = 40

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def tracker(settings):
    with running_tracker() as made:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{made.port}"]
        cache.delete("postbacks:sender")
        yield made


@pytest.fixture
def network_id(db, tracker):
    """A webmaster with one receiver, and a click of his."""
    network = factories.network(name="Alpha", host="alpha.test")
    with network_scope(network.pk):
        affiliate = factories.affiliate()
        offer = factories.offer()
        factories.goal(offer=offer)
        factories.click(link=factories.link(offer=offer, affiliate=affiliate), at=timezone.now())
        PostbackReceiver.objects.create(
            kind="postback", affiliate=affiliate, name="t", address=f"{tracker.url}/?id={{conversion_id}}",
            events=["created"],
        )  # fmt: skip
    return network.pk


def make_leads(network_id, count):
    from offers.models import Goal
    from tracking.models import Click

    with network_scope(network_id):
        click, goal = Click.objects.get(), Goal.objects.select_related("offer").get()
        for number in range(count):
            action = Action(goal, f"A-{number}", None, "", False, call="1")
            record_conversion(click=click, action=action, now=timezone.now())


def all_at_once(work, times):
    gate = threading.Barrier(times)

    def run(number):
        gate.wait()
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_an_event_told_by_many_at_once_is_one_row(network_id):
    make_leads(network_id, 1)
    with network_scope(network_id):
        PostbackDelivery.objects.all().delete()

    def tell(_number):
        with network_scope(network_id):
            tell_created(Conversion.objects.get(), timezone.now())

    all_at_once(tell, WORKERS)
    with network_scope(network_id):
        assert PostbackDelivery.objects.count() == 1


def test_without_the_constraint_it_would_be_many(network_id):
    make_leads(network_id, 1)
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP INDEX one_delivery_per_event")

    def tell(_number):
        with network_scope(network_id):
            tell_created(Conversion.objects.get(), timezone.now())

    all_at_once(tell, WORKERS)
    with network_scope(network_id):
        assert PostbackDelivery.objects.count() > 1


def test_many_workers_send_each_event_once(network_id, tracker):
    make_leads(network_id, LEADS)
    made = all_at_once(lambda _number: send_due(network_ids=[network_id], clock=timezone.now, seconds=20), 4)
    ids = Counter(call.query["id"] for call in tracker.calls)
    assert sum(made) == LEADS == len(ids) and set(ids.values()) == {1}
    with network_scope(network_id):
        assert PostbackDelivery.objects.filter(state="delivered").count() == LEADS == PostbackAttempt.objects.count()


def test_claims_at_the_same_moment_share_no_row(network_id):
    make_leads(network_id, LEADS)
    claimed = all_at_once(lambda _number: claim(network_id=network_id, now=timezone.now(), limit=10), WORKERS)
    ids = [each.delivery_id for batch in claimed for each in batch]
    assert len(ids) == len(set(ids)) and 0 < len(ids) <= 4  # and the receiver gets no more calls than it may


_WORKER = """
import os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "cpanet.settings"
django.setup()
from django.conf import settings
from django.db import connections
for alias in connections:
    connections[alias].settings_dict["NAME"] = sys.argv[2]
settings.OUTBOUND_ALLOW = [sys.argv[3]]
from django.utils import timezone
from tracking.outgoing.services.sending import send_due
send_due(network_ids=[int(sys.argv[1])], clock=timezone.now)
"""


def test_kill_9_between_call_and_answer_loses_nothing(network_id, tracker):
    """The tracker has the call and is about to answer; the worker dies; after its lease the event is sent again."""
    make_leads(network_id, 1)
    arrived, go_on = threading.Event(), threading.Event()

    def answer(call):
        arrived.set()
        go_on.wait(10)
        return 200, b"", {}

    tracker.answer = answer
    name = connections["default"].settings_dict["NAME"]
    allowed = f"127.0.0.1:{tracker.port}"
    worker = subprocess.Popen([sys.executable, "-c", _WORKER, str(network_id), name, allowed], env=os.environ)
    assert arrived.wait(30)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    go_on.set()
    time.sleep(0.1)
    tracker.answer = (200, b"", {})
    assert send_due(network_ids=[network_id], clock=timezone.now) == 0  # the lease holds
    later = lambda: timezone.now() + timedelta(seconds=61)  # noqa: E731
    assert send_due(network_ids=[network_id], clock=later) == 1
    with network_scope(network_id):
        assert PostbackDelivery.objects.get().state == "delivered"
    assert len({call.query["id"] for call in tracker.calls}) == 1 and len(tracker.calls) == 2
