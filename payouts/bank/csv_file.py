"""A bank's CSV, whatever its delimiter: the head row is found by the names of its columns. Pure."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from payouts.bank.lines import BadStatement, Line, Statement, at_line, cut, parse_amount

FORMAT = "csv"
HEAD_WITHIN = 30  # rows: banks put their own name and the period above the table
NAMES = {
    "on": "date|booking date|value date|transaction date|posted|дата|дата операции|дата проводки|tarih|işlem tarihi|"
    "valör",
    "amount": "amount|sum|transaction amount|сумма|сумма операции|tutar|işlem tutarı|betrag",
    "credit": "credit|paid in|money in|deposit|приход|кредит|поступление|сумма по кредиту|alacak|haben",
    "debit": "debit|paid out|money out|withdrawal|расход|дебет|списание|сумма по дебету|borç|soll",
    "currency": "currency|валюта|döviz|para birimi|währung",
    "payer": "payer|name|counterparty|from|sender|плательщик|контрагент|наименование контрагента|gönderen|"
    "karşı taraf|auftraggeber",
    "payer_tax_id": "tax id|tax number|vat|inn|инн|инн плательщика|инн контрагента|vergi no|vkn",
    "payer_account": "iban|account|payer account|counterparty account|счет плательщика|счёт плательщика|"
    "счет контрагента|hesap",
    "purpose": "purpose|description|details|memo|payment details|narrative|назначение платежа|назначение|описание|"
    "açıklama|verwendungszweck",
    "reference": "reference|id|transaction id|bank reference|номер|номер документа|№|referans|dekont no|fiş no",
}
ALIASES = {alias: name for name, aliases in NAMES.items() for alias in aliases.split("|")}
ORDERS = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y/%m/%d", "dmy2": "%d/%m/%y"}
Row = tuple[int, list[str]]


def parse(text: str, *, currency: str) -> Statement:
    """Every row under the head. `currency` is that of rows that name none. Raises BadStatement."""
    rows = list(_rows(text))
    columns, rest = _head(rows)
    found = Statement(FORMAT)
    body = [(number, _named(columns, cells)) for number, cells in rest]
    body = [(number, cells) for number, cells in body if _is_movement(cells)]
    order = _order([(number, cells["on"]) for number, cells in body])
    for number, cells in body:
        found.lines.append(_line(number, cells, order, currency))
    return found


def _rows(text: str) -> Iterator[Row]:
    sample = text[:20_000]
    delimiter = Counter({sign: sample.count(sign) for sign in (";", "\t", ",", "|")}).most_common(1)[0][0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise at_line(reader.line_num, str(error)) from None


def _head(rows: list[Row]) -> tuple[dict[str, int], list[Row]]:
    for place, (_number, cells) in enumerate(rows[:HEAD_WITHIN]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(cells):
            name = ALIASES.get(" ".join(cell.strip("\ufeff *:").casefold().split()))
            if name:
                columns.setdefault(name, column)
        if "on" in columns and columns.keys() & {"amount", "credit"}:
            return columns, rows[place + 1 :]
    raise BadStatement(
        _("No row of the file names its columns: one column must be called “Date”, another “Amount” or “Credit”.")
    )


def _named(columns, cells):
    return {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}


def _is_movement(cells):
    """A row of totals has a word where others have their day."""
    has_day = any(letter.isdigit() for letter in cells.get("on", ""))
    return has_day and any(cells.get(name) for name in ("amount", "credit", "debit"))


def _line(number: int, cells: dict[str, str], order: str, currency: str) -> Line:
    texts = ("payer", "payer_tax_id", "payer_account", "purpose", "reference")
    return Line(
        number=number,
        on=_day(number, cells["on"], order),
        amount=_amount(number, cells),
        currency=cells.get("currency", "").upper() or currency,
        **{name: cut(name, cells.get(name, "")) for name in texts},
    )


def _amount(number: int, cells: dict[str, str]) -> Decimal:
    """The signed amount; of two columns the one that is filled."""
    if cells.get("amount"):
        return parse_amount(cells["amount"], number)
    credit = parse_amount(cells.get("credit") or "0", number)
    return credit if credit else -abs(parse_amount(cells.get("debit") or "0", number))


def _plain_day(text: str) -> str:
    day = re.split(r"[ T]", text.strip())[0]
    return re.sub(r"[.\-]", "/", day)


def _order(days: list[tuple[int, str]]) -> str:
    """The one way of writing dates that fits every row; day before month where both do. Raises BadStatement."""
    for order in ORDERS.values():
        if all(_read(text, order) for _number, text in days):
            return order
    number, text = next((number, text) for number, text in days if not _read(text, ORDERS["dmy"]))
    raise at_line(number, _("“%s” is not a date, or the file writes its dates in several ways.") % text[:30])


def _read(text: str, order: str) -> date | None:
    try:
        return datetime.strptime(_plain_day(text), order).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _day(number: int, text: str, order: str) -> date:
    day = _read(text, order)
    if day is None or not 1990 <= day.year <= 2100:
        raise at_line(number, _("“%s” is not a date.") % text[:30])
    return day
