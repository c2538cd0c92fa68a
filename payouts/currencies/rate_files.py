"""Reading files of exchange rates: the European Central Bank's, the Bank of Russia's, and plain CSV. Pure.

Sources: https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml (1 EUR = `rate` of each currency, UTF-8);
https://www.cbr.ru/scripts/XML_daily.asp (`Nominal` of each currency = `Value` RUB, decimal comma, windows-1251).
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from lxml import etree

from cpanet.core.errors import DomainError
from cpanet.core.money import is_currency

MAX_BYTES = 2 * 1024 * 1024
CSV_HEAD = ["date", "base", "currency", "base_amount", "currency_amount"]
_EXAMPLE_DAY = date(2026, 11, 20)
_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": False}
_NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{1,12})?")


class BadRates(DomainError):
    """This file holds no rates that can be read."""

    code = "bad_rates"
    field = "file"


@dataclass(frozen=True)
class FoundRate:
    """`base_amount` of `base` are worth `currency_amount` of `currency`, both in major units and above zero."""

    base: str
    currency: str
    base_amount: Decimal
    currency_amount: Decimal


@dataclass(frozen=True)
class RateTable:
    """All rates that one `source` ("ecb", "cbr", "file") gives for one day; one base in each table."""

    source: str
    day: date
    rates: tuple[FoundRate, ...]


def read_rates(content: bytes) -> RateTable:
    """The rates in a file. Raises BadRates, which says where and what."""
    if len(content) > MAX_BYTES:
        raise BadRates(_("A file of rates has at most 2 MB."))
    if not content.strip():
        raise BadRates(_("The file is empty: choose one that holds rates."))
    table = _from_xml(content) if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else _from_csv(content)
    if not table.rates:
        raise BadRates(_("No rate of a currency we know is in this file: currencies are three letters, such as EUR."))
    return table


def _from_xml(content: bytes) -> RateTable:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadRates(_("A file of rates has no DOCTYPE: this is not one of the ECB or the Bank of Russia."))
    try:
        root = etree.fromstring(content, etree.XMLParser(**_PARSER))
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise BadRates(
            _("The XML is broken: %s. Get the file anew and upload it unchanged.") % str(error)[:200]
        ) from None
    if root.tag == "ValCurs":
        return _of_bank_of_russia(root)
    cubes = root.findall(".//{*}Cube[@time]")
    if not cubes:
        raise BadRates(_("This XML is neither of the European Central Bank nor of the Bank of Russia."))
    return _of_ecb(max(cubes, key=lambda cube: cube.get("time")))


def _of_ecb(cube) -> RateTable:
    day = _day(cube.get("time"), "%Y-%m-%d")
    rates = [_rate("EUR", each.get("currency"), "1", each.get("rate")) for each in cube.findall("{*}Cube[@currency]")]
    return RateTable("ecb", day, _known(rates))


def _of_bank_of_russia(root) -> RateTable:
    day = _day(root.get("Date"), "%d.%m.%Y")
    rates = [
        _rate("RUB", each.findtext("CharCode"), each.findtext("Value"), each.findtext("Nominal"))
        for each in root.findall("Valute")
    ]
    return RateTable("cbr", day, _known(rates))


def _from_csv(content: bytes) -> RateTable:
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise BadRates(
            _(
                "This is neither XML nor CSV in UTF-8: upload the file of the European Central Bank or the Bank of "
                "Russia as it is, or save your table as “CSV UTF-8”."
            )
        ) from None
    _check_head([name.strip().lower() for name in lines[0]] if lines else [])
    rows = [(number, cells) for number, cells in enumerate(lines[1:], 2) if any(cell.strip() for cell in cells)]
    found = [_csv_line(number, cells) for number, cells in rows]
    _check_alike(found)
    return RateTable("file", found[0][1] if found else date.min, _known([rate for _number, _day, rate in found]))


def _check_head(names: list[str]) -> None:
    if names == CSV_HEAD:
        return
    missing = [name for name in CSV_HEAD if name not in names]
    if not missing or len(missing) == len(CSV_HEAD):
        words = _("Line 1 is “%(found)s”. The first line must be, with commas between: %(wanted)s")
        raise BadRates(words % {"found": ",".join(names)[:60], "wanted": ",".join(CSV_HEAD)})
    words = _("Line 1: there is no column %(missing)s. The first line must be: %(wanted)s")
    raise BadRates(words % {"missing": ", ".join(f"“{name}”" for name in missing), "wanted": ",".join(CSV_HEAD)})


def _csv_line(number: int, cells: list[str]) -> tuple[int, date, FoundRate]:
    if len(cells) != len(CSV_HEAD):
        words = _("Line %(number)d has %(found)d columns instead of %(wanted)d: write %(head)s, with commas between.")
        numbers = {"number": number, "found": len(cells), "wanted": len(CSV_HEAD)}
        raise BadRates(words % {**numbers, "head": ",".join(CSV_HEAD)})
    day, base, currency, base_amount, currency_amount = (cell.strip() for cell in cells)
    where = _("Line %d") % number
    return number, _day(day, "%Y-%m-%d", where), _rate(base, currency, base_amount, currency_amount, where)


def _check_alike(found: list[tuple[int, date, FoundRate]]) -> None:
    for number, day, rate in found:
        if (day, rate.base) != (found[0][1], found[0][2].base):
            words = _(
                "Line %d differs: one file holds the rates of one day and one base. Upload the others on their own."
            )
            raise BadRates(words % number)


def _day(text: str | None, form: str, where="") -> date:
    try:
        return datetime.strptime(text or "", form).date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        example = _EXAMPLE_DAY.strftime(form)
        words = _("%(where)s“%(text)s” is not the day of a table of rates: write it like %(example)s.")
        raise BadRates(words % {"where": where and f"{where}: ", "text": str(text)[:40], "example": example}) from None


def _rate(base, currency, base_amount, currency_amount, where=None) -> FoundRate:
    where = where or str(currency or "?")[:10]
    return FoundRate(
        (base or "").upper(), (currency or "").strip().upper(), _number(base_amount, where),
        _number(currency_amount, where),
    )  # fmt: skip


def _number(text, where) -> Decimal:
    text = "".join((text or "").split())
    value = Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else Decimal(0)
    if value <= 0:
        words = _("%(where)s: “%(text)s” is no number above zero. Write it like 1.0854, with 12 digits at most.")
        raise BadRates(words % {"where": where, "text": text[:40]})
    return value


def _known(rates) -> tuple[FoundRate, ...]:
    """Those of currencies the ledger can keep; a central bank also tells of gold and of special drawing rights."""
    known = [rate for rate in rates if is_currency(rate.base) and is_currency(rate.currency)]
    twice = {rate.currency for rate in known if [other.currency for other in known].count(rate.currency) > 1}
    if twice:
        raise BadRates(_("There are two rates of %s: leave one of them out.") % sorted(twice)[0])
    return tuple(rate for rate in known if rate.currency != rate.base)
