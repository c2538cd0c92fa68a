"""Whose an action is, what a repeat does, and what the verdict says of it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from cpanet.core.ids import uuid7_at
from cpanet.core.money import to_units
from cpanet.tenancy.scope import network_scope
from offers.coupon_codes import key_of
from offers.models import Coupon, Goal
from tests import factories
from tracking.models import Conversion, InboundPostback
from tracking.services.postback_settings import save_settings
from tracking.services.postbacks import PATIENCE
from tracking.tasks.postbacks import match_waiting


@pytest.fixture
def setting(shop, people):
    def change(**values):
        with network_scope(shop.network.pk):
            save_settings(advertiser=people.adam.advertiser, actor=people.adam.user, now=timezone.now(), **values)

    return change


@pytest.fixture
def coupon(shop, people):
    """SALE10, given to Bob; her clicks are Alice's."""
    with network_scope(shop.network.pk):
        return Coupon.objects.create(
            advertiser=people.adam.advertiser, offer=shop.offer, affiliate=people.bob.affiliate, code="SALE10",
            code_key=key_of("SALE10"),
        )  # fmt: skip


@pytest.fixture
def policy(shop):
    def change(value, **more):
        with network_scope(shop.network.pk):
            Goal.objects.filter(pk=shop.goal.pk).update(duplicate_policy=value, **more)

    return change


@pytest.fixture
def leads(shop):
    def stored():
        with network_scope(shop.network.pk):
            return list(Conversion.objects.select_related("affiliate", "coupon").order_by("id"))

    return stored


def sentence(answer):
    return answer.json()["message"]


# -- Promo codes ------------------------------------------------------------


@pytest.mark.parametrize("written", ["SALE10", "sale10", " Sale 10 "])
def test_a_promo_code_makes_a_lead_without_a_click(shop, people, coupon, leads, written):
    answer = shop.call(click_id=None, promo_code=written, order_id="P-1")
    assert answer.json()["status"] == "accepted" and "promo code “SALE10”" in sentence(answer)
    (lead,) = leads()
    assert (lead.affiliate, lead.coupon, lead.attributed_by) == (people.bob.affiliate, coupon, "code")
    assert (lead.click_id, lead.link_id, lead.clicked_at) == (None, None, lead.created_at)
    assert lead.earning == to_units("8", "USD")
    assert shop.call(click_id=None, promo_code=written, order_id="P-1").json()["status"] == "repeat"


def test_the_lead_by_promo_code_is_shown_to_all_three(shop, people, coupon, leads):
    shop.call(click_id=None, promo_code="sale10", order_id="P-1")
    (lead,) = leads()
    for person, page in ((people.bob, "webmaster"), (people.adam, "advertiser"), (people.owner, "manager")):
        answer = person.client.get(f"/{page}/leads/{lead.pk}/")
        assert answer.status_code == 200 and "Promo code" in answer.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code_key": "other"}, "none of yours"), ({"affiliate": None}, "not been given"),
        ({"is_active": False}, "off"),
        ({"valid_until": factories.NOW}, "not valid any more"),
        ({"valid_from": factories.NOW + timedelta(days=999)}, "not valid yet"),
    ],
)  # fmt: skip
def test_a_code_that_attributes_nothing_says_why(shop, coupon, leads, change, words):
    with network_scope(shop.network.pk):
        Coupon.objects.filter(pk=coupon.pk).update(**change)
    answer = shop.call(click_id=None, promo_code="SALE10", order_id="P-1")
    assert answer.status_code == 422 and words in sentence(answer) and leads() == []


def test_a_code_without_click_and_order_is_refused(shop, coupon):
    answer = shop.call(click_id=None, promo_code="SALE10")
    assert answer.status_code == 422 and "order id" in sentence(answer)


@pytest.mark.parametrize(("order", "winner"), [("click_first", "Alice"), ("code_first", "Bob")])
def test_the_advertiser_sets_what_comes_first(shop, people, coupon, setting, leads, order, winner):
    setting(order=order)
    answer = shop.call(promo_code="SALE10", order_id="P-1")
    assert leads()[0].affiliate.name == winner
    assert ("passed over" in sentence(answer)) == (winner == "Alice")


