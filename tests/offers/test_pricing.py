"""What one action is worth. Worked by hand: amounts are units, 1.00 USD = 10 000."""

from types import SimpleNamespace

import pytest

from offers.pricing import MissingAmount, effective_rates, loses_money, price


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


def of(affiliate_id, country):
    return SimpleNamespace(affiliate_id=affiliate_id, country=country)


def test_what_a_webmaster_can_meet():
    everybody, german = of(None, ""), of(None, "DE")
    own, own_german = of(7, ""), of(7, "DE")
    assert effective_rates([german, everybody]) == [everybody, german]
    assert effective_rates([everybody, german, own]) == [own], "his own rate counts before the country's"
    assert effective_rates([everybody, german, own_german]) == [everybody, own_german]
    assert effective_rates([everybody, own, own_german]) == [own, own_german]
