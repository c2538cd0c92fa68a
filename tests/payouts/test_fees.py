"""Fees and whole coins."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpanet.core.money import to_decimal, to_units
from payouts.fees import COIN, fee_of, in_whole_coins


@pytest.mark.parametrize(
    ("currency", "amount", "fixed", "percent", "fee"),
    [
        ("USD", "100", "0", 0, "0.00"),
        ("USD", "100", "1", 0, "1.00"),
        ("USD", "100", "1", 150, "2.50"),
        ("USD", "33.33", "0", 100, "0.33"),
        ("USD", "50.50", "0", 100, "0.51"),
        ("JPY", "1050", "0", 100, "11"),
        ("KWD", "10.005", "0", 1000, "1.001"),
    ],
)
def test_fee_is_fixed_plus_percent_in_whole_coins(currency, amount, fixed, percent, fee):
    units = fee_of(to_units(amount, currency), fixed=to_units(fixed, currency), percent=percent)
    assert to_decimal(units, currency) == Decimal(fee)


@given(st.integers(0, 10**14), st.integers(0, 10**9), st.integers(0, 5_000))
def test_fee_agrees_with_decimal_arithmetic(amount, fixed, percent):
    exact = (Decimal(fixed) + Decimal(amount) * percent / 10_000) / COIN
    assert fee_of(amount, fixed=fixed, percent=percent) == int(exact.quantize(Decimal(1), ROUND_HALF_UP)) * COIN


@given(st.integers(0, 10**15))
def test_whole_coins_lose_less_than_a_coin(units):
    whole = in_whole_coins(units)
    assert whole % COIN == 0
    assert 0 <= units - whole < COIN
