"""Rates by category: set in the editor, met by orders with lines, told to everybody whom they concern.

The figures are worked by hand. Adam pays 10 % of an order, of which Alice gets 8 %; of lamps 20 % and 15 %; gift cards
bring nothing. His second goal pays $10 / $8 an order, and $3 / $2 for each lamp.
"""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from cpanet.core.money import to_text
from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from offers import services
from offers.models import Rate
from offers.services import Figures
from payouts.books import examine_books
from tests import factories
from tracking.models import Conversion
from tracking.services.decisions import decide

LAMPS, BULBS, CARDS = ("Lamps", "60.00", 2), ("Bulbs", "30.00", 1), ("gift cards", "50.00", 1)


@pytest.fixture
def goal(shop):
    """The percent goal, with rates for lamps and for gift cards."""
    with network_scope(shop.network.pk):
        made = factories.goal(offer=shop.offer, code="order", percent=(1000, 800))
        set_rate(made, Figures(0, 2000, 0, 1500), category="lamps")
        set_rate(made, Figures(), category="Gift cards")
    return made


def set_rate(goal, figures, **conditions):
    return services.set_rate(
        goal=goal, figures=figures, actor=None, now=timezone.now() - timedelta(days=2), **conditions
    )


def items(*lines) -> str:
    return json.dumps([
        {"category": category, "name": f"{category} {price}", "price": price, "quantity": quantity}
        for category, price, quantity in lines
    ])  # fmt: skip


@pytest.fixture
def buy(shop, goal):
    """A postback of one order; the lead it made."""

    def call(*lines, goal="order", order_id="A-1", **parameters):
        answer = shop.call(goal=goal, order_id=order_id, items=items(*lines), **parameters)
        assert answer.status_code == 200, answer.text
        with network_scope(shop.network.pk):
            return Conversion.objects.get(order_id=order_id)

    return call


@pytest.fixture
def state(shop, people):
    """(amount, revenue, earning) of the lead now, in dollars; the books must agree with it."""

    def read(lead):
        with network_scope(shop.network.pk):
            assert [f for f in examine_books(network_id=shop.network.pk, now=timezone.now()) if not f.holds] == []
            lead = Conversion.objects.get(pk=lead.pk)
            found = webmaster_balance(affiliate_id=people.alice.affiliate.pk, currency="USD")
            assert found.hold == (lead.earning if lead.status == "approved" else 0)
            return dollars(lead.order_amount, lead.revenue, lead.earning)

    return read


def dollars(*units):
    return tuple(to_text(each, "USD") for each in units)


def worth(lead):
    return dollars(lead.order_amount, lead.revenue, lead.earning)


# -- Pricing ----------------------------------------------------------------------------------------------------------


def test_each_line_is_priced_by_the_rate_of_its_category(buy):
    lead = buy(LAMPS, BULBS, CARDS)
    assert worth(lead) == ("200.00", "27.00", "20.40")  # 120 × 20 % + 30 × 10 %; 120 × 15 % + 30 × 8 %
    parts = lead.pricing["parts"]
    assert [(part["specificity"], part["lines"]) for part in parts] == [
        ("category", [0]), ("everybody", [1]), ("category", [2]),
    ]  # fmt: skip
    assert [part["earning"] for part in parts] == ["18.00", "2.40", "0.00"]
    assert lead.pricing["earning"] == "20.40" and lead.rate_id == parts[0]["rate"]


def test_orders_without_such_goods_are_priced_as_before(buy, shop):
    assert "parts" not in buy(BULBS, order_id="A-1").pricing
    plain = shop.call(goal="order", order_id="A-2", amount="30")
    assert plain.status_code == 200
    with network_scope(shop.network.pk):
        assert worth(Conversion.objects.get(order_id="A-2")) == ("30.00", "3.00", "2.40")


def test_what_an_order_has_beside_its_lines_is_shared_by_their_amounts(buy):
    lead = buy(("lamps", "60", 1), ("bulbs", "40", 1), amount="110")  # 10 for delivery
    assert worth(lead) == ("110.00", "17.60", "13.42")  # 66 × 20 % + 44 × 10 %; 66 × 15 % + 44 × 8 %


def test_fixed_amounts_count_for_each_piece_of_a_category_and_once_for_the_rest(buy, shop, goal):
    with network_scope(shop.network.pk):
        set_rate(shop.goal, Figures(30_000, 0, 20_000, 0), category="Lamps")
    assert worth(buy(LAMPS, LAMPS, BULBS, BULBS, goal="sale", order_id="B-1")) == ("300.00", "22.00", "16.00")
    assert worth(buy(LAMPS, goal="sale", order_id="B-2")) == ("120.00", "6.00", "4.00")


