"""Fifty equal postbacks at the same moment. The guard is the unique constraint; without it the race is real."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import Conversion, ConversionRevision, InboundPostback
from tracking.services.postback_keys import create_key

CALLS = 50
FEW_CALLS = 12

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def address(db):
    """A postback that is complete and correct; the network's id."""
    network = factories.network(name="Alpha", host="alpha.test")
    with network_scope(network.pk):
        advertiser = factories.advertiser()
        offer = factories.offer(advertiser=advertiser)
        factories.goal(offer=offer)
        link = factories.link(offer=offer, affiliate=factories.affiliate())
        click = factories.click(link=link, at=timezone.now())
        key = create_key(advertiser=advertiser, actor=None, now=timezone.now())
    path = f"/postback/{advertiser.public_id}/?token={key.secret}&click_id={click.id.hex}&order_id=A-1&status=approved"
    return path, network.pk


def all_at_once(path, calls):
    """Every call from a thread and a connection of its own, all let go at the same moment."""
    gate = threading.Barrier(calls)

    def call(_number):
        gate.wait()
        try:
            return Client(HTTP_HOST="alpha.test").get(path).json()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(calls) as pool:
        return list(pool.map(call, range(calls)))


def test_equal_postbacks_in_parallel_make_one_conversion(address):
    path, network_id = address
    answers = all_at_once(path, CALLS)
    with network_scope(network_id):
        (conversion,) = Conversion.objects.all()
        assert {answer["conversion"] for answer in answers} == {conversion.public_id}
        assert InboundPostback.objects.count() == CALLS
        assert ConversionRevision.objects.count() == 1
        assert conversion.held == conversion.earning > 0
    assert sorted(answer["status"] for answer in answers) == ["accepted"] + ["repeat"] * (CALLS - 1)


def test_without_the_constraint_looking_first_is_not_enough(address):
    """The same race with the guard taken away: it makes more than one, so the test above can fail."""
    path, network_id = address
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP INDEX one_conversion_per_action")
    all_at_once(path, FEW_CALLS)
    with network_scope(network_id):
        assert Conversion.objects.count() > 1


def test_the_guard_is_there_in_every_database(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'one_conversion_per_action'")
        (definition,) = cursor.fetchone()
    assert "UNIQUE" in definition and "(network_id, goal_id, dedup_key)" in definition
