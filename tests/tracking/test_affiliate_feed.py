"""The products of an offer through one webmaster's link."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from lxml import etree

from cpanet.tenancy.scope import network_scope
from offers.models import Offer, Product, ProductFeed
from tests import factories
from tracking.models import TrackingLink


@pytest.fixture
def feed(people, network):
    """Three listed products (one on a foreign site) and one that is no longer listed; the link's address."""
    now = timezone.now()
    with network_scope(network.pk):
        offer = factories.offer(advertiser=people.adam.advertiser, access="open", deep_link_domains=["shop.example"])
        made = ProductFeed.objects.create(offer=offer, name="Goods", imported_at=now - timedelta(hours=2))
        for number, url in enumerate(
            ["https://shop.example/a?b=1&c=2", "https://shop.example/ü", "https://evil.example/"]
        ):
            _product(made, number, url, now)
        _product(made, 9, "https://shop.example/gone", now, is_listed=False)
        made.link = factories.link(offer=offer, affiliate=people.alice.affiliate)
    return made


def _product(feed, number, url, now, **fields):
    Product.objects.create(
        feed=feed, external_id=f"p{number}", name=f"Lamp <{number}> & co", url=url, price=19_9900, currency="USD",
        content_hash=str(number), first_seen_at=now, changed_at=now, **fields,
    )  # fmt: skip


def test_every_product_leads_through_the_link(people, feed):
    answer = people.stranger.client.get(f"/feeds/{feed.link.code}.xml")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/xml")
    tree = etree.fromstring(b"".join(answer.streaming_content))
    urls = {offer.get("id"): urlsplit(offer.findtext("url")) for offer in tree.iter("offer")}
    assert set(urls) == {"p0", "p1", "p2"}
    assert all(url.path == f"/c/{feed.link.code}" for url in urls.values())
    assert parse_qs(urls["p0"].query) == {"url": ["https://shop.example/a?b=1&c=2"]}
    assert parse_qs(urls["p1"].query) == {"url": ["https://shop.example/%C3%BC"]}
    assert urls["p2"].query == ""  # a foreign site is never named: its visitors see the landing
    assert tree.findtext("shop/offers/offer/price") == "19.99"
    assert tree.findtext("shop/offers/offer/name") == "Lamp <0> & co"


def test_the_same_feed_is_not_sent_twice(people, feed, network):
    url = f"/feeds/{feed.link.code}.xml"
    first = people.stranger.client.get(url)
    assert "max-age" in first["Cache-Control"]
    again = people.stranger.client.get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    by_time = people.stranger.client.get(url, headers={"If-Modified-Since": first["Last-Modified"]})
    assert by_time.status_code == 304
    with network_scope(network.pk):
        ProductFeed.objects.filter(pk=feed.pk).update(imported_at=timezone.now())
    assert people.stranger.client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_link_without_a_right_has_no_feed(people, feed, network):
    url = f"/feeds/{feed.link.code}.xml"
    assert people.boss.client.get(url).status_code == 404  # under the other network's host the code names nothing
    assert people.stranger.client.get("/feeds/nothing.xml").status_code == 404
    for model, pk, change in (
        (TrackingLink, feed.link.pk, {"is_active": False}),
        (Offer, feed.offer_id, {"status": "paused"}),
        (Offer, feed.offer_id, {"access": "request"}),
        (ProductFeed, feed.pk, {"imported_at": None}),
    ):
        with network_scope(network.pk):
            before = {name: getattr(model.objects.get(pk=pk), name) for name in change}
            model.objects.filter(pk=pk).update(**change)
            assert people.stranger.client.get(url).status_code == 404, change
            model.objects.filter(pk=pk).update(**before)
    assert people.stranger.client.get(url).status_code == 200


def test_the_link_page_names_its_feed(people, feed):
    assert f"/feeds/{feed.link.code}.xml" in people.alice.client.get(f"/webmaster/links/{feed.link.pk}/").text
