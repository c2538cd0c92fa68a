"""What became of payouts, as a file says it: CSV with payout, outcome, reason. Pure: bytes → rows."""

import csv
import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cpanet.core.errors import DomainError

MOST_BYTES = 1024 * 1024
MOST_ROWS = 2_000
OUTCOMES = ("paid", "failed", "returned", "unknown")
NEEDS_REASON = ("failed", "returned", "unknown")
HEADS = {"payout", "id", "payout id", "payout_id", "outcome", "status"}


class BadResultFile(DomainError):
    """This file cannot be read."""

    code = "bad_result_file"
    field = "file"


@dataclass(frozen=True)
class ResultRow:
    """One line: the payout as it is named there (public id or number), its outcome, and what is wrong with the line."""

    line: int
    payout: str
    outcome: str
    reason: str = ""
    problem: str = ""


def read_results(content: bytes) -> list[ResultRow]:
    """The rows of a result file: UTF-8 or Windows-1251, commas, semicolons or tabs, a head if it likes.

    Lines that cannot be understood come with their problem. Raises BadResultFile when the whole file cannot.
    """
    if len(content) > MOST_BYTES:
        raise BadResultFile(gettext_lazy("The file is larger than one megabyte."))
    text = _decoded(content)
    if "\0" in text:
        raise BadResultFile(gettext_lazy("This is no CSV file: save the sheet as CSV."))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        lines = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1)]
    except csv.Error as error:
        raise BadResultFile(gettext_lazy("This is no CSV file: %s.") % error) from None
    rows = [_row(number, [cell.strip() for cell in cells]) for number, cells in lines if any(map(str.strip, cells))]
    if rows and rows[0].payout.lower() in HEADS:
        rows = rows[1:]
    if not rows:
        raise BadResultFile(gettext_lazy("The file has no lines: write payout, outcome, reason."))
    if len(rows) > MOST_ROWS:
        raise BadResultFile(gettext_lazy("The file has more than %d lines.") % MOST_ROWS)
    return rows


def _decoded(content):
    for name in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    raise BadResultFile(gettext_lazy("The file is neither UTF-8 nor Windows-1251."))


def _row(number, cells):
    payout, outcome, reason = (*cells, "", "", "")[:3]
    outcome, reason = outcome.lower(), reason[:300]
    problem = ""
    if outcome not in OUTCOMES:
        problem = _("The outcome is one of %s.") % ", ".join(OUTCOMES)
    elif outcome in NEEDS_REASON and not reason:
        problem = _("Say why: the webmaster will read it.")
    return ResultRow(number, payout.lstrip("'#")[:60], outcome[:20], reason, problem)


def as_csv(rows: list[ResultRow]) -> str:
    """The rows as a file that `read_results` reads the same way."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("payout", "outcome", "reason"), *((r.payout, r.outcome, r.reason) for r in rows)])
    return out.getvalue()
