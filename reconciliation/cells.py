"""One cell of a statement → one value. What does not parse is an error with its raw text, never a zero."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cpanet.core.currencies import code_of

MAX_ID = 200
MAX_AMOUNT = Decimal(10) ** 12
_DAMAGED = re.compile(r"\d+([.,]\d+)?[eE]\+\d+|\d+[.,]\d+[eE]\d+|\d+[.,]0+")
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’]+")
_AMOUNT = re.compile(r"([^\d.,+()-]*)([+-]?[\d.,]+)([^\d.,+()-]*\.?)", re.ASCII)
_NUMBER = {
    ".": re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII),
    ",": re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?", re.ASCII),
}
_GLUE_ZONE = re.compile(r"(\d)\s+(?=(?:[+-]\d{2}:?\d{2}|Z)$)")
_DAY_MONTH = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[,T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_UNIX = re.compile(r"(\d{10})(\d{3})?", re.ASCII)


class BadCell(Exception):
    """A cell cannot be read; the text says which, what stands there and why."""


def clean_id(text: str) -> str:
    """An id as text. Raises BadCell for one that a spreadsheet has damaged (1.0E+12, 123456.0)."""
    text = text.strip()
    if _DAMAGED.fullmatch(text):
        raise BadCell(
            _("The id “%s” was damaged by a spreadsheet: export the column as text, or choose another one.") % text[:40]
        )
    if len(text) > MAX_ID:
        raise BadCell(_("The id is longer than %d characters.") % MAX_ID)
    return text


def normal_order_id(text: str, *, strip_leading_zeros: bool = False) -> str:
    """For comparing only: no spaces, no leading #, no case; leading zeros go only where the advertiser says so."""
    found = "".join(text.split()).lstrip("#").casefold()
    return (found.lstrip("0") or "0") if strip_leading_zeros and found else found


def parse_currency(text: str) -> str:
    """ISO code; "" for an empty cell. Raises BadCell."""
    code = code_of(text)
    if text.strip() and not code:
        raise BadCell(_("The currency “%s” is not known.") % text.strip()[:20])
    return code


def parse_amount(text: str, decimal_separator: str = ".") -> tuple[Decimal | None, str]:
    """Amount and the currency written beside it ("" if none); (None, "") for an empty cell.

    The other separator may only group thousands. Raises BadCell for everything else: "12,5" with separator "." is an
    error and not 125."""
    shown = text.strip()[:40]
    if not shown:
        return None, ""
    found = _AMOUNT.fullmatch(_SPACES.sub("", text))
    if not found or not _NUMBER[decimal_separator].fullmatch(found[2]):
        raise BadCell(
            _("The amount “%(text)s” is not a number with “%(sign)s” before the cents.")
            % {"text": shown, "sign": decimal_separator}
        )
    grouping = "," if decimal_separator == "." else "."
    amount = Decimal(found[2].replace(grouping, "").replace(decimal_separator, "."))
    if abs(amount) > MAX_AMOUNT:
        raise BadCell(_("The amount “%s” is too large.") % shown)
    return amount, parse_currency(found[1] or found[3])


def parse_when(text: str, zone: str = "UTC", *, day_first: bool = True) -> datetime | None:
    """An aware moment in UTC; None for an empty cell. Times without a zone are in `zone`; a date is its midnight.
    `day_first` decides 03/04/2026. Raises BadCell."""
    text = text.strip()
    if not text:
        return None
    try:
        moment = _moment(text, day_first)
        local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell(_("The date “%s” is not known: write it like 2026-11-22 14:30.") % text[:40]) from None


def _moment(text: str, day_first: bool) -> datetime:
    unix = _UNIX.fullmatch(text)
    if unix:
        return datetime.fromtimestamp(int(unix[1]), UTC)
    parts = _DAY_MONTH.fullmatch(text)
    if parts:
        first, second, year, *clock = (int(part or 0) for part in parts.groups())
        day, month = (first, second) if day_first else (second, first)
        return datetime(year, month, day, *clock)  # noqa: DTZ001 - the zone is put on by the caller
    return datetime.fromisoformat(_GLUE_ZONE.sub(r"\1", text.replace("/", "-").removesuffix(" UTC")))
