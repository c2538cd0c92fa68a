"""One way to read any bank statement: the bytes say what they are. Pure."""

import io

from django.utils.translation import gettext as _

from cpanet.core import charsets
from cpanet.core.files import FileLimits, unpacked
from payouts.bank import csv_file, mt940, ofx, onec
from payouts.bank.lines import BadStatement, Statement

LIMITS = FileLimits(max_bytes=20 * 1024 * 1024, max_unpacked=60 * 1024 * 1024)
MOST_LINES = 50_000


def read_statement(content: bytes, *, currency: str, encoding: str = "") -> Statement:
    """The statement in a file of MT940, 1C, OFX or CSV, plain or packed. `currency`: of files that name none;
    `encoding`: what the person says of it, "" to find out. Raises BadStatement, core.files.FileRefused."""
    with unpacked(io.BytesIO(content), LIMITS) as source:
        text = _text(source.read(), encoding)
    if not text.strip():
        raise BadStatement(_("The file is empty."))
    found = _parse(text, currency)
    if not found.lines:
        raise BadStatement(_("The file holds no movements: choose a period with payments and download it again."))
    if len(found.lines) > MOST_LINES:
        raise BadStatement(_("The file holds more than %d movements: split it.") % MOST_LINES)
    return found


def _parse(text: str, currency: str) -> Statement:
    if onec.looks_like(text):
        return onec.parse(text)
    if ofx.looks_like(text):
        return ofx.parse(text)
    if mt940.looks_like(text):
        return mt940.parse(text)
    if text.lstrip().startswith(("<", "%PDF", "{")) or "\x00" in text:
        raise BadStatement(_("This is not a bank statement of a known kind: MT940, 1C text, OFX or CSV."))
    return csv_file.parse(text, currency=currency)


def _text(content: bytes, encoding: str) -> str:
    names = [charsets.require(encoding)] if encoding else charsets.choose(content[:4096], fallback=_fallback(content))
    source = io.BytesIO(content)
    return "".join(charsets.decoded(source, charsets.first_fitting(source, names)))


def _fallback(content: bytes) -> str:
    """1C files say “DOS” or “Windows”; old MT940 and OFX are western, other tables of our banks are Cyrillic."""
    head = content[:4096]
    if "Кодировка=DOS".encode("cp866") in head:
        return "cp866"
    is_western = b":60F:" in head or b":20:" in head or b"CHARSET:1252" in head
    return "cp1252" if is_western else "cp1251"
