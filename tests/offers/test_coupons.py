"""Promo codes: made by the advertiser or the staff, given to webmasters, shown to them."""

import pytest

from cpanet.tenancy.scope import network_scope
from offers.models import Coupon
from tests import factories
from tests.api.conftest import caller_of


@pytest.fixture
def offer(people, network):
    with network_scope(network.pk):
        return factories.offer(advertiser=people.adam.advertiser, access="open", name="Lamps")


def coupons(network):
    with network_scope(network.pk):
        return list(Coupon.objects.select_related("affiliate").order_by("id"))


def add(person, audience, offer, **form):
    return person.client.post(f"/{audience}/offers/{offer.pk}/coupons/", form, follow=True)


@pytest.mark.parametrize(("who", "audience"), [("adam", "advertiser"), ("adman", "manager")])
def test_codes_are_added_and_given(people, network, offer, who, audience):
    person, alice = getattr(people, who), people.alice.affiliate
    page = add(person, audience, offer, codes="Blog 10\nshop20, X", affiliate=alice.pk, last_day="2026-12-31")
    assert "3 promo codes are there" in page.text and "Blog 10" in page.text
    first, *_ = coupons(network)
    assert (first.code, first.code_key, first.affiliate) == ("Blog 10", "blog10", alice)
    shown = people.alice.client.get(f"/webmaster/offers/{offer.pk}/").text
    assert "Blog 10" in shown and "Blog 10" not in people.bob.client.get(f"/webmaster/offers/{offer.pk}/").text
    give = {"code": "BLOG 10", "affiliate": people.bob.affiliate.pk}
    person.client.post(f"/{audience}/offers/{offer.pk}/coupons/give/", give)
    assert "Blog 10" in people.bob.client.get(f"/webmaster/offers/{offer.pk}/").text
    person.client.post(f"/{audience}/offers/{offer.pk}/coupons/{first.pk}/")
    assert "Blog 10" not in people.bob.client.get(f"/webmaster/offers/{offer.pk}/").text
    assert coupons(network)[0].is_active is False


def test_an_advertiser_sees_webmasters_by_their_public_id(people, network, offer):
    page = add(people.adam, "advertiser", offer, codes="A", affiliate=people.alice.affiliate.pk).text
    assert people.alice.affiliate.public_id in page and ">Alice" not in page


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"codes": ""}, "required"), ({"codes": "A\na"}, "there twice"), ({"codes": "x" * 61}, "1 to 60"),
        ({"codes": " sale "}, "already: Sale"), ({"codes": "B", "affiliate": "999999"}, "valid choice"),
        ({"codes": "B", "first_day": "2026-12-02", "last_day": "2026-12-01"}, "after the start"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_shown_and_nothing_is_made(people, network, offer, form, words):
    add(people.adam, "advertiser", offer, codes="Sale")
    answer = add(people.adam, "advertiser", offer, **form)
    assert answer.status_code == 422 and words in answer.text and len(coupons(network)) == 1


def test_a_webmaster_without_access_is_given_none(people, network, offer):
    with network_scope(network.pk):
        type(offer).objects.filter(pk=offer.pk).update(access="request")
    answer = add(people.adam, "advertiser", offer, codes="A", affiliate=people.alice.affiliate.pk)
    assert answer.status_code == 422 and coupons(network) == []


def test_the_same_code_of_two_advertisers_is_two(people, network, offer):
    with network_scope(network.pk):
        other = factories.offer(advertiser=people.eve.advertiser)
    add(people.adam, "advertiser", offer, codes="SALE")
    add(people.eve, "advertiser", other, codes="sale")
    assert len(coupons(network)) == 2
    assert people.eve.client.get(f"/advertiser/offers/{offer.pk}/coupons/").status_code == 404


def test_by_the_api(people, network, offer):
    adam, alice, bob = (caller_of(getattr(people, name), "alpha.test", network) for name in ("adam", "alice", "bob"))
    body = {"offer_id": offer.pk, "codes": ["API1"], "affiliate": people.alice.affiliate.public_id}
    answer = adam.post("coupons", body)
    assert answer.status_code == 201 and answer.data["data"][0]["code"] == "API1", answer.data
    assert [row["code"] for row in alice.get("coupons").data["data"]] == ["API1"]
    assert "affiliate" not in alice.get("coupons").data["data"][0] and bob.get("coupons").data["data"] == []
    assert adam.post("coupons", body).status_code == 422
    assert adam.post("coupons", body | {"affiliate": "aff_x", "codes": ["B"]}).data["code"] == "unknown_affiliate"
    assert alice.post("coupons", body).status_code in (403, 422)
    eve = caller_of(people.eve, "alpha.test", network)
    assert eve.post("coupons", body | {"codes": ["C"]}).data["code"] == "unknown_offer"
