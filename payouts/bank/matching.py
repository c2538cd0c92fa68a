"""Whose payment is it? Pure: facts about advertisers in, one of them and the reason out, or nothing."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

SHORTEST = {"invoice": 4, "tax_id": 8, "contract": 4, "name": 4}
# Forms of companies say nothing about which company it is.
FORMS = set(
    """ооо оао зао пао ао ип тоо чп фоп тов общество ограниченной ответственностью индивидуальный предприниматель
    акционерное с о ltd llc inc gmbh ag bv b v sa srl sl oy ab as a ş aş şti limited company co corp plc anonim şirketi
    ve ticaret sanayi the""".split()  # noqa: SIM905 - a list of these would be read by nobody
)
Index = dict[str, set[int]]


def _index() -> Index:
    return defaultdict(set)


@dataclass
class Known:
    """What is known of the advertisers: text in its normal form → ids of those it stands for."""

    invoice: Index = field(default_factory=_index)
    tax_id: Index = field(default_factory=_index)
    contract: Index = field(default_factory=_index)
    before: Index = field(default_factory=_index)
    name: Index = field(default_factory=_index)

    def add(self, kind: str, text: str, advertiser_id: int) -> None:
        """Learn one fact; what is too short to tell anybody apart is passed over."""
        key = plain_name(text) if kind == "name" else compact(text)
        if len(key) >= SHORTEST.get(kind, 1):
            getattr(self, kind)[key].add(advertiser_id)


def compact(text: str) -> str:
    """Letters and digits only, in small letters: "INV-12" and "inv 12" are one."""
    return re.sub(r"[\W_]+", "", text.casefold())


def plain_name(text: str) -> str:
    """The words of a name without quotes and the form of the company."""
    return " ".join(word for word in re.findall(r"\w+", text.casefold()) if word not in FORMS)


def propose(known: Known, payment) -> tuple[int, str] | None:
    """(advertiser's id, why) for a payment with payer, payer_tax_id, payer_account and purpose. The strongest sign
    first; a sign that points at several advertisers says nothing."""
    words = _grams(payment.purpose)
    everything = words | _grams(payment.payer) | {compact(payment.payer_tax_id)}
    payer = {compact(text) for text in (payment.payer_account, payment.payer_tax_id, payment.payer)} - {""}
    for kind, found in (
        ("invoice", _of(known.invoice, words)),
        ("tax_id", _of(known.tax_id, everything)),
        ("contract", _of(known.contract, words)),
        ("before", _of(known.before, payer)),
        ("name", _named(known.name, payment)),
    ):
        if len(found) == 1:
            return next(iter(found)), kind
    return None


def _of(index: Index, keys: set[str]) -> set[int]:
    return set().union(*(index[key] for key in keys if key in index))


def _grams(text: str) -> set[str]:
    """Every word and every two or three neighbours as one: numbers are written with spaces, dashes and slashes."""
    words = [word for word in re.split(r"[\W_]+", text.casefold()) if word]
    return {"".join(words[place : place + length]) for length in (1, 2, 3) for place in range(len(words))}


def _named(index: Index, payment) -> set[int]:
    payer = f" {plain_name(payment.payer)} "
    return set().union(*(ids for name, ids in index.items() if f" {name} " in payer))
