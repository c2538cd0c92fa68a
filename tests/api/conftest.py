"""Keys of people, and clients that call the API with them."""

import json

import pytest
from django.test import Client

from cpanet.accounts.models import Membership
from cpanet.accounts.scopes import SCOPES
from cpanet.accounts.services.keys import create_api_key
from cpanet.core.money import to_units
from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import Conversion


class Caller:
    """Calls `/api/v1/<path>` under a host with a key; answers carry `.data`."""

    def __init__(self, host, key):
        self.host, self.key, self.client = host, key, Client(HTTP_HOST=host, raise_request_exception=False)

    def __call__(self, method, path, body=None, **headers):
        names = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        if self.key:
            names.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.key}")
        raw = body if isinstance(body, (str, bytes)) else "" if body is None else json.dumps(body)
        content_type = names.pop("HTTP_CONTENT_TYPE", "application/json")
        answer = self.client.generic(method.upper(), f"/api/v1/{path}", raw, content_type=content_type, **names)
        answer.data = json.loads(answer.content) if answer.content else None
        return answer

    def get(self, path, **headers):
        return self("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self("POST", path, body, **headers)

    def patch(self, path, body=None, **headers):
        return self("PATCH", path, body, **headers)


def caller_of(person, host, network, scopes=None, **options) -> Caller:
    """A client with a new key of the person, by default with every scope of his role."""
    with network_scope(network.pk):
        membership = Membership.objects.get(user=person.user)
        _row, text = create_api_key(
            membership=membership, name="test", scopes=list(scopes or SCOPES[membership.role]), actor=person.user,
            now=factories.NOW, **options,
        )  # fmt: skip
    return Caller(host, text)


@pytest.fixture
def alice(people, network):
    return caller_of(people.alice, "alpha.test", network)


@pytest.fixture
def bob(people, network):
    return caller_of(people.bob, "alpha.test", network)


@pytest.fixture
def adam(people, network):
    return caller_of(people.adam, "alpha.test", network)


@pytest.fixture
def manager(people, network):
    return caller_of(people.manager, "alpha.test", network)


@pytest.fixture
def charlie(people, other_network):
    return caller_of(people.charlie, "beta.test", other_network)


@pytest.fixture
def shop(people, network):
    """Adam's offer with a goal, open to everybody, and Alice's and Bob's links to it."""
    with network_scope(network.pk):
        offer = factories.offer(
            advertiser=people.adam.advertiser, name="Riche", access="open", deep_link_domains=["shop.example"]
        )
        offer.goal = factories.goal(offer=offer)
        offer.link = factories.link(
            offer=offer, affiliate=people.alice.affiliate, traffic_source="content", name="Blog"
        )
        offer.bobs_link = factories.link(offer=offer, affiliate=people.bob.affiliate, traffic_source="content")
    return offer


def make_leads(offer, link, count, *, start=0) -> list[Conversion]:
    """Pending leads of a link, in the scope of their network."""
    from tracking.services.conversions import Action, record_conversion

    made = []
    for number in range(start, start + count):
        click = factories.click(link=link, sub1=f"mark{number % 3}")
        action = Action(offer.goal, f"order-{number}", None, "", False, "")
        made.append(record_conversion(click=click, action=action, now=factories.NOW).conversion)
    return made


@pytest.fixture
def leads(shop, network):
    """Five leads of Alice and two of Bob."""
    with network_scope(network.pk):
        return make_leads(shop, shop.link, 5) + make_leads(shop, shop.bobs_link, 2, start=5)


def usd(text) -> int:
    return to_units(text, "USD")
