"""What each kind of payout method asks a webmaster for, as data, and how it is checked. Pure.

A kind has one account (`payouts.accounts`), a holder, and the fields named here. Each field has a checker: text →
its normal form, or BadAccount with the field's name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from payouts.account_words import Account, BadAccount, compact
from payouts.accounts import check_account, check_holder

IBAN_KINDS = ("iban", "tr_iban")
BIK_WEIGHTS = (7, 1, 3)
_INN_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


@dataclass(frozen=True)
class DetailField:
    """One thing more that a kind asks for. `check` gets the text without spaces around; empty ones only if required."""

    name: str
    label: str
    check: Callable[[str], str]
    is_required: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Kind:
    """How a kind calls its account, and its further fields."""

    account_label: str
    hint: str
    more: Sequence[DetailField] = ()


@dataclass(frozen=True)
class Details:
    """Checked details: everything in the form that is sent to the bank."""

    account: Account
    holder: str
    more: dict[str, str]


def check_bic(text: str) -> str:
    """ISO 9362: 8 or 11 letters and digits."""
    code = compact(text).upper()
    if not re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", code, re.ASCII):
        raise BadAccount(_("A BIC has 8 or 11 characters, such as DEUTDEFF or DEUTDEFF500."), field="bic")
    return code


def check_bank(text: str) -> str:
    """The name of a bank in one line."""
    name = " ".join(text.split())
    if len(name) > 140 or not name.isprintable():
        raise BadAccount(_("Write the name of the bank in at most 140 ordinary letters."), field="bank")
    return name


def check_bik(text: str) -> str:
    """A Russian bank's BIK: 9 digits, the first two 04."""
    code = compact(text)
    if not re.fullmatch(r"04\d{7}", code, re.ASCII):
        raise BadAccount(_("A BIK has 9 digits and begins with 04."), field="bik")
    return code


def check_inn(text: str) -> str:
    """A Russian INN of a person (12 digits) or a company (10), with its check digits."""
    number = compact(text)
    if not re.fullmatch(r"\d{10}|\d{12}", number, re.ASCII):
        raise BadAccount(_("An INN has 12 digits (a person) or 10 (a company)."), field="inn")
    checked = (9,) if len(number) == 10 else (10, 11)
    if any(_inn_digit(number, place) != int(number[place]) for place in checked):
        raise BadAccount(_("This INN is mistyped: its check digit does not fit."), field="inn")
    return number


def _inn_digit(number, place):
    weights = _INN_WEIGHTS[-place:]
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False)) % 11 % 10


_BIC = DetailField("bic", _("BIC"), check_bic, hint=_("8 or 11 characters; some banks ask for it."))
_BANK = DetailField("bank", _("Name of the bank"), check_bank)
KINDS = {
    "iban": Kind(_("IBAN"), _("Such as DE89 3704 0044 0532 0130 00."), (_BIC, _BANK)),
    "tr_iban": Kind(_("IBAN"), _("TR and 24 digits."), (_BANK,)),
    "ru_bank": Kind(
        _("Account"),
        _("20 digits."),
        (
            DetailField("bik", _("BIK"), check_bik, True, _("9 digits of your bank.")),
            _BANK,
            DetailField("inn", _("INN"), check_inn, hint=_("10 or 12 digits, where your bank asks for it.")),
        ),
    ),
    "card": Kind(_("Card number"), _("13 to 19 digits.")),
    "usdt_trc20": Kind(_("TRC-20 address"), _("Begins with T; 34 characters.")),
    "usdt_erc20": Kind(_("ERC-20 address"), _("0x and 40 characters.")),
    "btc": Kind(_("Bitcoin address"), _("Begins with 1, 3 or bc1.")),
    "email_wallet": Kind(_("E-mail of the wallet"), _("Such as name@example.com.")),
}


def asks_country(kind: str, countries: Sequence[str]) -> bool:
    """Whether the country must be asked for: an IBAN says it by itself."""
    return bool(countries) and kind not in IBAN_KINDS


def check_details(
    kind: str, *, account: str, holder: str, more: Mapping[str, str], countries: Sequence[str] = ()
) -> Details:
    """Everything a webmaster has typed for a method of this `kind`; `countries`: where it pays to, empty for anywhere.

    Raises BadAccount with the `field` at fault.
    """
    checked = check_account(kind, account)
    found = {field.name: _checked(field, more.get(field.name, "")) for field in KINDS[kind].more}
    if kind == "ru_bank":
        _check_key(found["bik"], checked.value)
    name = check_holder(kind, holder)
    country = checked.value[:2] if kind in IBAN_KINDS else more.get("country", "").strip().upper()
    if countries and country not in countries:
        field = "account" if kind in IBAN_KINDS else "country"
        raise BadAccount(_("This method pays to these countries only: %s.") % ", ".join(countries), field=field)
    if asks_country(kind, countries):
        found["country"] = country
    return Details(checked, name, {key: value for key, value in found.items() if value})


def _checked(field, text):
    text = text.strip()
    if text or field.is_required:
        return field.check(text)
    return ""


def _check_key(bik, account):
    """The ninth digit of a Russian account is a check over account and bank (the central bank's own differ)."""
    bank = f"0{bik[4:6]}" if bik[-3:] in ("000", "001", "002") else bik[-3:]
    if sum(int(digit) * BIK_WEIGHTS[place % 3] for place, digit in enumerate(bank + account)) % 10:
        raise BadAccount(_("Account and BIK do not belong together: a digit is wrong in one of them."))


def identity(kind: str, details: Details) -> str:
    """What makes two accounts the same one."""
    return details.more.get("bik", "") + details.account.value
