"""MT940, the customer statement of SWIFT. Pure."""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from payouts.bank.lines import BadStatement, Line, Statement, at_line, cut, is_reference, parse_amount

FORMAT = "mt940"
_TAG = re.compile(r":(\d{2}[A-Z]?):(.*)")
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d,.]*\d[\d,.]*)")
# Value date, entry date (some banks leave blanks), mark, funds code, amount, type, references.
_MOVEMENT = re.compile(
    r"(?P<on>\d{6})(?P<entry>\d{4}|\s{4})?\s*(?P<mark>R[CD]|E[CD]|C|D)(?P<funds>[A-Z])?(?P<amount>\d[\d,.]*)"
    r"(?:[A-Z][A-Z0-9]{3})?(?P<own>.*?)(?://(?P<bank>.*))?"
)
_GERMAN = re.compile(r"[?>](\d{2})")
_NAMED = re.compile(
    r"/(NAME|REMI|IBAN|ORDP|BENM|TRCD|EREF|BIC|CSID|MARF|ISDT|PREF|RTRN|SVCL|ADDR|INN)/|(NAAM|REK|NAME|IBAN): ?"
)
_NAMES = {"NAME": "payer", "NAAM": "payer", "REMI": "purpose", "IBAN": "payer_account", "REK": "payer_account"}
_NAMES["INN"] = "payer_tax_id"
Tag = tuple[int, str, str]


def looks_like(text: str) -> bool:
    """Whether the text has the two tags that no MT940 is without."""
    return bool(re.search(r"^:20:", text, re.MULTILINE) or re.search(r"^:60[FM]:", text, re.MULTILINE))


def parse(text: str) -> Statement:
    """Every movement of every statement in the file. Raises BadStatement."""
    found = Statement(FORMAT)
    account, currency, balance = "", "", None
    tags = list(_tags(text))
    for place, (number, tag, value) in enumerate(tags):
        if tag == "25":
            account = "".join(value.split())
        elif tag in ("60F", "60M"):
            currency, balance = _balance(number, value)
        elif tag == "61":
            if not currency:
                raise at_line(number, _("a movement stands before the opening balance (:60F:)."))
            line = _line(number, value, _words(tags, place), account, currency)
            found.lines.append(line)
            balance += line.amount
        elif tag in ("62F", "62M"):
            _compare(found, number, value, balance)
    if not any(tag in ("60F", "60M") for _number, tag, _value in tags):
        raise BadStatement(_("There is no opening balance (:60F:) in the file: this is no MT940."))
    return found


def _tags(text: str) -> Iterator[Tag]:
    """(line number, tag, value with its continuation lines)."""
    current: list | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _TAG.match(line):
            if current:
                yield tuple(current)
            current = [number, match[1], match[2]]
        elif current and line.strip() not in ("-", "-}", ""):
            current[2] += "\n" + line
    if current:
        yield tuple(current)


def _balance(number: int, value: str) -> tuple[str, Decimal]:
    match = _BALANCE.match(value)
    if not match:
        raise at_line(number, _("“%s” is not a balance.") % value[:40])
    amount = parse_amount(match[4], number)
    return match[3], amount if match[1] == "C" else -amount


def _compare(found: Statement, number: int, value: str, balance: Decimal | None) -> None:
    closing = _balance(number, value)[1]
    if balance is not None and closing != balance:
        words = _("Line %(number)d: the movements lead to a balance of %(sum)s, the bank says %(closing)s.")
        found.warnings.append(words % {"number": number, "sum": balance, "closing": closing})


def _words(tags: list[Tag], place: int) -> str:
    """The :86: that belongs to the movement at `place`."""
    following = tags[place + 1] if place + 1 < len(tags) else None
    return following[2] if following and following[1] == "86" else ""


def _line(number: int, value: str, words: str, account: str, currency: str) -> Line:
    head, _break, extra = value.partition("\n")
    match = _MOVEMENT.fullmatch(head.rstrip())
    if not match:
        raise at_line(number, _("“%s” is not a movement (:61:).") % head[:60])
    amount = parse_amount(match["amount"], number)
    came_in = match["mark"] in ("C", "RD", "EC")
    bank, own = (match["bank"] or "").strip(), match["own"].strip()
    told = _told(words)
    return Line(
        number=number,
        on=_day(number, match["on"]),
        amount=amount if came_in else -amount,
        currency=currency,
        account=account,
        payer=cut("payer", told.get("payer", "")),
        payer_tax_id=cut("payer_tax_id", told.get("payer_tax_id", "")),
        payer_account=cut("payer_account", told.get("payer_account", "")),
        purpose=cut("purpose", told.get("purpose", "") or extra),
        reference=cut("reference", bank if is_reference(bank) else own),
    )


def _day(number: int, text: str) -> date:
    """YYMMDD. Banks that count months of thirty days write 30 February: its last day is meant."""
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise at_line(number, _("“%s” is not a date.") % text)
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _told(words: str) -> dict[str, str]:
    """What the :86: says of payer and purpose, in the ways of the banks: ?20…, /NAME/…, "NAAM: …", or free words."""
    joined = words.replace("\n", "")
    if _GERMAN.search(joined):
        return _numbered(joined)
    named = list(_NAMED.finditer(words))
    if not named:
        return {"purpose": words}
    told = {"purpose": words[: named[0].start()]} if named[0].start() else {}
    for match, following in zip(named, [*named[1:], None], strict=True):
        if name := _NAMES.get(match[1] or match[2]):
            text = words[match.end() : following.start() if following else None].strip(" /\n")
            told[name] = f"{told.get(name, '')} {text}".strip()
    return told


def _numbered(words: str) -> dict[str, str]:
    parts = _GERMAN.split(words)
    fields = list(zip(parts[1::2], parts[2::2], strict=True))

    def joined(*wanted):
        return "".join(text for key, text in fields if key in wanted)

    purpose = joined(*(str(key) for key in (*range(20, 30), *range(60, 64))))
    return {"payer": joined("32", "33"), "payer_account": joined("31"), "purpose": purpose or joined("00")}