def test_goods_come_before_persons_and_persons_before_countries(buy, shop, people, goal):
    alice, bob = people.alice.affiliate, people.bob.affiliate
    with network_scope(shop.network.pk):
        set_rate(goal, Figures(0, 5000, 0, 4000), affiliate=alice)
        set_rate(goal, Figures(0, 9000, 0, 9000), affiliate=bob, category="Lamps")
    assert worth(buy(LAMPS, BULBS, order_id="C-1")) == ("150.00", "39.00", "30.00"), "lamps stay at 20 / 15 %"
    with network_scope(shop.network.pk):
        set_rate(goal, Figures(0, 3000, 0, 2500), category="lamps", country="DE")
        set_rate(goal, Figures(0, 100, 0, 50), category="lamps", country="FR")
    assert buy(LAMPS, order_id="C-2").pricing["parts"][0]["specificity"] == "category_country"
    with network_scope(shop.network.pk):
        set_rate(goal, Figures(0, 4000, 0, 3500), category="LAMPS", affiliate=alice)
    lead = buy(LAMPS, order_id="C-3")
    assert lead.pricing["parts"][0]["specificity"] == "affiliate_category" and worth(lead)[2] == "42.00"


def test_goods_without_any_rate_are_not_paid_and_do_not_lose_the_lead(buy, shop, people, goal):
    with network_scope(shop.network.pk):
        general = Rate.objects.get(goal=goal, category="")
        services.end_rate(rate=general, actor=None, now=timezone.now() - timedelta(days=1))
    lead = buy(LAMPS, BULBS)
    assert worth(lead) == ("150.00", "24.00", "18.00")
    assert "No rate is for these goods." in people.alice.client.get(f"/webmaster/leads/{lead.pk}/").text
    answer = shop.call(goal="order", order_id="A-2", items=items(BULBS))
    assert answer.status_code == 422 and "no rate" in answer.text


def test_absurd_quantities_are_refused_with_a_sentence(shop, goal):
    with network_scope(shop.network.pk):
        set_rate(shop.goal, Figures(10**12, 0, 10**12, 0), category="Lamps")
    answer = shop.call(goal="sale", order_id="A-1", items=items(("lamps", "0.01", 999_999_999)))
    assert answer.status_code == 422 and "quantities" in answer.text


def test_a_test_call_is_priced_and_pays_nothing(buy):
    lead = buy(LAMPS, test="1")
    assert (lead.revenue, lead.earning) == (0, 0) and lead.pricing["earning"] == "18.00"


# -- Afterwards -------------------------------------------------------------------------------------------------------


def test_lines_approved_in_part_keep_the_rates_of_their_day(buy, shop, people, goal, state):
    lead = buy(LAMPS, BULBS, CARDS)
    with network_scope(shop.network.pk):
        set_rate(goal, Figures(0, 9000, 0, 9000), category="lamps")
    page = f"/advertiser/leads/{lead.pk}/decide/"
    assert people.adam.client.post(page, {"status": "approved", "quantity": ["1", "1", "1"]}).status_code == 302
    assert state(lead) == ("140.00", "15.00", "11.40")
    people.adam.client.post(page, {"status": "approved", "quantity": ["0", "1", "0"]})
    assert state(lead) == ("30.00", "3.00", "2.40")
    people.adam.client.post(page, {"status": "approved", "quantity": ["2", "1", "1"]})
    assert state(lead) == ("200.00", "27.00", "20.40")


def test_a_line_that_costs_nothing_still_counts_its_pieces(buy, shop, people, goal, state):
    with network_scope(shop.network.pk):
        set_rate(shop.goal, Figures(30_000, 0, 20_000, 0), category="Lamps")
    lead = buy(("lamps", "0", 3), BULBS, goal="sale")
    assert worth(lead) == ("30.00", "19.00", "14.00")
    people.adam.client.post(f"/advertiser/leads/{lead.pk}/decide/", {"status": "approved", "quantity": ["1", "1"]})
    assert state(lead) == ("30.00", "13.00", "10.00")


def test_another_amount_is_shared_by_the_lines_as_they_came(buy, people, state):
    lead = buy(LAMPS, BULBS)  # 120 and 30
    people.adam.client.post(f"/advertiser/leads/{lead.pk}/decide/", {"status": "approved", "order_amount": "100"})
    assert state(lead) == ("100.00", "18.00", "13.60")


