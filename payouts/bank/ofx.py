"""OFX, as SGML (version 1) and as XML (version 2). Pure.

It is read tag by tag: nothing is loaded, no entity is expanded.
"""

import html
import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from payouts.bank.lines import BadStatement, Line, Statement, at_line, cut, parse_amount

FORMAT = "ofx"
_TAG = re.compile(r"<(/?)([A-Za-z0-9._]+)[^<>]*>([^<]*)")


def looks_like(text: str) -> bool:
    """Whether the head or the outermost tag is there."""
    head = text.lstrip("\ufeff \r\n")[:4_000].upper()
    return head.startswith("OFXHEADER") or "<OFX>" in head or "<?OFX" in head


def parse(text: str) -> Statement:
    """Every transaction of every account of the file. Raises BadStatement."""
    found, account, currency, fields, start = Statement(FORMAT), "", "", None, 0
    for number, is_end, tag, value in _tags(text):
        if tag == "STMTTRN":
            if fields is not None and not is_end:
                raise at_line(number, _("the transaction that begins in line %d has no end.") % start)
            if is_end and fields is not None:
                found.lines.append(_line(start, fields, account, currency))
            fields, start = (None, 0) if is_end else ({}, number)
        elif fields is not None and value:
            fields.setdefault(tag, (number, value))
        elif is_end:
            continue
        elif tag == "CURDEF":
            currency = value.upper()
        elif tag == "ACCTID":
            account = "".join(value.split())
    if fields is not None or not re.search(r"</OFX\s*>", text, re.IGNORECASE):
        raise BadStatement(_("The file breaks off: its last tag (</OFX>) is missing. Download it again."))
    return found


def _tags(text: str) -> Iterator[tuple[int, bool, str, str]]:
    number, read_to = 1, 0
    for match in _TAG.finditer(text):
        number += text.count("\n", read_to, match.start())
        read_to = match.start()
        yield number, bool(match[1]), match[2].upper(), html.unescape(match[3]).strip()


def _line(start: int, fields: dict[str, tuple[int, str]], account: str, currency: str) -> Line:
    for needed in ("DTPOSTED", "TRNAMT"):
        if needed not in fields:
            raise at_line(start, _("the transaction has no %s.") % needed)

    def value(name):
        return fields.get(name, (0, ""))[1]

    code = value("CURSYM").upper() or currency
    if not code:
        raise at_line(start, _("the file names no currency (CURDEF) before this transaction."))
    return Line(
        number=start,
        on=_day(*fields["DTPOSTED"]),
        amount=parse_amount(value("TRNAMT"), fields["TRNAMT"][0]),
        currency=code,
        account=account,
        payer=cut("payer", value("NAME")),
        payer_account=cut("payer_account", value("ACCTID")),
        purpose=cut("purpose", value("MEMO")),
        reference=cut("reference", value("FITID") or value("REFNUM")),
    )


def _day(number: int, text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise at_line(number, _("“%s” is not a date.") % text[:20]) from None
