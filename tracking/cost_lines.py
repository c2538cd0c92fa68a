"""What a webmaster tells of his costs, as plain lines; and the CSV file they come in. Pure.

A file has a heading: `day`, `cost`, at least one of `offer`, `link`, `sub1` … `sub10`, and perhaps `currency`.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError

MOST_LINES = 10_000
MOST_BYTES = 2 * 1024 * 1024
MARKS = tuple(f"sub{number}" for number in range(1, 11))
_NAMES = {"date": "day", "amount": "cost", "spent": "cost", "spend": "cost", "offer_id": "offer", "link_id": "link"}
_KNOWN = {"day", "cost", "currency", "offer", "link", *MARKS}
_DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


@dataclass(frozen=True)
class CostLine:
    """One line. `offer` is a number or a name, `link` a number or a code, "" for none; `mark` names a sub-id."""

    number: int
    day: date
    offer: str
    link: str
    mark: str
    value: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line, in which column ("" for the line as a whole)."""

    number: int
    column: str
    text: str


class BadCosts(DomainError):
    """Nothing was taken over: correct the lines named here and send them again."""

    code = "bad_costs"
    field = "file"

    def __init__(self, errors: list[LineError]):
        self.errors = sorted(errors, key=lambda error: error.number)
        first = self.errors[0]
        more = _(" (and %d more)") % (len(errors) - 1) if len(errors) > 1 else ""
        super().__init__(_("Line %(line)d: %(text)s") % {"line": first.number, "text": first.text} + more)


def read_file(data: bytes) -> list[CostLine]:
    """The lines of a CSV file: UTF-8, divided by comma, semicolon or tab. Raises BadCosts naming lines as an editor
    counts them, the heading being line 1."""
    rows = list(csv.reader(io.StringIO(_text(data)), delimiter=_delimiter(data)))
    heading = _heading(rows[0] if rows else [])
    if len(rows) > MOST_LINES + 1:
        raise BadCosts([LineError(MOST_LINES + 2, "", _("A file may have %d lines at most.") % MOST_LINES)])
    errors: list[LineError] = []
    lines = [line for line in _lines(rows[1:], heading, errors) if line]
    if errors:
        raise BadCosts(errors)
    if not lines:
        raise BadCosts([LineError(2, "", _("There are no lines below the heading."))])
    return lines


def _text(data):
    if len(data) > MOST_BYTES:
        raise BadCosts([LineError(1, "", _("The file is larger than 2 MB: split it."))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadCosts([LineError(line, "", _("This is not UTF-8: save the file as “CSV UTF-8”."))]) from None
    if "\x00" in text:
        raise BadCosts([LineError(text[: text.index("\x00")].count("\n") + 1, "", _("This is not a text file."))])
    return text


def _delimiter(data):
    first = data.split(b"\n", 1)[0].decode("utf-8", "replace")
    return max(",;\t", key=first.count)


def _heading(cells) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    names = [_NAMES.get(name, name) for name in names]
    unknown = [name for name in names if name not in _KNOWN]
    missing = [name for name in ("day", "cost") if name not in names]
    if unknown or missing or len(set(names)) < len(names) or not set(names) - {"day", "cost", "currency"}:
        said = _("The heading must name the columns day, cost and at least one of offer, link, sub1 … sub10; currency "
                 "may follow. It says: %s.")  # fmt: skip
        raise BadCosts([LineError(1, "", said % (", ".join(cells)[:200] or "—"))])
    return names


def _lines(rows, heading, errors) -> Iterator[CostLine | None]:
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(heading):
            said = _("%(found)d cells, but the heading has %(wanted)d.") % {"found": len(cells), "wanted": len(heading)}
            errors.append(LineError(number, "", said))
            continue
        values = dict(zip(heading, [*cells, *[""] * (len(heading) - len(cells))], strict=True))
        yield _line(number, values, errors)


def _line(number, values, errors):
    values = {name: value.strip() for name, value in values.items()}
    day, amount = _day(values["day"]), _amount(values["cost"])
    marks = [name for name in MARKS if values.get(name)]
    faults = []
    if day is None:
        faults.append(("day", _("“%s” is not a day: write it like 2026-11-30.") % values["day"][:40]))
    if amount is None:
        faults.append(("cost", _("“%s” is not an amount: write it like 12.34.") % values["cost"][:40]))
    if len(marks) > 1:
        faults.append((marks[1], _("Give one sub-id for each line.")))
    errors += [LineError(number, column, text) for column, text in faults]
    if faults:
        return None
    mark = marks[0] if marks else ""
    return CostLine(number, day, values.get("offer", ""), values.get("link", ""), mark, values.get(mark, ""), amount,
                    values.get("currency", "").upper())  # fmt: skip


def _day(text) -> date | None:
    for pattern in _DAY_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _amount(text) -> Decimal | None:
    text = text.replace("\u00a0", "").replace(" ", "")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
