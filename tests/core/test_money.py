"""Amounts of money: exact, in whole units, and never a unit lost or made."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpanet.core.money import BadAmount, percent_of, split, to_text, to_units

units = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("amount", "basis_points", "part"),
    [(10_000, 500, 500), (19_999, 1, 1), (9_999, 1, 0), (-19_999, 1, -1), (-9_999, 1, 0), (450_003, 777, 34_965)],
)
def test_percents_are_rounded_towards_zero(amount, basis_points, part):
    assert percent_of(amount, basis_points) == part


@given(units, st.integers(0, 20_000))
def test_percents_keep_less_than_a_unit(amount, basis_points):
    exact, part = Fraction(amount * basis_points, 10_000), percent_of(amount, basis_points)
    assert 0 <= abs(exact) - abs(part) < 1
    assert part * exact >= 0


@given(units, st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any))
def test_parts_sum_to_the_whole_and_are_in_proportion(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    assert all(
        abs(part - Fraction(total * weight, sum(weights))) < 1 for part, weight in zip(parts, weights, strict=True)
    )


@pytest.mark.parametrize(
    ("text", "currency", "found"), [("1.00", "USD", 10_000), ("1", "JPY", 100), ("-0.0001", "EUR", -1)]
)
def test_units_keep_two_digits_more_than_coins(text, currency, found):
    assert to_units(text, currency) == found
    assert to_units(to_text(found, currency), currency) == found


@pytest.mark.parametrize("text", ["0.00001", "NaN", "Infinity", "1,5", "", "1e20"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(BadAmount):
        to_units(text, "USD")
