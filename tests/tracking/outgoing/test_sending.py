"""What is sent, when it is tried again, and when nobody tries any more. Real HTTP; only the clock is moved."""

import json
import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from cpanet.accounts.models import AuditEntry
from cpanet.jobs.models import OutboxMessage
from tracking.models import PostbackDelivery, PostbackReceiver
from tracking.outgoing import calls, retries
from tracking.outgoing.services import sending
from tracking.outgoing.services.receivers import renew_secret, switch_off, switch_on
from tracking.outgoing.services.resending import send_test

DAY = 24 * 3600


def only(rows):
    (row,) = rows
    return row


def test_a_postback_carries_the_lead(outbox, tracker):
    outbox.receiver(
        address=f"{tracker.url}/postback?cid={{external_click_id}}&st={{status}}&sum={{payout}}&cur={{currency}}"
        "&id={conversion_id}&name={offer_name}&s={sub1}&s9={sub9}&t={conversion_time}",
        words={"pending": "lead", "approved": "sale"},
    )
    lead = outbox.lead(external_click_id="a&b=c d/ü", sub9="nine")
    outbox.decide(lead)
    assert outbox.send() == 2
    first, second = (call.query for call in tracker.calls)
    assert first == {
        "cid": "a&b=c d/ü", "st": "lead", "sum": "8.00", "cur": "USD", "id": lead.public_id, "name": "Lamps",
        "s": "blog", "s9": "nine", "t": str(int(lead.created_at.timestamp())),
    }  # fmt: skip
    assert second == first | {"st": "sale"}
    attempt = outbox.attempts()[0]
    assert attempt.status == 200 and attempt.answer == "OK" and attempt.url.endswith(tracker.calls[0].raw)
    assert [each.state for each in outbox.deliveries()] == ["delivered", "delivered"]
    assert outbox.send() == 0  # nothing is left


def test_a_post_sends_a_form(outbox, tracker):
    outbox.receiver(method="POST", address=f"{tracker.url}/pb?status={{status}}&sub={{sub1}}")
    outbox.lead(sub1="a b&c")
    outbox.send()
    call = only(tracker.calls)
    assert (call.method, call.raw, call.body) == ("POST", "/pb", "status=pending&sub=a%20b%26c")
    assert only(outbox.attempts()).body == call.body


def test_a_webhook_is_signed_as_the_standard_says(outbox, tracker):
    receiver = outbox.receiver(kind="webhook", address=f"{tracker.url}/hook")
    lead = outbox.lead()
    outbox.send()
    call = only(tracker.calls)
    headers = {name.lower(): value for name, value in call.headers.items()}
    message = Webhook(receiver.secret).verify(call.body, headers)
    assert message["type"] == "conversion.created" and message["data"]["conversion_id"] == lead.public_id
    with outbox.scope():
        new = renew_secret(receiver=receiver, actor=None, now=outbox.now)
    outbox.decide(lead)
    outbox.send()
    headers = {name.lower(): value for name, value in tracker.calls[1].headers.items()}
    for secret in (receiver.secret, new):  # both live for a day
        assert Webhook(secret).verify(tracker.calls[1].body, headers)["type"] == "conversion.approved"
    assert headers["webhook-id"] == outbox.deliveries()[1].public_id
    with outbox.scope():
        live = PostbackReceiver.objects.get().live_secrets(outbox.now + timedelta(days=1))
    assert live == [new]


def test_the_signature_of_the_published_example():
    made = calls.signature(
        "whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121,
        '{"event_type":"ping","data":{"success":true}}',
    )  # fmt: skip
    assert made == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


@pytest.mark.parametrize("status", [500, 503, 408, 429])
def test_a_failing_receiver_is_tried_again_for_three_days_then_given_up(outbox, tracker, status):
    outbox.receiver()
    outbox.lead()
    tracker.answer = (status, b"busy", {})
    later, tries = 0, []
    while only(outbox.deliveries()).state in ("waiting", "retrying"):
        outbox.send(later=later)
        delivery = only(outbox.deliveries())
        with outbox.scope():  # one lead's failures are no reason for a pause in this test
            PostbackReceiver.objects.update(failures=0, failing_since=None)
        tries.append(later)
        later = (delivery.next_attempt_at - outbox.now).total_seconds() + 5
        assert delivery.last_status == status and delivery.attempts == len(tries)
    assert len(tries) == 12 == tracker.connections
    assert 2.2 * DAY < tries[-1] < 3.7 * DAY  # three days, give or take the jitter
    assert only(outbox.deliveries()).state == "parked"
    outbox.send(later=later + 30 * DAY)
    assert tracker.connections == 12  # nobody tries any more
    waits = [after - before for before, after in zip(tries, tries[1:], strict=False)]
    for wait, meant in zip(waits, retries.WAITS, strict=True):
        assert meant.total_seconds() * 0.79 < wait < meant.total_seconds() * 1.21 + 60


