"""Calls of advertisers' systems: what they make, and what they are told."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cpanet.core.ids import uuid7_at
from cpanet.core.money import to_units
from cpanet.tenancy.scope import network_scope
from offers.models import Goal, Offer, Rate
from tests import factories
from tracking.choices import Verdict
from tracking.models import Conversion, DirtyHour, InboundPostback
from tracking.tasks.postbacks import match_waiting


@pytest.fixture
def calls(shop):
    def stored():
        with network_scope(shop.network.pk):
            return list(InboundPostback.objects.order_by("id"))

    return stored


@pytest.fixture
def leads(shop):
    def stored():
        with network_scope(shop.network.pk):
            return list(Conversion.objects.select_related("goal").order_by("id"))

    return stored


def test_a_call_makes_a_pending_lead_priced_once(shop, leads, calls):
    answer = shop.call(order_id="A-1")
    assert answer.status_code == 200 and answer.json()["status"] == "accepted"
    (lead,) = leads()
    assert answer.json()["conversion"] == lead.public_id
    assert (lead.status, lead.revenue, lead.earning) == ("pending", to_units("10", "USD"), to_units("8", "USD"))
    assert (lead.order_id, lead.sub1, lead.country, lead.device) == ("A-1", "blog", "DE", "desktop")
    assert lead.hold_until == lead.created_at + timedelta(days=shop.offer.hold_days)
    assert lead.decide_by == lead.created_at + timedelta(days=shop.offer.decision_days)
    with network_scope(shop.network.pk):
        rate = Rate.objects.get(goal=shop.goal)
        hour = shop.clicked_at.replace(minute=0, second=0, microsecond=0)
        assert DirtyHour.objects.filter(hour=hour).exists()
    assert lead.rate_id == rate.pk
    assert (lead.pricing["rate"], lead.pricing["specificity"]) == (rate.pk, "everybody")
    assert lead.pricing["earning"] == "8.00"
    (call,) = calls()
    assert call.verdict == Verdict.ACCEPTED and call.conversion_id == lead.pk and call.parameters["order_id"] == "A-1"


def test_changing_the_rate_does_not_change_yesterdays_lead(shop, leads):
    shop.call(order_id="A-1")
    with network_scope(shop.network.pk):
        Rate.objects.filter(goal=shop.goal).update(earning_fixed=1, revenue_fixed=2)
    shop.call(order_id="A-1")
    assert [lead.earning for lead in leads()] == [to_units("8", "USD")]


def test_a_repeat_is_answered_with_the_same_lead(shop, leads):
    first, second = shop.call(order_id="A-1"), shop.call(order_id="A-1")
    assert second.status_code == 200 and second.json()["status"] == "repeat"
    assert second.json()["conversion"] == first.json()["conversion"]
    assert len(leads()) == 1


def test_without_an_order_id_the_click_counts_once(shop, leads):
    shop.call()
    assert shop.call().json()["status"] == "repeat"
    assert len(leads()) == 1


def test_a_goal_may_count_every_call(shop, leads):
    with network_scope(shop.network.pk):
        Goal.objects.filter(pk=shop.goal.pk).update(duplicate_policy=Goal.DuplicatePolicy.EVERY_CALL)
    shop.call()
    shop.call()
    assert len(leads()) == 2


def test_the_same_order_of_two_goals_is_two_leads(shop, leads):
    with network_scope(shop.network.pk):
        factories.goal(offer=shop.offer, code="upsell")
    shop.call(order_id="A-1", goal="sale")
    shop.call(order_id="A-1", goal="UPSELL")
    assert len(leads()) == 2


BAD_TOKENS = [None, "wrong", "", "\x00", "ключ"]


def test_without_a_valid_token_nothing_is_made_but_the_call_is_seen(shop, leads, calls):
    for token in BAD_TOKENS:
        answer = shop.call(token=token, order_id="A-1")
        assert answer.status_code == 401 and answer.json()["status"] == "unauthenticated" and answer.json()["message"]
        assert leads() == []
    assert [call.verdict for call in calls()] == [Verdict.UNAUTHENTICATED] * len(BAD_TOKENS)


def test_secret_is_never_stored_with_the_call(shop, calls):
    shop.call()
    shop.call(token="a wrong secret of some length")
    for call in calls():
        assert shop.key.secret not in json.dumps(call.parameters) and "wrong secret" not in json.dumps(call.parameters)
    assert calls()[0].parameters["token"] == "••••" + shop.key.secret[-4:]


def test_a_flood_without_a_token_is_not_stored_without_end(shop, calls):
    for _ in range(70):
        assert shop.call(token="wrong").status_code == 401
    assert len(calls()) == 60
    assert shop.call().json()["status"] == "accepted"


def test_the_token_of_another_advertiser_opens_nothing(shop, people, leads):
    with network_scope(shop.network.pk):
        url = f"/postback/{people.eve.advertiser.public_id}/"
    answer = people.stranger.client.get(url, {"token": shop.key.secret, "click_id": shop.click.id.hex})
    assert answer.status_code == 401 and leads() == []


def test_a_click_on_another_advertisers_offer_is_refused(shop, people, leads):
    with network_scope(shop.network.pk):
        foreign = factories.offer(advertiser=people.eve.advertiser)
        link = factories.link(offer=foreign, affiliate=people.alice.affiliate)
        click = factories.click(link=link, at=shop.clicked_at)
    answer = shop.call(click_id=click.id.hex)
    assert answer.status_code == 422 and "one of your offers" in answer.json()["message"]
    assert leads() == []


UNKNOWN_ADDRESSES = ["adv_0000000000000000000000000x", "nonsense", "aff_00000000000000000000000000"]


def test_an_unknown_advertiser_is_404_in_json(shop, people):
    for address in UNKNOWN_ADDRESSES:
        answer = people.stranger.client.get(f"/postback/{address}/", {"token": "x"})
        assert answer.status_code == 404 and answer.json()["message"]


def test_another_networks_advertiser_is_unknown(shop, people):
    answer = people.stranger.client.get(f"/postback/{people.dora.advertiser.public_id}/", {"token": "x"})
    assert answer.status_code == 404


def test_form_and_json_and_header(shop, people, leads):
    client, click = people.stranger.client, shop.click.id
    values = {"click_id": str(click), "order_id": "F-1", "amount": "12.5", "currency": "usd"}
    form = client.post(shop.url, {**values, "key": shop.key.secret})
    plain = "&".join(f"{name}={value}" for name, value in (values | {"order_id": "U-1"}).items())
    coded = client.post(
        shop.url, plain, content_type="application/x-www-form-urlencoded", headers={"X-Postback-Token": shop.key.secret}
    )
    body = values | {"order_id": 17, "amount": 12.50, "token": shop.key.secret, "test": False}
    as_json = client.post(shop.url.rstrip("/"), body, content_type="application/json")
    assert [answer.json()["status"] for answer in (form, coded, as_json)] == ["accepted"] * 3
    assert [(lead.order_id, lead.order_amount) for lead in leads()] == [
        ("F-1", 125000), ("U-1", 125000), ("17", 125000)
    ]  # fmt: skip


BAD_CALLS = [
    ({"click_id": None}, "click_id is missing"),
    ({"click_id": "abc"}, "not one of ours"),
    ({"click_id": str(uuid4())}, "not one of ours"),
    ({"click_id": "{click_id}"}, "macro"),
    ({"click_id": "%7Bclick_id%7D"}, "macro"),
    ({"click_id": "${clickid}"}, "macro"),
    ({"order_id": "{{order}}"}, "macro"),
    ({"order_id": "[ORDER]"}, "macro"),
    ({"order_id": "x" * 201}, "200"),
    ({"amount": "ten"}, "not an amount"),
    ({"amount": "-5"}, "not an amount"),
    ({"amount": "1e9"}, "not an amount"),
    ({"amount": "NaN"}, "not an amount"),
    ({"amount": "1 000"}, "not an amount"),
    ({"currency": "dollars"}, "three letters"),
    ({"currency": "EUR", "amount": "5"}, "USD"),
    ({"goal": "install"}, "sale"),
]


def test_bad_input_is_refused_with_a_sentence_and_kept(shop, leads, calls):
    for parameters, words in BAD_CALLS:
        answer = shop.call(**parameters)
        assert answer.status_code == 422 and words in answer.json()["message"]
        assert answer.json()["status"] == "refused" and answer.json()["field"] == next(iter(parameters))
        assert leads() == []
        call = calls()[-1]
        assert call.verdict == Verdict.REFUSED and words in call.explanation


UNREADABLE = [
    ("{", "application/json"),
    ("[1]", "application/json"),
    ('{"click_id": {"a": 1}}', "application/json"),
    ("[" * 5000, "application/json"),
    ("x" * 70000, "text/plain"),
    ("&".join(f"a{n}=1" for n in range(300)), "application/x-www-form-urlencoded"),
    ("no form", "multipart/form-data; boundary=x"),
]


def test_an_unreadable_body_is_a_sentence_not_an_error(shop, people, calls):
    url = f"{shop.url}?token={shop.key.secret}"
    for body, content_type in UNREADABLE:
        answer = people.stranger.client.post(url, body, content_type=content_type)
        assert answer.status_code == 422 and answer.json()["message"]
    assert [call.verdict for call in calls()] == [Verdict.REFUSED] * len(UNREADABLE)


def test_what_postgresql_cannot_keep_is_no_error(shop, people):
    answer = people.stranger.client.get(shop.url + f"?token={shop.key.secret}&click_id=%00%ff&a%00b=%ed%a0%80")
    assert answer.status_code == 422
    body = json.dumps({"token": shop.key.secret, "click_id": "\ud800\x00"})
    assert people.stranger.client.post(shop.url, body, content_type="application/json").status_code == 422


def test_other_methods_are_refused(shop, people):
    answer = people.stranger.client.put(shop.url)
    assert answer.status_code == 405 and answer["Allow"] == "GET, POST"


def test_several_goals_must_be_told_apart(shop, leads):
    with network_scope(shop.network.pk):
        factories.goal(offer=shop.offer, code="install")
    answer = shop.call()
    assert answer.status_code == 422 and "sale, install" in answer.json()["message"]
    assert shop.call(goal="install").json()["status"] == "accepted"
    assert [lead.goal.code for lead in leads()] == ["install"]


def test_percent_goal_needs_an_amount(shop, people, leads):
    with network_scope(shop.network.pk):
        goal = factories.goal(offer=shop.offer, code="basket", percent=(1000, 800))
    answer = shop.call(goal="basket", order_id="1")
    assert answer.status_code == 422 and answer.json()["field"] == "amount"
    shop.call(goal="basket", order_id="1", amount="99,99")
    (lead,) = leads()
    assert (lead.goal_id, lead.order_amount, lead.revenue, lead.earning) == (goal.pk, 999900, 99990, 79992)


def test_own_rate_beats_the_country_beats_everybody(shop, people, leads):
    with network_scope(shop.network.pk):
        values = {"goal": shop.goal, "valid_from": factories.NOW - timedelta(days=9), "revenue_fixed": 200000}
        Rate.objects.create(**values, country="DE", earning_fixed=90000)
        shop.call(order_id="1")
        Rate.objects.create(**values, affiliate=people.alice.affiliate, earning_fixed=95000)
        shop.call(order_id="2")
        Rate.objects.create(**values, affiliate=people.alice.affiliate, country="DE", earning_fixed=99000)
        shop.call(order_id="3")
    assert [lead.earning for lead in leads()] == [90000, 95000, 99000]
    assert [lead.pricing["specificity"] for lead in leads()] == ["country", "affiliate", "affiliate_country"]


def test_a_click_older_than_the_window_does_not_count(shop, people, leads):
    with network_scope(shop.network.pk):
        old = factories.click(link=shop.link, at=timezone.now() - timedelta(days=31))
        young = factories.click(link=shop.link, at=timezone.now() - timedelta(days=29))
    answer = shop.call(click_id=old.id.hex)
    assert answer.status_code == 422 and "30 days" in answer.json()["message"]
    assert shop.call(click_id=young.id.hex).json()["status"] == "accepted"


@pytest.mark.parametrize("word", ["approved", "CONFIRMED", "Paid", "complete"])
def test_status_words_decide(shop, leads, word):
    answer = shop.call(order_id="A-1", status=word)
    assert answer.json()["status"] == "accepted" and answer.json()["decision"] == "approved"
    (lead,) = leads()
    assert (lead.decided_by, lead.held) == ("postback", lead.earning)


def test_a_later_call_decides_the_same_lead(shop, leads, calls):
    shop.call(order_id="A-1")
    answer = shop.call(order_id="A-1", status="rejected", reason="customer cancelled his order")
    assert answer.json()["status"] == "decided"
    (lead,) = leads()
    assert (lead.status, lead.reason, lead.note) == ("declined", "other", "customer cancelled his order")
    assert shop.call(order_id="A-1", status="declined", reason="fraud").json()["decision"] == "declined"
    assert leads()[0].reason == "fraud"
    assert [call.verdict for call in calls()] == [Verdict.ACCEPTED, Verdict.DECIDED, Verdict.DECIDED]


def test_a_word_that_implies_the_reason(shop, leads):
    shop.call(order_id="A-1", status="refunded")
    assert leads()[0].reason == "returned"


def test_an_approval_may_bring_the_final_amount(shop, leads):
    with network_scope(shop.network.pk):
        factories.goal(offer=shop.offer, code="basket", percent=(1000, 800))
    shop.call(goal="basket", order_id="1", amount="100")
    shop.call(goal="basket", order_id="1", amount="50", status="approved")
    (lead,) = leads()
    assert (lead.order_amount, lead.revenue, lead.held) == (500000, 50000, 40000)


def test_an_unknown_status_word_is_explained_and_the_lead_not_lost(shop, leads, calls):
    answer = shop.call(order_id="A-1", status="shipped_maybe")
    assert answer.status_code == 200 and "shipped_maybe" in answer.json()["message"]
    assert [lead.status for lead in leads()] == ["pending"]
    assert "shipped_maybe" in calls()[0].explanation


def test_a_flagged_click_still_counts_and_it_is_said(shop, leads):
    with network_scope(shop.network.pk):
        click = factories.click(link=shop.link, at=shop.clicked_at, flags=["bot"])
    answer = shop.call(click_id=click.id.hex)
    assert answer.json()["status"] == "accepted" and "bot" in answer.json()["message"]


def test_a_test_call_is_seen_and_never_paid(shop, leads):
    answer = shop.call(order_id="A-1", test="1", status="approved")
    assert answer.status_code == 200
    (lead,) = leads()
    assert (lead.intake, lead.revenue, lead.earning, lead.held, lead.recognised_revenue) == ("test", 0, 0, 0, 0)
    assert shop.call(order_id="A-1").json()["status"] == "accepted"  # the real order is not taken for its repeat
    assert len(leads()) == 2


def test_a_test_call_without_a_click_says_what_it_understood(shop, leads):
    answer = shop.call(click_id=None, test="true", goal="sale")
    assert answer.json()["status"] == "tested" and leads() == []
    assert shop.call(click_id=None, test="1", goal="nothing").status_code == 422


def test_a_call_before_its_click_waits_and_lands_when_it_comes(shop, leads, calls):
    uid = uuid7_at(timezone.now() - timedelta(seconds=3))
    answer = shop.call(click_id=uid.hex, order_id="A-1", status="approved")
    assert answer.status_code == 200 and answer.json()["status"] == "waiting"
    assert leads() == []
    match_waiting(network_id=shop.network.pk)
    assert [call.verdict for call in calls()] == [Verdict.WAITING]
    with network_scope(shop.network.pk):
        factories.click(link=shop.link, at=timezone.now() - timedelta(seconds=3), id=uid)
    match_waiting()
    (lead,) = leads()
    (call,) = calls()
    assert lead.status == "approved" and lead.created_at == call.received_at
    assert call.verdict == Verdict.ACCEPTED and call.conversion_id == lead.pk
    match_waiting()
    assert len(leads()) == 1


def test_a_call_whose_click_never_comes_is_parked_visibly(shop, leads, calls):
    shop.call(click_id=uuid7_at(timezone.now()).hex)
    with network_scope(shop.network.pk):
        InboundPostback.objects.update(received_at=timezone.now() - timedelta(days=1, minutes=1))
    match_waiting()
    (call,) = calls()
    assert call.verdict == Verdict.PARKED and "never came" in call.explanation and leads() == []


def test_a_paused_offer_still_takes_its_conversions(shop, leads):
    with network_scope(shop.network.pk):
        Offer.objects.filter(pk=shop.offer.pk).update(status=Offer.Status.PAUSED)
    assert shop.call().json()["status"] == "accepted"
