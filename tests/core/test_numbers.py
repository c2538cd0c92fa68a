"""Numbers in addresses and fields: plain digits or nothing."""

import pytest

from cpanet.core.numbers import MAX_ID, whole_number, whole_numbers


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.0", " 1", "1e3", "0x1", "９", "١", "²", "9" * 19, "9" * 5000, "\0"]
)
def test_what_is_no_number_is_none(text):
    assert whole_number(text) is None


def test_plain_digits_up_to_what_the_database_holds():
    assert [whole_number(text) for text in ("0", "007", "12", str(MAX_ID))] == [0, 7, 12, MAX_ID]
    assert whole_number(str(MAX_ID + 1)) is None and whole_number("11", most=10) is None
    assert whole_numbers(["3", "x", "5"]) == [3, 5]
