"""The raw inbox, and the pages on which an advertiser says how his calls are read."""

import pytest
from django.utils import timezone

from cpanet.core.ids import uuid7_at
from cpanet.tenancy.scope import network_scope
from tracking.models import Conversion, InboundPostback
from tracking.services.postback_settings import settings_of
from tracking.tasks.postbacks import match_waiting

NAMES = "/advertiser/integration/names/"
RULES = "/advertiser/integration/rules/"


def calls(shop):
    with network_scope(shop.network.pk):
        return list(InboundPostback.objects.order_by("id"))


def settings(shop, people):
    with network_scope(shop.network.pk):
        return settings_of(people.adam.advertiser)


def send(shop, people, **values):
    return people.stranger.client.get(shop.url, {"token": shop.key.secret, **values})


def test_a_refused_call_is_read_again_after_the_names_were_mended(shop, people):
    send(shop, people, my_click=shop.click.id.hex, order="A-1", state="ok!")
    (call,) = calls(shop)
    assert call.verdict == "refused"
    form = {
        "name_click_id": "my_click",
        "name_order_id": "order",
        "name_status": "state",
        "words_approved": "ok!\npaid",
    }
    answer = people.adam.client.post(NAMES + "save/", form, follow=True)
    assert answer.status_code == 200 and "Saved" in answer.text
    answer = people.adam.client.post(f"/advertiser/calls/{call.pk}/again/", follow=True)
    assert "New lead for" in answer.text
    (call,) = calls(shop)
    with network_scope(shop.network.pk):
        lead = Conversion.objects.get()
    assert (call.verdict, call.conversion_id) == ("accepted", lead.pk)
    assert (lead.order_id, lead.status, lead.created_at) == ("A-1", "approved", call.received_at)
    people.adam.client.post(f"/advertiser/calls/{call.pk}/again/")
    assert calls(shop)[0].verdict == "accepted"
    with network_scope(shop.network.pk):
        assert Conversion.objects.count() == 1


def test_all_refused_calls_are_read_again_by_a_worker(shop, people):
    for number in range(3):
        send(shop, people, my_click=shop.click.id.hex, order_id=str(number))
    send(shop, people, click_id="nonsense")
    people.adam.client.post(NAMES + "save/", {"name_click_id": "my_click"})
    answer = people.adam.client.post("/advertiser/calls/again/", follow=True)
    assert "4 calls are being read again" in answer.text
    match_waiting()
    assert [call.verdict for call in calls(shop)] == ["accepted", "accepted", "accepted", "refused"]


def test_the_staff_sees_orphans_and_reads_them_again(shop, people):
    send(shop, people, click_id=uuid7_at(timezone.now()).hex)
    with network_scope(shop.network.pk):
        InboundPostback.objects.update(verdict="parked")
    page = people.owner.client.get("/manager/calls/?verdict=parked").text
    assert "Its click never came" in page and people.adam.advertiser.name.replace("'", "&#x27;") in page
    (call,) = calls(shop)
    assert people.support.client.post(f"/manager/calls/{call.pk}/again/").status_code == 403
    assert people.owner.client.post(f"/manager/calls/{call.pk}/again/").status_code == 302


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("verdict=accepted", {"A-1"}), ("verdict=unauthenticated", {"B-2"}), ("q=A-1", {"A-1"}), ("q=b-2", {"B-2"}),
        ("first=2999-01-01", set()), ("last=2001-01-01", set()), ("origin=pixel", set()), ("q=%25", set()),
        ("verdict=nonsense&first=x&page=z", {"A-1", "B-2"}),
    ],
)  # fmt: skip
def test_the_filters_of_the_inbox(shop, people, query, shown):
    shop.call(order_id="A-1")
    shop.call(order_id="B-2", token="wrong")
    for page in (
        people.adam.client.get(f"/advertiser/calls/?{query}"),
        people.owner.client.get(f"/manager/calls/?{query}"),
    ):
        assert page.status_code == 200
        assert {order for order in ("A-1", "B-2") if f">{order}<" in page.text} == shown


def test_one_call_shows_everything_and_never_the_token(shop, people):
    shop.call(order_id="A-1", colour="<b>")
    (call,) = calls(shop)
    page = people.adam.client.get(f"/advertiser/calls/{call.pk}/").text
    assert "New lead for" in page and "&lt;b&gt;" in page and "not used" in page and shop.key.secret not in page
    assert people.eve.client.get(f"/advertiser/calls/{call.pk}/").status_code == 404
    assert people.boss.client.get(f"/manager/calls/{call.pk}/").status_code == 404