def test_a_bad_code_leaves_the_way_to_the_click(shop, setting, leads):
    setting(order="code_first")
    answer = shop.call(promo_code="NOPE", order_id="P-1")
    assert answer.json()["status"] == "accepted" and "none of yours" in sentence(answer)
    assert leads()[0].attributed_by == "click"


def test_another_networks_code_is_unknown(shop, people, other_network, leads):
    with network_scope(other_network.pk):
        offer = factories.offer(advertiser=people.dora.advertiser, currency="EUR")
        Coupon.objects.create(
            advertiser=people.dora.advertiser, offer=offer, affiliate=people.charlie.affiliate, code="X", code_key="x"
        )
    assert shop.call(click_id=None, promo_code="X", order_id="1").status_code == 422 and leads() == []


# -- Early calls ------------------------------------------------------------


def test_an_early_call_lands_with_its_click(shop, leads):
    click_id = uuid7_at(timezone.now())
    assert shop.call(click_id=click_id.hex, order_id="E-1").json()["status"] == "waiting"
    match_waiting()
    assert leads() == []
    with network_scope(shop.network.pk):
        factories.click(link=shop.link, at=timezone.now(), id=click_id)
    match_waiting()
    assert [lead.click_id for lead in leads()] == [click_id]


def test_a_click_that_never_comes_leaves_the_way_to_the_code(shop, people, coupon, leads):
    shop.call(click_id=uuid7_at(timezone.now()).hex, promo_code="SALE10", order_id="E-1")
    with network_scope(shop.network.pk):
        InboundPostback.objects.update(received_at=timezone.now() - PATIENCE - timedelta(minutes=1))
    match_waiting()
    assert [lead.affiliate for lead in leads()] == [people.bob.affiliate]


# -- Cookie ------------------------------------------------------------


@pytest.mark.parametrize(("touch", "expected"), [("last", "Bob"), ("first", "Alice")])
def test_of_two_clicks_the_cookie_gives_the_one_that_is_set(shop, people, setting, leads, touch, expected):
    setting(touch=touch)
    with network_scope(shop.network.pk):
        link = factories.link(offer=shop.offer, affiliate=people.bob.affiliate)
        last = factories.click(link=link, at=timezone.now() - timedelta(minutes=5))
    answer = shop.call(click_id=None, cookie=f"{shop.click.id.hex}.{last.id.hex}", order_id="C-1")
    assert f"{touch} click" in sentence(answer)
    (lead,) = leads()
    assert (lead.affiliate.name, lead.attributed_by) == (expected, "cookie")


def test_a_first_click_outside_the_window_leaves_the_way_to_the_last(shop, people, setting, leads):
    setting(touch="first")
    with network_scope(shop.network.pk):
        old = factories.click(link=shop.link, at=timezone.now() - timedelta(days=40))
        link = factories.link(offer=shop.offer, affiliate=people.bob.affiliate)
        last = factories.click(link=link, at=timezone.now() - timedelta(minutes=5))
    shop.call(click_id=None, cookie=f"{old.id.hex}.{last.id.hex}", order_id="C-1")
    assert leads()[0].click_id == last.id


# -- Other channels and tests ------------------------------------------------------------


@pytest.mark.parametrize(("channel", "status"), [("google", "elsewhere"), ("CPA", "accepted"), ("", "accepted")])
def test_an_order_of_another_channel_is_not_counted(shop, setting, leads, channel, status):
    setting(channel_name="utm_source", channel_values=["cpa"])
    answer = shop.call(order_id="1", utm_source=channel)
    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert len(leads()) == (status == "accepted")
    if status == "elsewhere":
        assert "google" in sentence(answer)


def test_in_test_mode_nothing_is_paid(shop, setting, leads):
    setting(test_mode=True)
    answer = shop.call(order_id="1", status="approved")
    assert "A test" in sentence(answer)
    (lead,) = leads()
    assert (lead.intake, lead.earning, lead.held) == ("test", 0, 0)
    setting(test_mode=False)
    assert shop.call(order_id="1").json()["status"] == "accepted"


