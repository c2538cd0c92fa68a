"""Credit transfers for the bank as ISO 20022 pain.001.001.09. Pure and deterministic: plain rows → XML bytes.

Banks of SEPA take Latin letters, digits and a few signs only (EPC 217-08): everything else is written in those.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
_CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
            "e",
            "i",
            "i",
            "e",
            "g",
            "u",
        ],
        strict=True,
    )
)
_LATIN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ə": "e"}
_SIGNS = {"_": "-", "&": "+", "“": "'", "”": "'", "’": "'", "–": "-", "—": "-", "№": "No"}


@dataclass(frozen=True)
class Debtor:
    """Who pays. `bic` and `country` and `address` may be empty."""

    name: str
    iban: str
    bic: str = ""
    country: str = ""
    address: str = ""


@dataclass(frozen=True)
class Transfer:
    """One payment: `amount` is a decimal string in major units; `reference` comes back in the bank's statement."""

    reference: str
    amount: str
    name: str
    iban: str
    bic: str = ""
    purpose: str = ""


def as_pain001(
    transfers: Sequence[Transfer], debtor: Debtor, *, message_id: str, currency: str, made_at: datetime, pay_on: date
) -> bytes:
    """One message with one payment information block: all transfers leave the debtor's account on `pay_on`."""
    root = etree.Element(etree.QName(NAMESPACE, "Document"), nsmap={None: NAMESPACE})
    message = _add(root, "CstmrCdtTrfInitn")
    count, total = str(len(transfers)), str(sum((Decimal(each.amount) for each in transfers), Decimal(0)))
    head = _add(message, "GrpHdr")
    _add(head, "MsgId", plain(message_id, 35))
    _add(head, "CreDtTm", made_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _add(head, "NbOfTxs", count)
    _add(head, "CtrlSum", total)
    _add(_add(head, "InitgPty"), "Nm", plain(debtor.name, 70))
    block = _add(message, "PmtInf")
    _add_block_head(block, debtor, message_id, count, total, currency, pay_on)
    for transfer in transfers:
        _add_transfer(_add(block, "CdtTrfTxInf"), transfer, currency)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_block_head(block, debtor, message_id, count, total, currency, pay_on):
    _add(block, "PmtInfId", plain(message_id, 35))
    _add(block, "PmtMtd", "TRF")
    _add(block, "BtchBookg", "true")
    _add(block, "NbOfTxs", count)
    _add(block, "CtrlSum", total)
    if currency == "EUR":
        _add(_add(_add(block, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _add(_add(block, "ReqdExctnDt"), "Dt", pay_on.isoformat())
    payer = _add(block, "Dbtr")
    _add(payer, "Nm", plain(debtor.name, 70))
    if debtor.country or debtor.address:
        address = _add(payer, "PstlAdr")
        if debtor.country:
            _add(address, "Ctry", debtor.country)
        for start in range(0, min(len(debtor.address), 140), 70):
            _add(address, "AdrLine", plain(debtor.address[start : start + 70], 70))
    _add_account(block, "DbtrAcct", debtor.iban, currency)
    _add_agent(block, "DbtrAgt", debtor.bic)
    _add(block, "ChrgBr", "SLEV" if currency == "EUR" else "SHAR")


def _add_transfer(element, transfer, currency):
    _add(_add(element, "PmtId"), "EndToEndId", plain(transfer.reference, 35))
    _add(_add(element, "Amt"), "InstdAmt", transfer.amount).set("Ccy", currency)
    if transfer.bic:
        _add_agent(element, "CdtrAgt", transfer.bic)
    _add(_add(element, "Cdtr"), "Nm", plain(transfer.name, 70))
    _add_account(element, "CdtrAcct", transfer.iban)
    if transfer.purpose:
        _add(_add(element, "RmtInf"), "Ustrd", plain(transfer.purpose, 140))


def _add_account(parent, tag, iban, currency=""):
    account = _add(parent, tag)
    _add(_add(account, "Id"), "IBAN", iban)
    if currency:
        _add(account, "Ccy", currency)


def _add_agent(parent, tag, bic):
    bank = _add(_add(parent, tag), "FinInstnId")
    if bic:
        _add(bank, "BICFI", bic)
    else:
        _add(_add(bank, "Othr"), "Id", "NOTPROVIDED")


def _add(parent, tag, text=None):
    element = etree.SubElement(parent, etree.QName(NAMESPACE, tag))
    element.text = text
    return element


def plain(text: str, length: int) -> str:
    """`text` in the letters of SEPA, cut to `length`: no slash in front or behind, no two together."""
    letters = "".join(_plain_letter(letter) for letter in unicodedata.normalize("NFC", text))
    while "//" in letters:
        letters = letters.replace("//", "/")
    return " ".join(letters.strip("/ ").split())[:length].strip("/ ") or "NOTPROVIDED"


def _plain_letter(letter):
    if letter in ALLOWED:
        return letter
    small = letter.lower()
    found = _CYRILLIC.get(small, _LATIN.get(small, _SIGNS.get(small)))
    if found is None:
        bare = "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))
        found = "".join(each if each in ALLOWED else _CYRILLIC.get(each.lower(), " ") for each in bare)
        return found
    return found.capitalize() if letter != small else found
