"""The catalogue of a webmaster: what is in it, its filters, its order, its cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cpanet.tenancy.scope import network_scope
from offers.models import Offer, OfferAccess, OfferMetrics, TrafficRule, Vertical
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
Access, Status = Offer.Access, OfferAccess.Status


@pytest.fixture
def alice(network, people):
    with network_scope(network.pk):
        yield people.alice


def names(person, **query):
    answer = person.client.get("/webmaster/offers/", query)
    assert answer.status_code == 200
    return [row.record.name for row in answer.context["table"].page]


def offer(name, **fields):
    made = factories.offer(name=name, **fields)
    factories.goal(offer=made, **({"percent": (1000, 700)} if name.startswith("Percent") else {}))
    return made


def test_only_running_offers_that_concern_the_webmaster(alice, people):
    offer("Open", access=Access.OPEN)
    offer("Ask", access=Access.REQUEST)
    offer("Closed", access=Access.INVITE)
    factories.access(offer=offer("Invited", access=Access.INVITE), affiliate=alice.affiliate)
    factories.access(offer=offer("For Bob", access=Access.INVITE), affiliate=people.bob.affiliate)
    factories.access(
        offer=offer("Taken back", access=Access.INVITE), affiliate=alice.affiliate, status=Status.WITHDRAWN
    )
    offer("Draft", status=Offer.Status.DRAFT)
    offer("Paused", status=Offer.Status.PAUSED)
    offer("Over", ends_at=NOW - timedelta(days=400))
    assert set(names(alice)) == {"Open", "Ask", "Invited"}


def test_each_filter_alone(alice):
    theme = Vertical.objects.create(name="Finance")
    offer("Bank", vertical=theme, countries=["DE"])
    email = offer("Percent shop", countries=["TR"], traffic=())
    TrafficRule.objects.create(offer=email, traffic_source="email", policy="ask")
    TrafficRule.objects.create(offer=email, traffic_source="seo", policy="forbidden")
    offer("Everywhere")
    assert names(alice, theme=theme.pk) == ["Bank"]
    assert set(names(alice, country="DE")) == {"Bank", "Everywhere"}
    assert names(alice, traffic="email") == ["Percent shop"]
    assert names(alice, traffic="seo") == []
    assert names(alice, model="percent") == ["Percent shop"]
    assert names(alice, q="BANK") == ["Bank"]
    assert names(alice, q=str(email.pk)) == ["Percent shop"]
    assert names(alice, country="TR", model="fixed") == ["Everywhere"]


def test_the_filter_of_access(alice):
    for status in (Status.GRANTED, Status.REQUESTED, Status.REFUSED):
        factories.access(offer=offer(status.label), affiliate=alice.affiliate, status=status)
    offer("Open", access=Access.OPEN)
    offer("Ask")
    assert set(names(alice, access="mine")) == {"Open", "Granted"}
    assert names(alice, access="ask") == ["Ask"]
    assert names(alice, access="requested") == ["Requested"]
    assert names(alice, access="refused") == ["Refused"]


@pytest.mark.parametrize(
    "nonsense", [{"theme": "x"}, {"country": "QQ"}, {"page": "999"}, {"sort": "password"}, {"model": "'"}]
)
def test_nonsense_in_the_address_is_no_error(alice, nonsense):
    offer("Open")
    assert names(alice, **nonsense) is not None


def test_sorting_puts_offers_without_figures_last(alice):
    good, poor = offer("Good"), offer("Percent poor")
    offer("Unknown")
    OfferMetrics.objects.create(offer=good, unique_clicks=100, conversions=10, approved=5, declined=5, earnings=900_000)
    OfferMetrics.objects.create(offer=poor, unique_clicks=100, conversions=1, approved=1, declined=0, earnings=100_000)
    assert names(alice, sort="-epc") == ["Good", "Percent poor", "Unknown"]
    assert names(alice, sort="epc") == ["Percent poor", "Good", "Unknown"]
    assert names(alice, sort="-cr")[0] == "Good"
    assert names(alice, sort="-approval")[0] == "Percent poor"
    assert names(alice, sort="-rate")[-1] == "Percent poor"
    assert names(alice)[0] == "Unknown", "the newest first"


def test_figures_are_those_of_the_network(alice):
    made = offer("Good")
    OfferMetrics.objects.create(offer=made, unique_clicks=80, conversions=2, approved=3, declined=1, earnings=1_000_000)
    page = alice.client.get("/webmaster/offers/").content.decode()
    for figure in ("$1.25", "2.50%", "75%", "$8.00"):
        assert figure in page


def test_the_list_costs_the_same_for_5_and_25_offers(alice):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(names(alice)) in (5, 25)
        return len(queries)

    for number in range(5):
        offer(f"Offer {number}")
    names(alice)
    few = cost()
    for number in range(5, 25):
        made = offer(f"Offer {number}", vertical=Vertical.objects.create(name=f"Theme {number}"))
        factories.goal(offer=made, code="lead")
    assert cost() == few


def test_a_webmaster_who_is_not_approved_sees_no_offers(alice):
    alice.affiliate.status = "pending"
    alice.affiliate.save()
    answer = alice.client.get("/webmaster/offers/")
    assert (answer.status_code, answer.url) == (302, "/webmaster/")