def test_what_a_person_has_set_by_hand_stays_when_all_is_approved(buy, people, state):
    lead = buy(LAMPS, BULBS)
    with network_scope(lead.network_id):
        decide(
            conversion_id=lead.pk, status="approved", source="advertiser", actor=None, now=timezone.now(),
            earning=500_000,
        )  # fmt: skip
    people.adam.client.post(f"/advertiser/leads/{lead.pk}/decide/", {"status": "approved", "quantity": ["2", "1"]})
    assert state(lead) == ("150.00", "27.00", "50.00")


# -- What everybody is told -------------------------------------------------------------------------------------------


def main(answer) -> str:
    return answer.content.decode().partition("<main")[2]


def test_everybody_reads_how_it_was_priced_as_far_as_it_concerns_him(buy, people):
    lead = buy(LAMPS, BULBS)
    mine = main(people.alice.client.get(f"/webmaster/leads/{lead.pk}/"))
    assert "the rate for “lamps”" in mine and "15% of $120.00 = $18.00" in mine and "8% of $30.00 = $2.40" in mine
    assert "Together: You earn $20.40." in mine and "$27.00" not in mine
    theirs = main(people.adam.client.get(f"/advertiser/leads/{lead.pk}/"))
    assert "20% of $120.00 = $24.00" in theirs and "Together: You pay $27.00." in theirs and "$20.40" not in theirs


def test_a_fixed_amount_by_the_piece_is_told_as_such(buy, shop, people, goal):
    with network_scope(shop.network.pk):
        set_rate(shop.goal, Figures(30_000, 0, 20_000, 0), category="Lamps")
    lead = buy(LAMPS, BULBS, goal="sale")
    told = main(people.alice.client.get(f"/webmaster/leads/{lead.pk}/"))
    assert "2 × $2.00 = $4.00" in told and "You earn $8.00." in told


def test_webmasters_see_the_rates_of_all_categories_before_they_work(shop, people, goal):
    page = main(people.alice.client.get(f"/webmaster/offers/{shop.offer.pk}/"))
    assert "“lamps” · All countries" in page and "15%" in page and "“Gift cards”" in page
    with network_scope(shop.network.pk):
        set_rate(goal, Figures(0, 9000, 0, 9000), category="lamps", affiliate=people.bob.affiliate)
    assert "90%" not in main(people.alice.client.get(f"/webmaster/offers/{shop.offer.pk}/"))


# -- The editor -------------------------------------------------------------------------------------------------------


def rate_set(person, space, shop, goal, **values):
    given = {"revenue_percent": "12", "earning_percent": "9", "country": "", "category": "", **values}
    return person.client.post(f"/{space}/offers/{shop.offer.pk}/goals/{goal.pk}/rates/", given)


def test_an_advertiser_sets_and_ends_a_rate_by_category(shop, people, goal):
    assert rate_set(people.adam, "advertiser", shop, goal, category="  floor   lamps ").status_code == 302
    assert (
        rate_set(people.adam, "advertiser", shop, goal, category="Floor Lamps", revenue_percent="13").status_code == 302
    )
    with network_scope(shop.network.pk):
        first, second = Rate.objects.filter(category__icontains="floor").order_by("id")
    assert first.category == "floor lamps" and first.valid_until == second.valid_from, (
        "the same category in other letters"
    )
    page = main(people.adam.client.get(f"/advertiser/offers/{shop.offer.pk}/goals/{goal.pk}/"))
    assert "“Floor Lamps” · All countries" in page
    people.adam.client.post(f"/advertiser/offers/{shop.offer.pk}/rates/{second.pk}/end/")
    with network_scope(shop.network.pk):
        second.refresh_from_db()
    assert second.valid_until


@pytest.mark.parametrize(
    "values, words",
    [
        ({"category": "x" * 101}, "at most 100"),
        ({"category": "lamps", "earning_percent": "13"}, "more than you pay"),
        ({"category": "lamps", "revenue_percent": "101"}, "less than or equal to 100"),
        ({"category": "", "revenue_percent": "0", "earning_percent": "0"}, "Say what the goal pays"),
    ],
    ids=["long", "loss", "percent", "nothing"],
)
def test_a_rate_that_cannot_be_is_refused_where_it_was_typed(shop, people, goal, values, words):
    before = count_rates(shop)
    answer = rate_set(people.adam, "advertiser", shop, goal, **values)
    assert answer.status_code == 422 and words in answer.text and count_rates(shop) == before


def test_that_a_category_is_not_paid_can_be_said(shop, people, goal):
    answer = rate_set(people.adam, "advertiser", shop, goal, category="sale", revenue_percent="0", earning_percent="0")
    assert answer.status_code == 302


def count_rates(shop):
    with network_scope(shop.network.pk):
        return Rate.objects.count()
