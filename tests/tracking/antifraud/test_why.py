"""“Why?”: of a click and of a lead, for whom it concerns and nobody else."""

import re
import uuid

import pytest

from cpanet.tenancy.scope import network_scope
from offers.services.caps import add_cap
from tests import factories
from tracking.models import Conversion
from tracking.services.decisions import decide


@pytest.fixture
def refused_click(shop):
    with network_scope(shop.network.pk):
        return factories.click(
            link=shop.link, at=shop.clicked_at, flags=["duplicate", "wrong_geo"], reason="wrong_geo", country="BR",
            is_unique=False, sub2="banner-7", config_version=1,
        )  # fmt: skip


def test_the_webmaster_reads_each_step(people, shop, refused_click):
    with network_scope(shop.network.pk):
        shop.offer.countries = ["DE", "FR"]
        shop.offer.save()
    page = people.alice.client.get(f"/webmaster/clicks/{refused_click.id.hex}/").text
    steps = ["Offer", "Access", "Schedule", "Country", "Device", "Visitor", "Uniqueness", "Page of the shop", "Landing"]
    places = [page.index(f'<span class="strong">{step}</span>') for step in steps]
    assert places == sorted(places)
    assert "The offer does not take this country." in page and "Came from BR; the offer takes:" in page
    assert "not a unique click" in page and "Reason: wrong_geo" in page and "banner-7" in page
    assert "203.0.113.7" not in page and "Mozilla/5.0" not in page
    staff = people.support.client.get(f"/manager/clicks/{refused_click.id}/").text
    assert "203.0.113.7" in staff and "Mozilla/5.0" in staff and "Alice" in staff


def test_a_click_that_passed(people, shop):
    page = people.alice.client.get(f"/webmaster/clicks/{shop.click.id.hex}/").text
    assert "The visitor was sent to the landing." in page and "turned away" not in page
    assert "No lead has come of it" in page


def test_caps_stand_beside_the_click_and_the_lead(people, shop):
    with network_scope(shop.network.pk):
        common = {"offer": shop.offer, "period": "total", "actor": None, "now": shop.clicked_at}
        add_cap(measure="conversions", limit=50, **common)
        add_cap(measure="revenue", limit=7_770_000, **common)
    shop.call(order_id="A-1")
    with network_scope(shop.network.pk):
        lead = Conversion.objects.get()
    for path in (f"clicks/{shop.click.id.hex}/", f"leads/{lead.pk}/"):
        page = people.alice.client.get(f"/webmaster/{path}").text
        assert "50" in page and "taken" in page and "$777" not in page, path
        assert "$777" in people.owner.client.get(f"/manager/{path}").text, path
    assert "0 of 50 were taken before it" in people.alice.client.get(f"/webmaster/leads/{lead.pk}/").text


def test_foreign_clicks_do_not_exist(people, shop, other_network):
    path = f"clicks/{shop.click.id.hex}/"
    for who in ("bob", "charlie", "adam", "owner"):
        assert getattr(people, who).client.get(f"/webmaster/{path}").status_code == 404
    for who in ("alice", "adam", "boss"):
        assert getattr(people, who).client.get(f"/manager/{path}").status_code == 404
    for click_id in (uuid.uuid4().hex, "0" * 32, "f" * 32, "x", "conv_1", str(uuid.UUID(int=(7 << 76) | (2 << 62)))):
        assert people.alice.client.get(f"/webmaster/clicks/{click_id}/").status_code == 404
        assert people.owner.client.get(f"/manager/clicks/{click_id}/").status_code == 404


def test_the_box_finds_ones_own_click(people, shop):
    for audience, who in (("webmaster", "alice"), ("manager", "support")):
        client = getattr(people, who).client
        assert client.get(f"/{audience}/clicks/").status_code == 200
        for text in (shop.click.id.hex, f" {shop.click.id} ", str(shop.click.id).upper()):
            answer = client.get(f"/{audience}/clicks/", {"id": text})
            assert answer.status_code == 302 and answer.url == f"/{audience}/clicks/{shop.click.id.hex}/"
        for text in ("", "nonsense", uuid.uuid4().hex, "\x00"):
            answer = client.get(f"/{audience}/clicks/", {"id": text})
            assert answer.status_code == 422 and "Location" not in answer
    assert people.bob.client.get("/webmaster/clicks/", {"id": shop.click.id.hex}).status_code == 422


def test_the_managers_search_finds_a_click(people, shop):
    page = people.owner.client.get("/manager/search/", {"q": shop.click.id.hex}).text
    assert f"/manager/clicks/{shop.click.id.hex}/" in page
    assert (
        "/manager/clicks/"
        not in people.boss.client.get("/manager/search/", {"q": shop.click.id.hex}).text.partition("<main")[2]
    )


def test_leads_and_calls_of_a_click(people, shop):
    shop.call(order_id="A-1")
    shop.call(order_id="A-2", goal="nonsense")
    page = people.alice.client.get(f"/webmaster/clicks/{shop.click.id.hex}/").text
    assert "/webmaster/leads/" in page and "Calls that became no lead" in page and "no goal" in page
    assert "A-1" not in page and "A-2" not in page and shop.key.secret not in page
    staff = people.owner.client.get(f"/manager/clicks/{shop.click.id.hex}/").text
    assert "A-2" in staff and shop.key.secret not in staff


def test_a_lead_says_why_it_was_counted(people, shop):
    for _time in range(3):
        shop.call(order_id="A-1")
    for audience, who in (("webmaster", "alice"), ("manager", "owner")):
        client = getattr(people, who).client
        listed = client.get(f"/{audience}/leads/").text
        path = re.search(rf'href="/{audience}/leads/(\d+)/#why"', listed)[1]
        page = client.get(f"/{audience}/leads/{path}/").text
        assert "Why it was counted" in page and "2 calls, counted once" in page and "same order id" in page
        assert "before the lead; this goal counts within" in page
        assert f"/{audience}/clicks/{shop.click.id.hex}/" in page
    with network_scope(shop.network.pk):
        decide(conversion_id=int(path), status="approved", source="advertiser", actor=None, now=factories.NOW)
    assert "+$8.00" in people.alice.client.get(f"/webmaster/leads/{path}/").text
    assert "$10.00" not in people.alice.client.get(f"/webmaster/leads/{path}/").text


def test_the_last_clicks_of_a_link_lead_to_why(people, shop):
    page = people.alice.client.get(f"/webmaster/links/{shop.link.pk}/").text
    assert f"/webmaster/clicks/{shop.click.id.hex}/" in page
