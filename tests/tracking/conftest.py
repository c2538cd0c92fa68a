"""A shop of Adam's with one goal, promoted by Alice; her link has been clicked an hour ago."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.services.postback_keys import create_key


@pytest.fixture
def shop(people, network):
    """offer, goal (10 / 8 USD), link, click, key; `call(**parameters)` sends a postback with the key."""
    made = SimpleNamespace(network=network, clicked_at=timezone.now() - timedelta(hours=1))
    with network_scope(network.pk):
        made.offer = factories.offer(advertiser=people.adam.advertiser, access="open", name="Lamps")
        made.goal = factories.goal(offer=made.offer)
        made.link = factories.link(offer=made.offer, affiliate=people.alice.affiliate, sub1="blog")
        made.click = factories.click(link=made.link, at=made.clicked_at)
        made.key = create_key(advertiser=people.adam.advertiser, actor=people.adam.user, now=timezone.now())
    made.url = f"/postback/{people.adam.advertiser.public_id}/"

    def call(**parameters):
        values = {"token": made.key.secret, "click_id": made.click.id.hex, **parameters}
        values = {name: value for name, value in values.items() if value is not None}
        return people.stranger.client.get(made.url, values)

    made.call = call
    return made
