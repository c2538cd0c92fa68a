"""Accounts are checked before money is sent to them."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts.accounts import BASE58, IBAN_LENGTHS, BadAccount, check_account, check_holder
from tests.payouts.story import TRON


@pytest.mark.parametrize(
    ("kind", "typed", "value", "masked"),
    [
        ("iban", "de89 3704 0044 0532 0130 00", "DE89370400440532013000", "DE89 •••• 3000"),
        ("iban", "GB82WEST12345698765432", "GB82WEST12345698765432", "GB82 •••• 5432"),
        ("iban", "TR33 0006 1005 1978 6457 8413 26", "TR330006100519786457841326", "TR33 •••• 1326"),
        ("iban", "NO93 8601 1117 947", "NO9386011117947", "NO93 •••• 7947"),
        ("card", "4242 4242 4242 4242", "4242424242424242", "•••• 4242"),
        ("card", "2200-1234-5678-9019", "2200123456789019", "•••• 9019"),
        ("usdt_trc20", f" {TRON}\n", TRON, "TR7N••••Lj6t"),
        ("email_wallet", " Alice@Example.com", "alice@example.com", "a••••@example.com"),
    ],
)
def test_good_account_gets_its_normal_form_and_its_mask(kind, typed, value, masked):
    account = check_account(kind, typed)
    assert (account.value, account.masked) == (value, masked)


@pytest.mark.parametrize(
    ("kind", "typed", "complaint"),
    [
        ("iban", "", "Say where"),
        ("iban", "  ", "Say where"),
        ("iban", "DE89370400440532013001", "check digits"),
        ("iban", "DE98370400440532013000", "check digits"),
        ("iban", "DE8937040044053201300", "has 22 characters; this one has 21"),
        ("iban", "US89370400440532013000", "not a country that has IBANs"),
        ("iban", "89DE370400440532013000", "begins with two letters"),
        ("iban", "DE89370400440532O130é0", "begins with two letters"),
        ("iban", "=HYPERLINK(1)", "begins with two letters"),
        ("iban", "9" * 300, "too long"),
        ("card", "4242424242424241", "check digit"),
        ("card", "42424242", "13 to 19 digits; this one has 8"),
        ("card", "4242 4242 4242 424x", "digits only"),
        ("card", "４２４２４２４２４２４２４２４２", "digits only"),
        ("usdt_trc20", "0x52908400098527886E0F7030069857D2E4169EE7", "begins with T and has 34"),
        ("usdt_trc20", TRON.replace("Lj6t", "Lj6u"), "check sum"),
        ("usdt_trc20", TRON.replace("N", "0", 1), "does not occur"),
        ("usdt_trc20", "T" + "z" * 33, "check sum"),
        ("email_wallet", "alice@", "not an e-mail"),
        ("email_wallet", "a@b.c\nBcc: x@y.z", "not an e-mail"),
    ],
)
def test_bad_account_is_refused_with_its_reason(kind, typed, complaint):
    with pytest.raises(BadAccount, match=complaint):
        check_account(kind, typed)


@given(st.sampled_from(sorted(IBAN_LENGTHS)), st.data())
def test_every_iban_with_right_digits_passes_and_no_single_typo_does(country, data):
    body = data.draw(
        st.text("0123456789ABCXYZ", min_size=IBAN_LENGTHS[country] - 4, max_size=IBAN_LENGTHS[country] - 4)
    )
    number = int("".join(str(int(letter, 36)) for letter in f"{body}{country}00"))
    iban = f"{country}{98 - number % 97:02d}{body}"
    assert check_account("iban", iban).value == iban
    place = data.draw(st.integers(4, len(iban) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != iban[place]))
    if iban[place].isdigit():
        with pytest.raises(BadAccount):
            check_account("iban", iban[:place] + other + iban[place + 1 :])


@given(st.binary(min_size=20, max_size=20))
def test_every_tron_address_passes(payload):
    raw = b"\x41" + payload
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, letters = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        letters = BASE58[digit] + letters
    assert check_account("usdt_trc20", letters).value == letters


@given(st.sampled_from(["iban", "card", "usdt_trc20", "email_wallet"]), st.text(max_size=60))
def test_no_text_breaks_a_check(kind, text):
    try:
        account = check_account(kind, text)
    except BadAccount as error:
        assert str(error)
    else:
        assert account.value not in account.masked


@pytest.mark.parametrize("kind", ["iban", "card"])
def test_banks_need_a_holder(kind):
    with pytest.raises(BadAccount, match="holder's name"):
        check_holder(kind, "  ")
    assert check_holder(kind, "  Alice \t Lee ") == "Alice Lee"


def test_holder_is_one_line_of_letters():
    assert check_holder("usdt_trc20", "") == ""
    for name in ("x" * 141, "Alice\x00Lee", "Alice‮Lee"):
        with pytest.raises(BadAccount, match="140"):
            check_holder("iban", name)
