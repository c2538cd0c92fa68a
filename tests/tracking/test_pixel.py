"""The pixel: lets in pages by their site, decides nothing, always answers an image."""

import pytest
from django.utils import timezone

from cpanet.core.click_cookie import cookie_name
from cpanet.tenancy.scope import network_scope
from tracking.models import Conversion, InboundPostback
from tracking.services.postback_settings import save_settings


@pytest.fixture
def pixel(shop, people):
    """`pixel(values, page=…)` loads the image as a browser on that page does."""
    with network_scope(shop.network.pk):
        settings = save_settings(
            advertiser=people.adam.advertiser, actor=people.adam.user, now=timezone.now(),
            pixel_domains=["https://www.Lamps.example/"],
        )  # fmt: skip

    def load(values, page="https://lamps.example/thanks", header="Referer", post=False):
        method = people.stranger.client.post if post else people.stranger.client.get
        return method(f"/pixel/{settings.pixel_id}.gif", values, headers={header: page} if page else {})

    return load


def calls(shop):
    with network_scope(shop.network.pk):
        return list(InboundPostback.objects.order_by("id"))


def test_the_pixel_makes_a_pending_lead_marked_as_its_own(shop, pixel):
    answer = pixel({"via": "js", "cookie": shop.click.id.hex, "order_id": "1", "status": "approved"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif") and answer.content[:6] == b"GIF89a"
    with network_scope(shop.network.pk):
        lead = Conversion.objects.get()
        assert (lead.status, lead.origin, lead.attributed_by) == ("pending", "pixel", "cookie")
    (call,) = calls(shop)
    assert (call.origin, call.verdict) == ("pixel", "accepted") and "lamps.example" in call.authenticated_by


def test_the_image_pixel_and_the_beacon(shop, pixel):
    pixel({"click_id": shop.click.id.hex, "order_id": "1"})
    pixel(
        {"via": "js", "click_id": shop.click.id.hex, "order_id": "2"},
        header="Origin",
        page="https://shop.lamps.example",
        post=True,
    )
    assert [(call.origin, call.verdict) for call in calls(shop)] == [("image", "accepted"), ("pixel", "accepted")]


@pytest.mark.parametrize(
    "page",
    [
        "",
        "https://evil.example/",
        "https://lamps.example.evil.example/",
        "https://xlamps.example/",
        "null",
        "http://[/",
    ],
)
def test_a_foreign_page_makes_nothing_and_sees_an_image(shop, pixel, page):
    answer = pixel({"click_id": shop.click.id.hex, "order_id": "1"}, page=page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
    assert [call.verdict for call in calls(shop)] == ["unauthenticated"]


def test_a_pixel_changes_no_lead(shop, pixel):
    shop.call(order_id="1", amount="10")
    pixel({"click_id": shop.click.id.hex, "order_id": "1", "status": "declined", "amount": "99"})
    with network_scope(shop.network.pk):
        lead = Conversion.objects.get()
    assert (lead.status, lead.order_amount) == ("pending", 100_000)


def test_the_image_pixel_knows_the_click_by_the_cookie_of_the_link(shop, pixel, people):
    people.stranger.client.cookies[cookie_name(people.adam.advertiser.pk)] = shop.click.id.hex
    pixel({"order_id": "1"})
    with network_scope(shop.network.pk):
        assert Conversion.objects.get().click_id == shop.click.id
    assert calls(shop)[0].parameters == {"order_id": "1", "cookie": shop.click.id.hex}  # the inbox shows what was known


def test_a_flood_of_one_visitor_is_not_kept(shop, pixel, monkeypatch):
    monkeypatch.setattr("tracking.services.pixels.A_MINUTE", 3)
    for number in range(6):
        assert pixel({"click_id": shop.click.id.hex, "order_id": str(number)}).status_code == 200
    assert len(calls(shop)) == 3


@pytest.mark.parametrize("name", ["px_nonsense", "px_00000000000000000000000000", "x"])
def test_an_unknown_pixel_is_an_image_too(people, name):
    answer = people.stranger.client.get(f"/pixel/{name}.gif")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")


def test_without_sites_the_pixel_is_off(shop, people, pixel):
    with network_scope(shop.network.pk):
        save_settings(advertiser=people.adam.advertiser, actor=None, now=timezone.now(), pixel_domains=[])
    pixel({"click_id": shop.click.id.hex})
    assert "not switched on" in calls(shop)[0].explanation


def test_the_script_is_served_as_a_script(people):
    answer = people.stranger.client.get("/pixel/v1.js")
    assert answer.status_code == 200 and "javascript" in answer["Content-Type"] and b"data-pixel" in answer.content
