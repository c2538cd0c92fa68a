"""Where money can be sent to: checking and masking of accounts. Pure.

Each kind of payout method has one checker: text as a person types it → the account in its normal form and its masked
form, or BadAccount with a sentence that says what is wrong. What else a kind asks for stands in `payouts.kinds`.
"""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from payouts.account_words import HIDDEN, Account, BadAccount, compact
from payouts.wallets import BASE58, check_bitcoin, check_ethereum, check_tron

__all__ = ["BASE58", "IBAN_LENGTHS", "Account", "BadAccount", "check_account", "check_holder"]

# Lengths of the IBAN registry (SWIFT, release 99).
_IBANS = """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20
    EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30
    KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23
    PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26
    UA29 VA22 VG24 XK20 YE30
"""
IBAN_LENGTHS = {word[:2]: int(word[2:]) for word in _IBANS.split()}
MAX_LENGTH = 254
NEEDS_HOLDER = {"iban", "tr_iban", "ru_bank", "card"}


def check_account(kind: str, text: str) -> Account:
    """The account of a method of this `kind` (PayoutMethod.Kind). Raises BadAccount."""
    if not text.strip():
        raise BadAccount(_("Say where the money should go."))
    if len(text) > MAX_LENGTH:
        raise BadAccount(_("This is too long to be an account."))
    return CHECKERS[kind](text)


def check_holder(kind: str, text: str) -> str:
    """The holder's name in one line; banks and cards need one. Raises BadAccount."""
    name = " ".join(text.split())
    if kind in NEEDS_HOLDER and not name:
        raise BadAccount(_("Give the holder's name as the bank knows it."), field="holder")
    if len(name) > 140 or not name.isprintable():
        raise BadAccount(_("Write the holder's name in at most 140 ordinary letters."), field="holder")
    return name


def check_iban(text: str) -> Account:
    """ISO 13616: length by country, then the remainder 97."""
    iban = compact(text).upper()
    if not (iban.isascii() and iban.isalnum() and iban[:2].isalpha() and iban[2:4].isdigit()):
        raise BadAccount(_("An IBAN begins with two letters of the country and two digits, such as DE89…"))
    length = IBAN_LENGTHS.get(iban[:2])
    if length is None:
        raise BadAccount(_("“%s” is not a country that has IBANs.") % iban[:2])
    if len(iban) != length:
        words = _("An IBAN of %(country)s has %(length)d characters; this one has %(found)d.")
        raise BadAccount(words % {"country": iban[:2], "length": length, "found": len(iban)})
    if int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97 != 1:
        raise BadAccount(_("The check digits of this IBAN do not fit: a character is wrong or two are exchanged."))
    return Account(iban, f"{iban[:4]} {HIDDEN} {iban[-4:]}")


def check_turkish_iban(text: str) -> Account:
    """An IBAN of Turkey."""
    account = check_iban(text)
    if not account.value.startswith("TR"):
        raise BadAccount(_("This method pays to Turkish accounts: their IBANs begin with TR."))
    return account


def check_russian_account(text: str) -> Account:
    """20 digits; whether they fit their bank, `payouts.kinds` checks with the BIK."""
    number = compact(text)
    if not (number.isascii() and number.isdigit() and len(number) == 20):
        raise BadAccount(_("A Russian account has 20 digits; this one has %d characters.") % len(number))
    return Account(number, f"{number[:5]} {HIDDEN} {number[-4:]}")


def check_card(text: str) -> Account:
    """13 to 19 digits whose Luhn sum is right."""
    number = compact(text).replace("-", "")
    if not (number.isascii() and number.isdigit()):
        raise BadAccount(_("A card number consists of digits only."))
    if not 13 <= len(number) <= 19:
        raise BadAccount(_("A card number has 13 to 19 digits; this one has %d.") % len(number))
    if _luhn(number) % 10:
        raise BadAccount(_("This card number is mistyped: its check digit does not fit."))
    return Account(number, f"{HIDDEN} {number[-4:]}")


def check_email(text: str) -> Account:
    """An e-mail address, in small letters."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise BadAccount(_("This is not an e-mail address: write it like name@example.com.")) from None
    name, _at, host = address.rpartition("@")
    return Account(address, f"{name[0]}{HIDDEN}@{host}")


CHECKERS = {
    "iban": check_iban,
    "tr_iban": check_turkish_iban,
    "ru_bank": check_russian_account,
    "card": check_card,
    "usdt_trc20": check_tron,
    "usdt_erc20": check_ethereum,
    "btc": check_bitcoin,
    "email_wallet": check_email,
}


def _luhn(number):
    doubled = [int(digit) * 2 for digit in number[-2::-2]]
    return sum(int(digit) for digit in number[-1::-2]) + sum(value - 9 if value > 9 else value for value in doubled)
