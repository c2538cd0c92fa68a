"""The pages of postbacks over HTTP: set up, tested, read, sent again – each by its owner alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from cpanet.jobs.models import Job
from tests import factories
from tracking.models import PostbackDelivery, PostbackReceiver

NEW = "/webmaster/postbacks/new/"


def form_of(tracker, **values):
    return {
        "name": "My tracker", "address": f"{tracker.url}/pb?cid={{external_click_id}}&st={{status}}", "method": "GET",
        "events": ["created", "approved"], "approved": "sale",
    } | values  # fmt: skip


def only(rows):
    (row,) = rows
    return row


def test_a_webmaster_sets_up_a_postback_tests_it_and_reads_the_answer(people, outbox, tracker, run_queue):
    alice = people.alice.client
    assert "No postbacks yet" in alice.get("/webmaster/postbacks/").text
    page = alice.get(NEW + "?preset=bemob").text
    assert "/postback?cid={external_click_id}" in page and 'value="declined"' in page
    answer = alice.post(NEW, form_of(tracker))
    receiver = only(outbox.receivers())
    assert answer.url == f"/webmaster/postbacks/{receiver.pk}/" and receiver.words == {"approved": "sale"}
    assert "My tracker" in alice.get("/webmaster/postbacks/").text
    tracker.answer = (200, b"thank you", {})
    with run_queue():
        answer = alice.post(f"{answer.url}test/", {"event": "approved"})
    call = only(tracker.calls)
    assert call.query["st"] == "sale" and call.query["cid"]
    page = alice.get(answer.url).text
    assert "thank you" in page and "Delivered" in page and call.raw.replace("&", "&amp;") in page
    assert 'hx-trigger="every 1s"' not in page


def test_a_test_that_fails_is_not_tried_again_and_pauses_nobody(people, outbox, tracker, run_queue):
    receiver = outbox.receiver()
    tracker.answer = (500, b"broken", {})
    with run_queue():
        answer = people.alice.client.post(f"/webmaster/postbacks/{receiver.pk}/test/", {"event": "nonsense"})
    page = people.alice.client.get(answer.url).text
    assert "broken" in page and "Given up" in page and outbox.fresh(receiver).failures == 0
    assert outbox.send(later=90_000) == 0


def test_the_page_of_a_test_asks_again_until_the_answer_is_there(people, outbox):
    receiver = outbox.receiver()
    answer = people.alice.client.post(f"/webmaster/postbacks/{receiver.pk}/test/", {"event": "created"})
    assert 'hx-trigger="every 1s"' in people.alice.client.get(answer.url).text
    outbox.send()
    part = people.alice.client.get(answer.url, headers={"HX-Request": "true"}).text
    assert "<html" not in part and "every 1s" not in part and "OK" in part


BAD = [
    ({"address": "https://t.example/?x={clickid}"}, "There is no macro {clickid}. Did you mean {click_id}?"),
    ({"address": "https://{sub1}.example/"}, "only after the name of the server"),
    ({"address": "tracker.example/?c={click_id}"}, "beginning with https://"),
    ({"address": "javascript:alert(1)"}, "beginning with https://"),
    ({"address": "https://YOUR-TRACKER/postback"}, "YOUR-TRACKER"),
    ({"address": "https://t.example/a b"}, "without spaces"),
    ({"address": "https://[::1"}, "beginning with https://"),
    ({"address": "http://10.0.0.1/"}, "not on the public internet"),
    ({"address": "http://2130706433/"}, "not the name of a server"),
    ({"address": "http://0x7f.1/"}, "not a host name"),
    ({"address": "http://8.8.8.8:22/"}, "Port 22 is not allowed"),
    ({"address": "http://me:secret@8.8.8.8/"}, "user name"),
    ({"address": ""}, "This field is required"),
    ({"name": ""}, "This field is required"),
    ({"events": []}, "This field is required"),
    ({"events": ["sold"]}, "Select a valid choice"),
    ({"method": "PUT"}, "Select a valid choice"),
    ({"offer": "999999"}, "Select a valid choice"),
    ({"goal": "x"}, "Select a valid choice"),
    ({"approved": "a" * 61}, "at most 60"),
    ({"address": "https://t.example/" + "a" * 2000}, "at most 2000"),
]


def test_what_cannot_be_sent_is_not_saved(people, outbox, tracker):
    for values, words in BAD:
        answer = people.alice.client.post(NEW, form_of(tracker, **values))
        text = answer.text.replace("&#x27;", "'")
        assert answer.status_code == 422 and words in text, (values, words)
    assert outbox.receivers() == []


def test_a_goal_brings_its_offer_and_must_belong_to_it(people, outbox, shop, tracker):
    with outbox.scope():
        other = factories.offer(advertiser=people.adam.advertiser, access="open")
        factories.link(offer=other, affiliate=people.alice.affiliate)
    assert people.alice.client.post(NEW, form_of(tracker, goal=shop.goal.pk)).status_code == 302
    assert only(outbox.receivers()).offer_id == shop.offer.pk
    answer = people.alice.client.post(NEW, form_of(tracker, goal=shop.goal.pk, offer=other.pk))
    assert answer.status_code == 422 and "does not belong to the offer" in answer.text


def test_the_preview_follows_what_is_typed(people, shop, tracker):
    preview = "/webmaster/postbacks/preview/postback/"
    page = people.alice.client.post(preview, form_of(tracker)).text
    assert "st=pending" in page and "st=sale" in page and "<html" not in page
    assert "There is no macro" in people.alice.client.post(preview, {"address": "https://t.example/{x}"}).text
    assert "Write an address" in people.alice.client.post(preview, {}).text
    hook = people.alice.client.post(
        "/webmaster/postbacks/preview/webhook/", {"address": "https://t.example/", "events": ["paid"]}
    )
    assert "conversion.paid" in hook.text
    assert people.alice.client.post("/webmaster/postbacks/preview/nonsense/", {}).status_code == 404


def test_a_webhooks_secret_is_shown_once_and_renewed(people, outbox, tracker, run_queue):
    alice = people.alice.client
    values = {"name": "My program", "address": f"{tracker.url}/hook", "events": ["created"]}
    page = alice.post("/webmaster/postbacks/webhooks/new/", values).url
    receiver = only(outbox.receivers())
    assert receiver.secret in alice.get(page).text.replace("&#x2B;", "+")
    assert receiver.secret not in alice.get(page).text
    answer = alice.post(f"{page}secret/")
    new = outbox.fresh(receiver).secret
    assert (
        new != receiver.secret and new in alice.get(answer.url).text and "Drop the old secret" in alice.get(page).text
    )
    with run_queue():
        alice.post(f"{page}test/", {"event": "created"})
    headers = {name.lower(): value for name, value in tracker.calls[0].headers.items()}
    for secret in (receiver.secret, new):
        Webhook(secret).verify(tracker.calls[0].body, headers)
    alice.post(f"{page}secret/", {"drop": "1"})
    assert outbox.fresh(receiver).old_secret == ""
    postback = outbox.receiver()
    assert "Only webhooks have a secret" in alice.post(f"/webmaster/postbacks/{postback.pk}/secret/", follow=True).text
    bad = alice.post("/webmaster/postbacks/webhooks/new/", values | {"address": "https://t.example/{click_id}"})
    assert bad.status_code == 422 and "no macros" in bad.text


def test_the_log_is_narrowed_and_sent_again(people, outbox, tracker, run_queue):
    outbox.receiver()
    tracker.answer = (404, b"no such click", {})
    leads = [outbox.lead(f"A-{number}") for number in range(3)]
    outbox.decide(leads[0])
    for later in (0, 1000, 3000, 8000, 9000, 12_000, 16_000, 24_000):
        outbox.send(later=later)
    alice, log = people.alice.client, "/webmaster/postbacks/log/"
    assert {each.state for each in outbox.deliveries()} == {"parked"}
    page = alice.get(log + "?state=parked&event=created").text
    assert "HTTP 404" in page and "Send these again (3)" in page
    assert alice.get(log + f"?q={leads[0].pk}&event=approved").text.count("table-row") <= 1
    for nonsense in (
        "?state=x&event=y&offer=z&first=no&receiver=99999999999999999999&q=%00",
        "?q=9" + "9" * 30,
        "?page=0",
    ):
        assert alice.get(log + nonsense).status_code == 200
    tracker.answer = (200, b"", {})
    with run_queue():
        answer = alice.post(log + "resend/?state=parked&event=created")
    assert answer.url == log + "?state=parked&event=created"
    states = {(each.event, each.state) for each in outbox.deliveries()}
    assert states == {("created", "delivered"), ("approved", "parked")}
    delivery = only(outbox.deliveries(event="approved"))
    with run_queue():
        alice.post(f"{log}{delivery.pk}/resend/")
    assert outbox.fresh(delivery).state == "delivered" and len(outbox.attempts(delivery=delivery)) == 5


def test_what_is_switched_off_is_not_sent_again(people, outbox, tracker, run_queue):
    receiver = outbox.receiver()
    outbox.lead()
    people.alice.client.post(f"/webmaster/postbacks/{receiver.pk}/switch/", {"to": "off"})
    delivery = only(outbox.deliveries())
    with run_queue():
        page = people.alice.client.post(f"/webmaster/postbacks/log/{delivery.pk}/resend/", follow=True).text
        people.alice.client.post("/webmaster/postbacks/log/resend/")
    assert "switch it on first" in page and tracker.connections == 0
    with run_queue():
        people.alice.client.post(f"/webmaster/postbacks/{receiver.pk}/switch/", {"to": "on"})
        people.alice.client.post(f"/webmaster/postbacks/log/{delivery.pk}/resend/")
    assert tracker.connections == 1


def test_a_paused_receiver_is_seen_by_both_and_resumed(people, outbox, tracker):
    receiver = outbox.receiver()
    outbox.lead()
    with outbox.scope():
        PostbackReceiver.objects.update(
            state="paused", failures=12, failing_since=outbox.now - timedelta(hours=13), paused_at=outbox.now,
            pause_reason="The last answer: HTTP 500",
        )  # fmt: skip
    for page in ("/webmaster/postbacks/", "/webmaster/postbacks/log/", f"/webmaster/postbacks/{receiver.pk}/"):
        text = people.alice.client.get(page).text
        assert "Nothing is lost" in text or "not lost" in text
    assert "The last answer: HTTP 500" in people.manager.client.get("/manager/postbacks/").text
    resume = f"/manager/postbacks/receivers/{receiver.pk}/resume/"
    assert people.support.client.post(resume).status_code == 403
    assert people.manager.client.post(resume).status_code == 302
    assert outbox.fresh(receiver).state == "active" and outbox.send() == 1


def test_leads_of_a_period_are_told_once(people, outbox, shop, tracker, run_queue):
    leads = [outbox.lead(f"A-{number}") for number in range(4)]
    outbox.decide(leads[0], "approved")
    outbox.decide(leads[1], "declined")
    outbox.lead("T", is_test=True)
    receiver = outbox.receiver(events=["approved", "declined", "created"])
    outbox.decide(leads[2], "approved")  # told in the ordinary way
    page, today = f"/webmaster/postbacks/{receiver.pk}/", timezone.localdate().isoformat()
    with run_queue():
        answer = people.alice.client.post(f"{page}backfill/", {"first": today, "last": today})
    assert answer.status_code == 302
    with outbox.scope():
        job = Job.objects.get(kind="postback_backfill")
    assert (job.state, job.done, job.total, job.result) == ("done", 4, 4, {"told": 3})
    assert "3 leads are in line" in people.alice.client.get(page).text
    with run_queue():
        people.alice.client.post(f"{page}backfill/", {"first": today, "last": today})
    outbox.send()
    assert sorted(call.query["status"] for call in tracker.calls) == ["approved", "approved", "declined", "pending"]
    bad = people.alice.client.post(f"{page}backfill/", {"first": "2026-11-02", "last": "2026-11-01"})
    assert bad.status_code == 422 and "must end after it begins" in bad.text
    assert people.alice.client.post(f"{page}backfill/", {}).status_code == 422


def test_a_receiver_is_changed_and_removed(people, outbox, tracker):
    receiver = outbox.receiver()
    page = f"/webmaster/postbacks/{receiver.pk}/"
    assert receiver.address.replace("&", "&amp;") in people.alice.client.get(f"{page}edit/").text
    answer = people.alice.client.post(f"{page}edit/", form_of(tracker, address=f"{tracker.url}/new?c={{click_id}}"))
    assert answer.status_code == 302 and outbox.fresh(receiver).address.endswith("/new?c={click_id}")
    outbox.lead()
    people.alice.client.post(f"{page}remove/")
    outbox.lead("A-2")
    outbox.send()
    assert people.alice.client.get(page).status_code == 404 and tracker.connections == 0
    assert only(outbox.deliveries()).state == "cancelled"
    assert people.alice.client.get("/webmaster/postbacks/log/").status_code == 200  # its log stays


def test_nobody_else_sees_or_touches_them(people, outbox, tracker):
    receiver = outbox.receiver(name="Alice only")
    outbox.lead()
    delivery = only(outbox.deliveries())
    paths = [f"/webmaster/postbacks/{receiver.pk}/{page}" for page in ("", "edit/")]
    paths += [f"/webmaster/postbacks/log/{delivery.pk}/"]
    posts = [
        f"/webmaster/postbacks/{receiver.pk}/{page}/" for page in ("test", "switch", "remove", "secret", "backfill")
    ]
    posts += [f"/webmaster/postbacks/log/{delivery.pk}/resend/"]
    for person in (people.bob, people.charlie):
        assert {person.client.get(path).status_code for path in paths} == {404}
        assert {person.client.post(path).status_code for path in posts} == {404}
        person.client.post("/webmaster/postbacks/log/resend/")
        assert "Alice only" not in person.client.get("/webmaster/postbacks/").text
    assert people.adam.client.get("/webmaster/postbacks/").status_code == 404
    assert people.stranger.client.get(paths[0]).status_code == 302
    assert people.boss.client.get(f"/manager/postbacks/{delivery.pk}/").status_code == 404
    found = people.support.client.get(f"/manager/search/?q={delivery.public_id}")
    assert found.status_code == 302 and found.url == f"/manager/postbacks/{delivery.pk}/"
    assert "Alice" in people.support.client.get(f"/manager/postbacks/{delivery.pk}/").text
    assert people.support.client.post(f"/manager/postbacks/{delivery.pk}/resend/").status_code == 403
    assert outbox.fresh(receiver).state == "active" and only(outbox.deliveries()).state == "waiting"


def test_the_lead_shows_what_was_told_of_it(people, outbox, tracker):
    outbox.receiver(name="Keitaro of Alice")
    lead = outbox.lead()
    page = f"/leads/{lead.pk}/"
    assert "Keitaro of Alice" in people.alice.client.get("/webmaster" + page).text  # still to be told
    tracker.answer = (503, b"", {})
    outbox.send()
    for person, audience in ((people.alice, "webmaster"), (people.support, "manager")):
        text = person.client.get(f"/{audience}{page}").text
        assert "Keitaro of Alice" in text and "HTTP 503" in text
    assert "Keitaro" not in people.adam.client.get("/advertiser" + page).text


@pytest.mark.parametrize("rows", [3, 20])
def test_pages_cost_the_same_however_long_they_are(people, outbox, shop, django_assert_max_num_queries, rows):
    receiver = outbox.receiver()
    for number in range(rows):
        outbox.lead(f"A-{number}")
    alice, manager = people.alice.client, people.manager.client  # signing in is not the page's cost
    for path in ("/webmaster/postbacks/", "/webmaster/postbacks/log/", f"/webmaster/postbacks/{receiver.pk}/"):
        with django_assert_max_num_queries(22):
            assert alice.get(path).status_code == 200
    with django_assert_max_num_queries(24):
        assert manager.get("/manager/postbacks/").status_code == 200
    with outbox.scope():
        assert PostbackDelivery.objects.count() == rows
