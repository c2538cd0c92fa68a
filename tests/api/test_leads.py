"""Leads submitted by a webmaster's server."""

import pytest

from cpanet.tenancy.scope import network_scope
from offers.models import Goal, Offer
from tracking.models import Conversion, LeadContact


@pytest.fixture
def body(shop, network):
    with network_scope(network.pk):
        Goal.objects.filter(pk=shop.goal.pk).update(takes_leads=True)
    return {
        "link": shop.link.code, "phone": "+49 (30) 123-45-67", "name": "Anna <b>", "address": "Street 1", "sub1": "x",
        "country": "DE",
    }  # fmt: skip


def stored(network, model=Conversion):
    with network_scope(network.pk):
        return list(model.objects.order_by("id"))


def test_a_lead_is_pending_without_a_click_and_its_person_encrypted(alice, people, body, network, shop):
    answer = alice.post("leads", body)
    assert (answer.status_code, answer.data["result"]) == (200, "accepted"), answer.data
    (lead,) = stored(network)
    assert (lead.pk, lead.status, lead.click_id, lead.link_id) == (answer.data["id"], "pending", None, shop.link.pk)
    assert (lead.origin, lead.attributed_by, lead.sub1, lead.country) == ("lead", "link", "x", "DE")
    with network_scope(network.pk):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(c)::text FROM tracking_leadcontact c")
            raw = cursor.fetchone()[0]
    assert "Anna" not in raw and "1234567" not in raw
    page = people.adam.client.get(f"/advertiser/leads/{lead.pk}/").text
    assert "+49301234567" in page and "Anna &lt;b&gt;" in page and "Street 1" in page


@pytest.mark.parametrize(("who", "page"), [("alice", "webmaster"), ("owner", "manager")])
def test_nobody_but_the_advertiser_sees_the_person(alice, people, body, network, who, page):
    lead = alice.post("leads", body).data["id"]
    shown = getattr(people, who).client.get(f"/{page}/leads/{lead}/")
    assert shown.status_code == 200 and "49301234567" not in shown.text and "Anna" not in shown.text
    assert people.eve.client.get(f"/advertiser/leads/{lead}/").status_code == 404
    assert "49301234567" not in alice.get(f"conversions/{lead}").content.decode()


@pytest.mark.parametrize("phone", ["+49301234567", "0049 30 1234567", "+49-30-12-34-567"])
def test_the_same_number_is_counted_once(alice, bob, body, network, shop, phone):
    first = alice.post("leads", body).data
    again = alice.post("leads", body | {"phone": phone}).data
    assert (again["result"], again["id"]) == ("repeat", first["id"])
    others = bob.post("leads", body | {"phone": phone, "link": shop.bobs_link.code}).data
    assert (others["result"], others["id"]) == ("repeat", None)
    assert len(stored(network)) == 1


def test_after_the_period_the_number_counts_again(alice, body, network):
    from datetime import timedelta

    from django.utils import timezone

    alice.post("leads", body)
    with network_scope(network.pk):
        LeadContact.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert alice.post("leads", body).data["result"] == "accepted" and len(stored(network)) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "no"}, "phone"), ({"phone": "+1111111111"}, "phone"), ({"phone": "1" * 40}, "phone"),
        ({"link": "nothing"}, "link"), ({"country": "de"}, "country"), ({"country": "FR"}, "country"),
        ({"goal": "other"}, "goal"), ({"email": "x"}, "email"), ({"colour": "red"}, "colour"),
        ({"name": "a\0b"}, "name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_member(alice, body, network, shop, change, field):
    with network_scope(network.pk):
        Offer.objects.filter(pk=shop.pk).update(countries=["DE", "AT"])
    answer = alice.post("leads", body | change)
    assert answer.status_code in (400, 422) and answer.data["errors"][0]["pointer"] == f"/{field}", answer.data
    assert stored(network) == []


def test_another_webmasters_link_is_none(alice, body, shop, network):
    assert alice.post("leads", body | {"link": shop.bobs_link.code}).data["code"] == "unknown_link"
    with network_scope(network.pk):
        Offer.objects.filter(pk=shop.pk).update(status="paused")
    assert alice.post("leads", body).data["code"] == "unknown_link"


def test_an_offer_must_take_leads(alice, body, network, shop):
    with network_scope(network.pk):
        Goal.objects.filter(pk=shop.goal.pk).update(takes_leads=False)
    assert alice.post("leads", body).data["code"] == "leads_not_taken"


def test_a_test_and_a_dry_run(alice, body, network):
    assert alice.post("leads?dry_run=1", body).data["result"] == "accepted" and stored(network) == []
    alice.post("leads", body | {"test": True})
    assert [lead.intake for lead in stored(network)] == ["test"]
    assert alice.post("leads", body).data["result"] == "accepted"


def test_advertisers_submit_none(adam, body):
    assert adam.post("leads", body).status_code == 403
