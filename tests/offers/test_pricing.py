"""What one action is worth. Worked by hand: amounts are units, 1.00 USD = 10 000."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from cpanet.core.money import BadAmount
from offers.pricing import MissingAmount, Part, category_key, effective_rates, loses_money, price, price_parts


def rate(revenue_fixed=0, revenue_percent=0, earning_fixed=0, earning_percent=0, **more):
    return SimpleNamespace(
        revenue_fixed=revenue_fixed, revenue_percent=revenue_percent, earning_fixed=earning_fixed,
        earning_percent=earning_percent, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    "given, order, expected",
    [
        (rate(100_000, 0, 80_000, 0), None, (100_000, 80_000)),  # $10, of which $8
        (rate(100_000, 0, 80_000, 0), 5, (100_000, 80_000)),  # the order does not matter
        (rate(0, 1_000, 0, 750), 1_234_500, (123_450, 92_587)),  # 7.5 % of $123.45 is $9.25875, towards zero
        (rate(0, 1, 0, 1), 9_999, (0, 0)),  # a hundredth of a percent of less than a dollar is nothing
        (rate(20_000, 500, 10_000, 400), 1_000_000, (70_000, 50_000)),  # $2 + 5 % of $100; $1 + 4 %
        (rate(0, 1_000, 0, 750), 0, (0, 0)),
    ],
)
def test_worked_examples(given, order, expected):
    assert price(given, order) == expected


@pytest.mark.parametrize("given", [rate(0, 1_000, 0, 750), rate(20_000, 0, 0, 1)])
def test_a_percent_needs_the_amount_of_the_order(given):
    with pytest.raises(MissingAmount, match="amount"):
        price(given, None)


@pytest.mark.parametrize(
    "given, loses",
    [
        (rate(10, 0, 10, 0), False),
        (rate(10, 0, 11, 0), True),
        (rate(0, 500, 0, 501), True),
        (rate(100, 500, 0, 501), True),
        (rate(100, 500, 100, 500), False),
    ],
)
def test_rates_that_can_lose_money_are_known(given, loses):
    assert loses_money(given) is loses


def of(affiliate_id, country, category=""):
    return SimpleNamespace(affiliate_id=affiliate_id, country=country, category=category)


def test_what_a_webmaster_can_meet():
    everybody, german = of(None, ""), of(None, "DE")
    own, own_german = of(7, ""), of(7, "DE")
    assert effective_rates([german, everybody]) == [everybody, german]
    assert effective_rates([everybody, german, own]) == [own], "his own rate counts before the country's"
    assert effective_rates([everybody, german, own_german]) == [everybody, own_german]
    assert effective_rates([everybody, own, own_german]) == [own, own_german]


def test_rates_of_a_category_stand_beside_the_others():
    everybody, own = of(None, ""), of(7, "")
    lamps, own_lamps, german_lamps = of(None, "", "Lamps"), of(7, "", "lamps "), of(None, "DE", "Lamps")
    assert effective_rates([lamps, own, everybody]) == [own, lamps], "his own rate leaves the category's alone"
    assert effective_rates([german_lamps, lamps, own_lamps, everybody]) == [everybody, own_lamps]
    assert effective_rates([german_lamps, lamps]) == [lamps, german_lamps]
    assert category_key(" Floor  LAMPS") == category_key("floor lamps")


def part(given, weight, pieces="1"):
    return Part(given, Decimal(weight), Decimal(pieces))


def test_parts_of_an_order_by_hand():
    """$110 for goods of $60 and $40 and delivery: $66 at 10 %/5 %, $44 at nothing but $1/$0.50 for each of 3 pieces."""
    priced = price_parts([part(rate(0, 1_000, 0, 500), "60"), part(rate(10_000, 0, 5_000, 0), "40", "3")], 1_100_000)
    assert [(each.amount, each.revenue, each.earning) for each in priced] == [
        (660_000, 66_000, 33_000),
        (440_000, 30_000, 15_000),
    ]


def test_no_unit_of_an_order_is_lost_between_its_parts():
    thirds = price_parts([part(rate(0, 1_000, 0, 0), "9.99")] * 3, 100)
    assert sum(each.amount for each in thirds) == 100
    free = price_parts([part(rate(0, 10_000, 0, 0), "0")] * 2, 51)
    assert sorted(each.revenue for each in free) == [25, 26], "goods without a price share delivery equally"


def test_a_fraction_of_a_piece_is_paid_towards_zero():
    (priced,) = price_parts([part(rate(10_001, 0, 3, 0), "1", "1.5")], 10_000)
    assert (priced.revenue, priced.earning) == (15_001, 4)


def test_more_pieces_than_money_can_count_are_refused():
    with pytest.raises(BadAmount, match="quantities"):
        price_parts([part(rate(10**15, 0, 0, 0), "1", "999999999999")], 1)
