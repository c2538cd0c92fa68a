"""Postbacks and webhooks over the API: set up, tested, read and sent again by their owner; the staff reads."""

import base64

import pytest
from django.core.cache import cache

from cpanet.accounts.models import IdempotencyRecord
from cpanet.tenancy.scope import network_scope
from tests.tracking.outgoing.conftest import running_tracker
from tracking.models import PostbackDelivery, PostbackReceiver

from .conftest import make_leads


@pytest.fixture
def tracker(settings):
    with running_tracker() as made:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{made.port}"]
        cache.delete("postbacks:sender")
        yield made


def new(tracker, **values):
    return {
        "name": "Keitaro",
        "address": f"{tracker.url}/pb?c={{click_id}}&s={{status}}",
        "events": ["created"],
    } | values


def test_a_postback_is_set_up_changed_and_paused(alice, bob, manager, adam, tracker, shop):
    made = alice.post("postbacks", new(tracker, words={"pending": "lead"}, goal_id=shop.goal.pk))
    assert made.status_code == 201, made.data
    assert made.data["secret"] is None and made.data["state"] == "active"
    assert made.data["words"] == {"pending": "lead"} and made.data["offer"] == {"id": shop.pk, "name": "Riche"}
    path = f"postbacks/{made.data['id']}"
    assert alice.get(path).data == made.data and "affiliate" not in made.data
    assert manager.get(path).data["affiliate"].startswith("aff_")
    assert [each["id"] for each in alice.get("postbacks?kind=postback").data["data"]] == [made.data["id"]]
    assert alice.get("postbacks?kind=webhook").data["data"] == [] == bob.get("postbacks").data["data"]
    assert bob.get(path).status_code == bob.patch(path, {"name": "x"}).status_code == 404
    assert adam.get("postbacks").status_code == 403 == manager.patch(path, {"name": "x"}).status_code
    changed = alice.patch(path, {"events": ["approved", "paid"], "is_active": False, "goal_id": None})
    assert changed.status_code == 200 and changed.data["state"] == "disabled" and changed.data["goal"] is None
    assert alice.patch(path, {"is_active": True}).data["state"] == "active"
    assert alice.get("postbacks/conv_1").status_code == 404


BAD = [
    ({"address": "https://t.example/?x={clickid}"}, 422, "/address", "Did you mean {click_id}?"),
    ({"address": "http://192.168.0.1/"}, 422, "/address", "not on the public internet"),
    ({"events": []}, 400, "/events", ""),
    ({"events": ["sold"]}, 400, "/events/0", ""),
    ({"offer_id": 10**9}, 422, "/offer_id", ""),
    ({"kind": "pigeon"}, 400, "/kind", ""),
    ({"kind": "webhook"}, 422, "/address", "no macros"),
    ({"words": {"sold": "x"}}, 400, "/words/sold", ""),
    ({"adress": "x"}, 400, "/adress", "Did you mean “address”?"),
]


def test_what_cannot_be_sent_is_refused_with_its_place(alice, tracker, network):
    for values, status, pointer, words in BAD:
        answer = alice.post("postbacks", new(tracker, **values))
        error = answer.data["errors"][0]
        assert answer.status_code == status and error["pointer"] == pointer and words in error["detail"], answer.data
    with network_scope(network.pk):
        assert PostbackReceiver.objects.count() == 0


def test_a_webhooks_secret_is_told_once(alice, tracker):
    made = alice.post("postbacks", new(tracker, kind="webhook", address=f"{tracker.url}/hook"))
    assert len(base64.b64decode(made.data["secret"].removeprefix("whsec_"))) == 32
    path = f"postbacks/{made.data['id']}"
    assert alice.get(path).data["secret"] is None
    renewed = alice.post(f"{path}/secret", {}).data
    assert renewed["secret"] not in (None, made.data["secret"]) and alice.get(path).data["secret"] is None
    assert alice.post(f"{path}/secret", {"drop_old": True}).data["secret"] is None
    plain = alice.post("postbacks", new(tracker)).data
    assert alice.post(f"postbacks/{plain['id']}/secret", {}).data["code"] == "not_a_webhook"


def test_a_repeated_call_answers_the_same_and_keeps_no_secret(alice, tracker, network):
    body = new(tracker, kind="webhook", address=f"{tracker.url}/hook")
    first, second = (alice.post("postbacks", body, idempotency_key="once") for _ in range(2))
    assert first.data == second.data and first.data["secret"].startswith("whsec_")
    with network_scope(network.pk):
        assert PostbackReceiver.objects.count() == 1
        assert "whsec_" not in str(IdempotencyRecord.objects.get().answer)
    rehearsed = alice.post("postbacks?dry_run=1", body)
    assert rehearsed.status_code == 200 and rehearsed.data["secret"] is None


def test_a_test_is_sent_and_read(alice, tracker, run_queue):
    pk = alice.post("postbacks", new(tracker)).data["id"]
    with run_queue():
        sent = alice.post(f"postbacks/{pk}/test", {"event": "declined"})
    assert sent.status_code == 201 and sent.data["is_test"] and sent.data["state"] == "waiting"
    read = alice.get(f"postback-deliveries/{sent.data['public_id']}").data
    assert read["state"] == "delivered" and read["tries"][0]["status"] == 200 and read["facts"]["reason"] == "returned"
    assert read["tries"][0]["url"].endswith(tracker.calls[0].raw)
    rehearsed = alice.post(f"postbacks/{pk}/test?dry_run=1", {})
    assert rehearsed.status_code == 200 and len(tracker.calls) == 1


def test_deliveries_are_listed_and_sent_again(alice, bob, manager, shop, network, tracker, run_queue):
    pk = alice.post("postbacks", new(tracker)).data["id"]
    with network_scope(network.pk):
        leads = make_leads(shop, shop.link, 3)
    rows = alice.get(f"postback-deliveries?receiver={pk}&state=waiting&event=created").data["data"]
    assert [each["conversion"]["id"] for each in rows] == [lead.pk for lead in reversed(leads)]
    assert alice.get(f"postback-deliveries?conversion={leads[0].pk}").data["data"] == rows[-1:]
    assert alice.get("postback-deliveries?sate=waiting").status_code == 400
    assert bob.get("postback-deliveries").data["data"] == []
    assert len(manager.get("postback-deliveries").data["data"]) == 3
    ids = [each["id"] for each in rows]
    with network_scope(network.pk):
        PostbackDelivery.objects.filter(pk__in=ids[:2]).update(state="parked")
    with run_queue():
        answer = alice.post("postback-deliveries/resend", {"ids": [*ids, 10**12]}).data
    assert [each["result"] for each in answer["data"]] == ["queued", "queued", "waiting", "refused"]
    assert answer["queued"] == 2 and answer["data"][3]["code"] == "unknown_delivery" and len(tracker.calls) == 3
    assert bob.post("postback-deliveries/resend", {"ids": ids}).data["queued"] == 0
    assert manager.post("postback-deliveries/resend", {"ids": ids}).status_code == 403
