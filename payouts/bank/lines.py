"""What every kind of bank statement is turned into. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from cpanet.core.money import BadAmount, to_units

EMPTY_REFERENCES = {"", "NONREF", "NOREF", "NOTPROVIDED"}
LONGEST = {"payer": 300, "purpose": 1_000, "reference": 80, "payer_account": 64, "payer_tax_id": 20}


class BadStatement(DomainError):
    """This file is no bank statement that can be read."""

    code = "bad_statement"
    field = "file"


@dataclass(frozen=True)
class Line:
    """One movement on our account: `amount` > 0 came in, < 0 went out, in major units. `number`: its line in the
    file, for people. What the bank does not tell is ""."""

    number: int
    on: date
    amount: Decimal
    currency: str
    account: str = ""
    payer: str = ""
    payer_tax_id: str = ""
    payer_account: str = ""
    purpose: str = ""
    reference: str = ""

    @property
    def units(self) -> int:
        """The amount in ledger units. Raises BadStatement, naming the line."""
        try:
            return to_units(self.amount, self.currency)
        except BadAmount as error:
            raise at_line(self.number, str(error)) from None


@dataclass
class Statement:
    """Everything a file tells: its lines in their order, and what looks wrong without being an error."""

    format: str
    lines: list[Line] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def at_line(number: int, problem: str) -> BadStatement:
    """The refusal of a file because of one of its lines."""
    return BadStatement(_("Line %(number)d: %(problem)s") % {"number": number, "problem": problem})


def parse_amount(text: str, number: int) -> Decimal:
    """An amount as banks write it: "1234.56", "1 234,56", "500,", "1.234,56", "1,234.56". Raises BadStatement."""
    compact = re.sub(r"[\s\u00a0\u202f']", "", text).replace("\u2212", "-")
    if "," in compact and "." in compact:
        thousands = "," if compact.rfind(".") > compact.rfind(",") else "."
        compact = compact.replace(thousands, "")
    try:
        amount = Decimal(compact.replace(",", "."))
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or len(compact) > 24:
        raise at_line(number, _("“%s” is not an amount.") % text.strip()[:40])
    return amount


def is_reference(text: str) -> bool:
    """Whether the bank gave the movement a name of its own."""
    return text.strip().upper() not in EMPTY_REFERENCES


def identities(lines: Iterable[Line]) -> list[str]:
    """A name for every line that is the same in every file that holds it: the bank's reference with account, day and
    amount; without one the words too. Lines that are alike are told apart by their place among their like, so that
    the same or an overlapping file gives the same names."""
    seen: Counter = Counter()
    names = []
    for line in lines:
        mark = _fingerprint(line)
        seen[mark] += 1
        names.append(f"{mark}-{seen[mark]}")
    return names


def _fingerprint(line: Line) -> str:
    facts = [line.account, line.on.isoformat(), line.currency, str(line.units)]
    facts += [line.reference] if is_reference(line.reference) else [line.payer_account, line.payer, line.purpose]
    text = "\x1f".join(" ".join(fact.split()).casefold() for fact in facts)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def cut(name: str, text: str) -> str:
    """The words of a line in one line, no longer than their column."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())[: LONGEST[name]]