def test_an_unreadable_call_is_not_read_again(shop, people):
    people.stranger.client.post(f"{shop.url}?token={shop.key.secret}", "{", content_type="application/json")
    (call,) = calls(shop)
    answer = people.adam.client.post(f"/advertiser/calls/{call.pk}/again/", follow=True)
    assert "cannot be read again" in answer.text and calls(shop)[0].verdict == "refused"


@pytest.mark.parametrize("name", ["\\ud800", "a\\u0000b"])
def test_an_unprintable_name_is_kept_printable(shop, people, name):
    body = f'{{"{name}": {{}}}}'
    answer = people.stranger.client.post(f"{shop.url}?token={shop.key.secret}", body, content_type="application/json")
    assert answer.status_code == 422 and "plain value" in answer.json()["message"]
    assert len(calls(shop)) == 1


def test_a_preset_is_chosen_and_shows_the_address_for_it(shop, people):
    page = people.adam.client.post(NAMES + "preset/", {"preset": "affise_com"}, follow=True).text
    assert "status={status}" in page and "sub1={click_id}" in page and "amount={sum}" in page
    kept = settings(shop, people)
    assert (kept.preset, kept.words["2"], kept.words["3"]) == ("affise_com", "pending", "declined")
    answer = send(shop, people, subid=shop.click.id.hex, tid="1", payout="5", status="3")
    assert (answer.json()["status"], answer.json()["decision"]) == ("accepted", "declined")
    people.adam.client.post(NAMES + "preset/", {"preset": ""})
    assert settings(shop, people).words == {}
    assert people.adam.client.post(NAMES + "preset/", {"preset": "nonsense"}).status_code == 422


@pytest.mark.parametrize(
    "pasted",
    [
        "https://old.example/postback?click_id={id}&status=zzz&x=%7Bsubacc4%7D&token=secret",
        "click_id={id}&status=zzz&x={{subacc4}}",
        '{{"click_id": "{id}", "status": "zzz", "x": "{{subacc4}}"}}',
    ],
)  # fmt: skip
def test_a_pasted_call_is_tried_without_writing_anything(shop, people, pasted):
    text = pasted.format(id=shop.click.id.hex)
    page = people.adam.client.post(NAMES + "try/", {"pasted": text}).text
    assert "New lead for" in page and "zzz" in page and "a macro that was not replaced" in page
    assert calls(shop) == []
    with network_scope(shop.network.pk):
        assert not Conversion.objects.exists()


@pytest.mark.parametrize("pasted", ["", "hello", "{", "[1]", "https://x.example/", "http://[", "\0"])
def test_what_is_no_call_is_said_so(shop, people, pasted):
    assert people.adam.client.post(NAMES + "try/", {"pasted": pasted}).status_code == 422


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name_click_id": "sub", "name_order_id": "SUB"}, "stands for both"),
        ({"words_approved": "1", "words_declined": "1"}, "two lists"), ({"name_amount": "a=b"}, "cannot be the name"),
    ],
)  # fmt: skip
def test_a_mapping_that_says_two_things_is_refused(shop, people, form, words):
    answer = people.adam.client.post(NAMES + "save/", form)
    assert answer.status_code == 422 and words in answer.text and settings(shop, people).names == {}


def test_rules_are_saved_and_said_back(shop, people):
    form = {
        "must_sign": "on", "signature_seconds": "120", "addresses": "203.0.113.9/24\n2001:db8::1",
        "order": "code_first",
        "touch": "first", "channel_name": "utm_source", "channel_values": "cpa, partners",
    }  # fmt: skip
    page = people.adam.client.post(RULES, form, follow=True).text
    assert "203.0.113.0/24" in page
    kept = settings(shop, people)
    assert (kept.must_sign, kept.signature_seconds, kept.order, kept.channel_values) == (
        True, 120, "code_first", ["cpa", "partners"],
    )  # fmt: skip
    answer = people.adam.client.post(RULES, form | {"addresses": "nowhere"})
    assert answer.status_code == 422 and "nowhere" in answer.text
    assert people.adam.client.post(RULES, form | {"signature_seconds": "5"}).status_code == 422


def test_the_pixel_page_gives_the_tags_once_a_site_is_named(shop, people):
    assert "The pixel is off" in people.adam.client.get("/advertiser/integration/pixel/").text
    page = people.adam.client.post(
        "/advertiser/integration/pixel/", {"pixel_domains": "Shop.Example"}, follow=True
    ).text
    assert "/pixel/v1.js" in page and settings(shop, people).pixel_id in page
    answer = people.adam.client.post("/advertiser/integration/pixel/", {"pixel_domains": "not a site"})
    assert answer.status_code == 422


def test_the_signed_examples_name_the_key(shop, people):
    page = people.adam.client.get("/advertiser/integration/").text
    assert f"KEY={shop.key.pk}" in page and "hmac.new" in page and shop.url in page
