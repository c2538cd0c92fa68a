"""Twenty leads at the same moment under one cap: each is counted, and the counter is shared without a deadlock."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from offers.models import Cap, CapCounter
from tests import factories
from tracking.models import Conversion
from tracking.services.postback_keys import create_key

LEADS = 20

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_leads_in_parallel_are_all_counted_and_the_later_ones_all_declined(db):
    network = factories.network(name="Alpha", host="alpha.test")
    with network_scope(network.pk):
        advertiser = factories.advertiser()
        offer = factories.offer(advertiser=advertiser)
        factories.goal(offer=offer)
        link = factories.link(offer=offer, affiliate=factories.affiliate())
        key = create_key(advertiser=advertiser, actor=None, now=timezone.now())
        for measure, limit in (("conversions", 5), ("earning", 10**9)):
            Cap.objects.create(offer=offer, measure=measure, period="total", limit=limit, policy="decline")
    path = f"/postback/{advertiser.public_id}/?token={key.secret}"
    for word, used in (("early", LEADS), ("late", LEADS)):
        with network_scope(network.pk):
            clicks = [factories.click(link=link, at=timezone.now()).id.hex for _ in range(LEADS)]
        statuses = all_at_once([f"{path}&click_id={click}&order_id={word}-{click}" for click in clicks])
        assert statuses == [200] * LEADS
        with network_scope(network.pk):
            assert CapCounter.objects.get(cap__measure="conversions").used == used
    with network_scope(network.pk):
        by_word = {word: Conversion.objects.filter(order_id__startswith=word) for word in ("early", "late")}
        assert set(by_word["early"].values_list("status", flat=True)) == {"pending"}
        assert set(by_word["late"].values_list("status", "reason")) == {("declined", "over_cap")}
        assert CapCounter.objects.get(cap__measure="earning").used == LEADS * Conversion.objects.first().earning


def all_at_once(paths):
    gate = threading.Barrier(len(paths))

    def call(path):
        gate.wait()
        try:
            return Client(HTTP_HOST="alpha.test").get(path).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(call, paths))
