"""A webmaster's own systems hear of every state of his payouts: signed, retried and in order, like leads."""

import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from payouts.models import Payout, PayoutBatch
from tests.payouts import story

NEW, HOOK = "/webmaster/postbacks/new/", "/webmaster/postbacks/webhooks/new/"
MACROS = "id={payout_id}&state={payout_status}&sum={payout_amount}&fee={payout_fee}&net={payout_net}&why={reason}"


def form_of(tracker, **values):
    address = f"{tracker.url}/payouts?{MACROS}&cur={{currency}}&by={{payout_method}}&earned={{payout}}"
    return {"name": "My books", "address": address, "method": "GET", "events": ["payout"]} | values


@pytest.fixture
def bank(outbox, people):
    """Alice has 100.00 and an account with a method of 1.00 and 1 %."""
    with outbox.scope():
        story.earned(people.alice.affiliate, "100", at=outbox.now - timedelta(days=20))
        return story.payable(people.alice.affiliate, story.method(name="Bank & Co"), at=outbox.now)


def ask(outbox, people, bank, amount="50", key="one"):
    answer = people.alice.client.post(story.PAYOUTS, {"details": bank.pk, "amount": amount, "key": key})
    assert answer.status_code == 302, answer.text
    with outbox.scope():
        return Payout.objects.get(idempotency_key=key)


def act(people, path, **fields):
    answer = people.finance.client.post(path, fields)
    assert answer.status_code == 302, answer.text


def paid(outbox, people, payout):
    act(people, "/manager/batches/new/", payout=payout.pk)
    with outbox.scope():
        batch = PayoutBatch.objects.latest("pk")
    people.owner.client.post(f"/manager/batches/{batch.pk}/confirm/")
    act(people, f"/manager/batches/{batch.pk}/act/", action="sent")
    act(people, f"/manager/payouts/{payout.pk}/act/", action="paid")


def states(tracker):
    return [call.query["state"] for call in tracker.calls]


def test_a_postback_hears_of_every_state_in_order(people, outbox, tracker, bank):
    assert people.alice.client.post(NEW, form_of(tracker)).status_code == 302
    payout = ask(outbox, people, bank)
    paid(outbox, people, payout)
    act(people, f"/manager/payouts/{payout.pk}/act/", action="returned", reason="Closed & gone")
    outbox.send()
    assert states(tracker) == ["requested", "approved", "sent", "paid", "returned"]
    query = tracker.calls[-1].query
    assert {name: query[name] for name in ("id", "sum", "fee", "net", "cur", "by", "why", "earned")} == {
        "id": payout.public_id, "sum": "50.00", "fee": "1.50", "net": "48.50", "cur": "USD", "by": "Bank & Co",
        "why": "Closed & gone", "earned": "",
    }  # fmt: skip
    assert tracker.calls[0].query["why"] == ""
    page = people.alice.client.get("/webmaster/postbacks/log/", {"q": payout.public_id}).text
    assert page.count(payout.public_id) > 5 and "returned" in page
    assert people.alice.client.get(f"/webmaster/postbacks/log/{outbox.deliveries()[-1].pk}/").status_code == 200


def test_cancelled_and_rejected_say_why(people, outbox, tracker, bank):
    people.alice.client.post(NEW, form_of(tracker))
    first, second = ask(outbox, people, bank, "20", "a"), ask(outbox, people, bank, "30", "b")
    people.alice.client.post(f"/webmaster/payouts/{first.pk}/cancel/")
    act(people, f"/manager/payouts/{second.pk}/act/", action="reject", reason="Who are you?")
    outbox.send()
    told = {(call.query["id"], call.query["state"]): call.query["why"] for call in tracker.calls}
    assert told[first.public_id, "rejected"] == "Cancelled by the webmaster"
    assert told[second.public_id, "rejected"] == "Who are you?"


def test_a_webhook_is_signed_and_tried_again_before_the_next_state(people, outbox, tracker, bank):
    hook = {"name": "Hook", "address": f"{tracker.url}/hook", "events": ["payout"]}
    assert people.alice.client.post(HOOK, hook).status_code == 302
    (receiver,) = outbox.receivers()
    tracker.answer = (503, b"", {})
    payout = ask(outbox, people, bank)
    paid(outbox, people, payout)
    assert outbox.send() == 1  # the others wait for the first: each state in its order
    tracker.answer = (200, b"OK", {})
    outbox.send(later=60)
    bodies = [Webhook(receiver.secret).verify(call.body, call.headers) for call in tracker.calls]
    assert [body["type"] for body in bodies] == [
        "payout.requested", "payout.requested", "payout.approved", "payout.sent", "payout.paid",
    ]  # fmt: skip
    data = json.loads(tracker.calls[-1].body)["data"]
    assert data["payout_id"] == payout.public_id and data["payout_net"] == "48.50" and "payout" not in data
    assert tracker.calls[0].headers["webhook-id"] == tracker.calls[1].headers["webhook-id"]


def test_only_who_wants_payouts_hears_of_his_own(people, outbox, bank):
    outbox.receiver(name="leads only")
    outbox.receiver(
        name="bob's", affiliate=people.bob.affiliate, events=["payout"], address="https://b.example/?{payout_id}"
    )
    ask(outbox, people, bank)
    assert outbox.deliveries(event="payout") == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"address": "https://t.example/?cid={click_id}"}, "Payouts need their own macros"),
        ({"address": "https://t.example/?{payout_sum}"}, "There is no macro {payout_sum}"),
    ],
)
def test_an_address_that_could_tell_nothing_is_refused(people, outbox, tracker, change, words):
    answer = people.alice.client.post(NEW, form_of(tracker, **change))
    assert answer.status_code == 422 and words in answer.text and outbox.receivers() == []


def test_payouts_belong_to_no_offer(people, outbox, tracker, shop):
    answer = people.alice.client.post(NEW, form_of(tracker, offer=shop.offer.pk))
    assert answer.status_code == 422 and "Payouts belong to no offer" in answer.text


def test_the_preview_and_a_test_use_an_example_payout(people, outbox, tracker, run_queue):
    page = people.alice.client.post("/webmaster/postbacks/preview/postback/", form_of(tracker)).text
    assert "state=paid" in page and "net=98.00" in page
    people.alice.client.post(NEW, form_of(tracker))
    (receiver,) = outbox.receivers()
    with run_queue():
        people.alice.client.post(f"/webmaster/postbacks/{receiver.pk}/test/", {"event": "payout"})
    assert states(tracker) == ["paid"]