def test_the_receivers_wish_to_wait_is_heeded(outbox, tracker):
    outbox.receiver()
    outbox.lead()
    tracker.answer = (429, b"", {"Retry-After": "7200"})
    outbox.send()
    wait = only(outbox.deliveries()).next_attempt_at - outbox.now
    assert timedelta(seconds=7190) < wait < timedelta(seconds=7300)
    outbox.send(later=3600)
    assert tracker.connections == 1


def test_one_that_says_no_is_given_up_soon(outbox, tracker):
    outbox.receiver()
    outbox.lead()
    tracker.answer = (404, b"unknown click", {})
    for later in (0, 1000, 3000, 8000, 20_000):
        outbox.send(later=later)
    delivery = only(outbox.deliveries())
    assert tracker.connections == 4 and delivery.state == "parked" and delivery.last_status == 404
    assert [each.answer for each in outbox.attempts()] == ["unknown click"] * 4


def test_one_that_never_answers_is_a_failure_like_others(outbox, tracker, monkeypatch):
    monkeypatch.setattr(calls, "TIMEOUT", 0.3)
    outbox.receiver()
    outbox.lead()
    tracker.answer = lambda call: time.sleep(1) or (200, b"late", {})
    outbox.send()
    attempt = only(outbox.attempts())
    assert attempt.status is None and "did not answer" in attempt.error and 250 < attempt.duration_ms < 900
    assert only(outbox.deliveries()).state == "retrying"


def test_a_closed_door_is_tried_again(outbox, tracker):
    outbox.receiver()
    outbox.lead()
    tracker.close()
    outbox.send()
    assert only(outbox.deliveries()).state == "retrying" and "connection" in only(outbox.attempts()).error.lower()


def test_of_a_long_answer_the_beginning_is_kept(outbox, tracker):
    outbox.receiver()
    outbox.lead()
    tracker.answer = (200, b"x" * 300_000, {})
    outbox.send()
    assert only(outbox.deliveries()).state == "delivered" and only(outbox.attempts()).answer == "x" * 1024


def test_events_of_a_lead_arrive_in_their_order(outbox, tracker):
    outbox.receiver()
    lead = outbox.lead()
    tracker.answer = (500, b"", {})
    outbox.send()
    outbox.decide(lead)
    other = outbox.lead("A-2")
    tracker.answer = (200, b"", {})
    tracker.calls.clear()
    outbox.send(later=1)  # another lead gets through: the receiver is back, so what waited follows at once
    outbox.send(later=2)
    seen = [(each.conversion_id, each.event) for each in outbox.deliveries(state="delivered")]
    assert sorted(seen) == sorted([(lead.pk, "created"), (lead.pk, "approved"), (other.pk, "created")])
    statuses = [call.query["status"] for call in tracker.calls]
    assert statuses.index("approved") > statuses.index("pending") and len(statuses) == 3
    first, second = (each for each in outbox.deliveries() if each.conversion_id == lead.pk)
    assert first.finished_at <= second.finished_at


def test_a_slow_receiver_holds_up_no_other(outbox, tracker, monkeypatch):
    """The slow one answers when everybody else has been told, so it would hold up itself."""
    monkeypatch.setattr(calls, "TIMEOUT", 30)
    outbox.receiver(name="slow", address=f"{tracker.url}/slow?i={{conversion_id}}", events=["created"])
    outbox.receiver(name="quick", address=f"{tracker.url}/quick?i={{conversion_id}}", events=["created"])
    quick, all_quick, at_once, most = [], threading.Event(), set(), [0]

    def answer(call):
        if call.path == "/quick":
            quick.append(call.raw)
            if len(quick) == 8:
                all_quick.set()
        else:
            at_once.add(call.raw)
            most[0] = max(most[0], len(at_once))
            assert all_quick.wait(20)
            time.sleep(0.05)
            at_once.discard(call.raw)
        return 200, b"", {}

    tracker.answer = answer
    for number in range(8):
        outbox.lead(f"A-{number}")
    assert outbox.send() == 16
    assert {each.state for each in outbox.deliveries()} == {"delivered"}
    assert most[0] == sending.AT_ONCE_PER_RECEIVER


def test_one_that_fails_gets_one_call_at_a_time_and_comes_last(outbox, tracker):
    dead = outbox.receiver(name="dead", address=f"{tracker.url}/dead?i={{conversion_id}}", events=["created"])
    outbox.receiver(name="alive", address=f"{tracker.url}/alive?i={{conversion_id}}", events=["created"])
    with outbox.scope():
        PostbackReceiver.objects.filter(pk=dead.pk).update(failures=sending.FAILING)
    for number in range(6):
        outbox.lead(f"A-{number}")
    claimed = sending.claim(network_id=outbox.network.pk, now=timezone.now(), limit=10)
    paths = [each.order.url.partition("?")[0].rpartition("/")[2] for each in claimed]
    assert paths == ["alive"] * 4 + ["dead"]