# -- Repeats ------------------------------------------------------------


def test_once_per_click_and_period(shop, policy, leads):
    policy(Goal.DuplicatePolicy.ONCE_PER_PERIOD, duplicate_hours=1)
    with network_scope(shop.network.pk):  # a click well within an hour of the clock of its own
        click = factories.click(link=shop.link, at=timezone.now() - timedelta(minutes=90))
    assert [shop.call(click_id=click.id.hex).json()["status"] for _ in range(2)] == ["accepted", "repeat"]
    with network_scope(shop.network.pk):  # as if that had been in the hour before
        Conversion.objects.update(dedup_key=f"click:{click.id}:0")
    assert [shop.call(click_id=click.id.hex).json()["status"] for _ in range(2)] == ["accepted", "repeat"]
    assert len(leads()) == 2


def test_a_repeat_may_change_the_amount(shop, policy, leads):
    policy(Goal.DuplicatePolicy.UPDATE_AMOUNT)
    with network_scope(shop.network.pk):
        shop.goal.rates(manager="objects").update(
            revenue_fixed=0, earning_fixed=0, revenue_percent=1000, earning_percent=800
        )
    shop.call(amount="100")
    answer = shop.call(amount="150")
    assert answer.json()["status"] == "decided" and "150" in sentence(answer)
    (lead,) = leads()
    assert (lead.status, lead.order_amount, lead.earning) == ("pending", to_units("150", "USD"), to_units("12", "USD"))
    assert shop.call(amount="150").json()["status"] == "repeat"
    shop.call(amount="150", status="approved")
    shop.call(amount="50")
    (lead,) = leads()
    assert (lead.status, lead.earning, lead.held) == ("approved", to_units("4", "USD"), to_units("4", "USD"))


def test_otherwise_another_amount_is_said_and_passed_over(shop, leads):
    shop.call(order_id="1", amount="100")
    assert "keeps the first" in sentence(shop.call(order_id="1", amount="150"))
    assert leads()[0].order_amount == to_units("100", "USD")


def test_the_status_moves_by_postback_also_back(shop, leads):
    shop.call(order_id="1")
    assert shop.call(order_id="1", status="approved").json()["status"] == "decided"
    assert shop.call(order_id="1", status="pending").json()["status"] == "repeat"
    assert shop.call(order_id="1", status="rejected", reason="returned").json()["status"] == "decided"
    (lead,) = leads()
    assert (lead.status, lead.reason, lead.held) == ("declined", "returned", 0)


# -- Baskets ------------------------------------------------------------


def test_lines_of_the_order_give_its_amount(shop, people, leads):
    lines = [{"id": 7, "category": "lamps", "price": 19.95, "quantity": 2}, {"price": "10,10"}]
    values = {"token": shop.key.secret, "click_id": shop.click.id.hex, "order_id": "B", "items": lines}
    answer = people.stranger.client.post(shop.url, values, content_type="application/json")
    assert answer.json()["status"] == "accepted"
    (lead,) = leads()
    assert lead.order_amount == to_units("50", "USD")
    assert [line["category"] for line in lead.basket] == ["lamps", ""]
    assert "lamps" in people.adam.client.get(f"/advertiser/leads/{lead.pk}/").text


def test_lines_lose_what_no_database_keeps_and_nothing_else(shop, leads):
    lines = [{"category": "\ud800lamps\0", "name": "a" * 500, "id": ["x"], "price": "1"}]
    assert shop.call(order_id="B", items=json.dumps(lines)).status_code == 200
    (line,) = leads()[0].basket
    assert (line["category"], line["id"], len(line["name"])) == ("?lamps", "", 200)


@pytest.mark.parametrize("items", ["[", "{}", '[{"price": "x"}]', "[1]", '[{"price": -1}]', '[{"price": 1e400}]'])
def test_bad_lines_are_refused_with_a_sentence(shop, leads, items):
    answer = shop.call(order_id="B", items=items)
    assert answer.status_code == 422 and answer.json()["field"] == "items" and leads() == []
