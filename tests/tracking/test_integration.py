"""The advertiser's integration page: keys, a test call, the calls as they came."""

import re

import pytest

from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import Conversion, InboundPostback, PostbackKey

PAGE = "/advertiser/integration/"


def keys(network):
    with network_scope(network.pk):
        return list(PostbackKey.objects.order_by("id"))


def test_a_key_is_shown_once_and_opens_the_address(people, network):
    page = people.adam.client.post(PAGE + "keys/", follow=True).text
    (key,) = keys(network)
    assert key.secret in page and f"/postback/{people.adam.advertiser.public_id}/?token={key.secret}" in page
    assert key.secret not in people.adam.client.get(PAGE).text
    answer = people.stranger.client.get(f"/postback/{people.adam.advertiser.public_id}/?token={key.secret}&test=1")
    assert answer.json()["status"] == "tested"


def test_two_keys_live_at_once_never_three(people, network):
    for _ in range(3):
        page = people.adam.client.post(PAGE + "keys/", follow=True).text
    assert "Two keys live already" in page and len(keys(network)) == 2
    first, second = keys(network)
    for key in (first, second):
        url = f"/postback/{people.adam.advertiser.public_id}/?token={key.secret}&test=1"
        assert people.stranger.client.get(url).status_code == 200
    people.adam.client.post(f"{PAGE}keys/{first.pk}/revoke/")
    url = f"/postback/{people.adam.advertiser.public_id}/?test=1&token="
    assert people.stranger.client.get(url + first.secret).status_code == 401
    assert people.stranger.client.get(url + second.secret).status_code == 200
    people.adam.client.post(PAGE + "keys/")
    assert len(keys(network)) == 3


@pytest.mark.parametrize("who", ["eve", "dora", "alice", "owner"])
def test_nobody_else_revokes_a_key(people, network, who):
    people.adam.client.post(PAGE + "keys/")
    (key,) = keys(network)
    assert getattr(people, who).client.post(f"{PAGE}keys/{key.pk}/revoke/").status_code == 404
    assert keys(network)[0].revoked_at is None


def test_a_test_call_goes_the_real_way(people, shop):
    page = people.adam.client.get(PAGE).text
    assert shop.click.id.hex in page
    answer = people.adam.client.post(PAGE + "test/", {"click_id": shop.click.id.hex, "order_id": "T-1"}, follow=True)
    assert "New lead for" in answer.text
    with network_scope(shop.network.pk):
        assert Conversion.objects.get().intake == "test"
    answer = people.adam.client.post(PAGE + "test/", {"amount": "a lot"}, follow=True)
    assert "not an amount" in answer.text and "toast-error" in answer.text
    assert people.adam.client.post(PAGE + "test/", {"goal": "nothing"}).status_code == 422


def test_calls_are_shown_with_their_verdicts(people, shop):
    shop.call(order_id="A-1")
    shop.call(token="wrong", order_id="<script>")
    page = people.adam.client.get(PAGE).text
    assert "New conversion" in page and "This token opens nothing" in page
    assert "&lt;script&gt;" in page and "<script>alert" not in page and shop.key.secret not in page
    only = people.adam.client.get(PAGE + "?verdict=unauthenticated").text
    assert "This token opens nothing" in only and not re.search(r"New lead for", only)
    assert "New lead for" not in people.eve.client.get(PAGE).text


def test_calls_take_the_same_queries_for_5_and_25(people, shop, django_assert_max_num_queries):
    counts, client = [], people.adam.client
    for number in (5, 20):
        with network_scope(shop.network.pk):
            for _ in range(number):
                InboundPostback.objects.create(
                    advertiser=people.adam.advertiser, received_at=factories.NOW, method="GET", verdict="refused"
                )
        with django_assert_max_num_queries(25) as captured:
            client.get(PAGE)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_bad_pages_of_the_list_are_no_errors(people, shop):
    assert people.adam.client.get(PAGE + "?page=x&per_page=9999&verdict=nonsense").status_code == 200