def test_what_waits_for_the_paused_costs_the_others_nothing(outbox, tracker, django_assert_max_num_queries):
    """Rows of a paused receiver are not even looked at; a test for it is sent."""
    paused = outbox.receiver(name="paused")
    for number in range(5):
        outbox.lead(f"A-{number}")
    with outbox.scope():
        PostbackReceiver.objects.update(state="paused")
        send_test(receiver=paused, event="approved", actor=None, now=outbox.now)
    with django_assert_max_num_queries(14):
        (claimed,) = sending.claim(network_id=outbox.network.pk, now=timezone.now(), limit=10)
    assert outbox.deliveries(is_test=True)[0].pk == claimed.delivery_id


def test_a_worker_killed_between_call_and_answer_is_made_good(outbox, tracker):
    """It has claimed, maybe called, and written nothing: after its lease the same id goes out again."""
    outbox.receiver(kind="webhook", address=f"{tracker.url}/hook")
    outbox.lead()
    (lost,) = sending.claim(network_id=outbox.network.pk, now=outbox.now, limit=10)
    calls.send(lost.order)
    assert sending.claim(network_id=outbox.network.pk, now=outbox.now, limit=10) == []
    assert outbox.send(later=30) == 0  # somebody has it
    assert outbox.send(later=61) == 1
    ids = {call.headers["webhook-id"] for call in tracker.calls}
    assert len(tracker.calls) == 2 and len(ids) == 1
    assert only(outbox.deliveries()).state == "delivered"
    late = calls.Answer(500, "", "HTTP 500", 5)
    sending.settle(claimed=lost, answer=late, now=outbox.now + timedelta(seconds=90))
    assert only(outbox.deliveries()).state == "delivered" and len(outbox.attempts()) == 2  # known, and changes nothing


def test_a_receiver_that_fails_for_long_is_paused_told_of_and_resumed(outbox, tracker, people):
    receiver = outbox.receiver()
    outbox.lead()
    tracker.answer = (500, b"down", {})
    for hours in range(0, 60, 3):
        outbox.send(later=hours * 3600)
    paused = outbox.fresh(receiver)
    assert paused.state == "paused" and paused.failures >= 10 and "HTTP 500" in paused.pause_reason
    with outbox.scope():
        letter = OutboxMessage.objects.get(subject__contains="Tracker")
        assert letter.receiver == people.alice.user.email and f"/webmaster/postbacks/{receiver.pk}/" in letter.payload
        assert AuditEntry.objects.filter(action="receiver.paused").count() == 1
    calls_before = tracker.connections
    outbox.lead("A-2")  # heard of after the pause, not lost
    outbox.send(later=70 * 3600)
    assert tracker.connections == calls_before
    tracker.answer = (200, b"", {})
    with outbox.scope():
        switch_on(receiver=receiver, actor=None, now=outbox.now)
    outbox.send()
    assert {each.state for each in outbox.deliveries()} == {"delivered"} and outbox.fresh(receiver).failures == 0


def test_a_few_failures_or_a_short_time_pause_nobody(outbox, tracker):
    receiver = outbox.receiver()
    for number in range(30):
        outbox.lead(f"A-{number}")
    tracker.answer = (500, b"", {})
    outbox.send()
    assert outbox.fresh(receiver).failures == 30 and outbox.fresh(receiver).state == "active"


def test_switching_off_cancels_what_waits(outbox, tracker):
    receiver = outbox.receiver()
    outbox.lead()
    with outbox.scope():
        switch_off(receiver=receiver, actor=None, now=outbox.now)
    outbox.lead("A-2")
    outbox.send()
    assert tracker.connections == 0 and only(outbox.deliveries()).state == "cancelled"


def test_a_resumed_receiver_may_leave_out_what_waited(outbox, tracker):
    receiver = outbox.receiver()
    outbox.lead()
    with outbox.scope():
        PostbackReceiver.objects.update(state="paused")
        switch_on(receiver=receiver, actor=None, now=outbox.now, send_waiting=False)
    outbox.send()
    assert tracker.connections == 0 and only(outbox.deliveries()).state == "cancelled"


def test_a_message_is_read_as_json(outbox, tracker):
    outbox.receiver(kind="webhook", address=f"{tracker.url}/hook")
    outbox.lead(sub1='q"uo\\te ü')
    outbox.send()
    assert json.loads(only(tracker.calls).body)["data"]["sub1"] == 'q"uo\\te ü'
    with outbox.scope():
        assert PostbackDelivery.objects.filter(receiver__kind="webhook").count() == 1


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("60", timedelta(minutes=1)), ("9" * 5000, retries.LONGEST_WISH), ("-1", timedelta(0)), ("٣", timedelta(0)),
        ("", timedelta(0)),
    ],
)  # fmt: skip
def test_what_a_receiver_may_wish_for(header, wait):
    assert retries.wished_wait(header, timezone.now()) == wait
