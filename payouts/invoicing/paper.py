"""An invoice or credit note as PDF and as XLSX. Pure: everything is given as words and units."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from cpanet.core.money import format_money, to_decimal
from cpanet.core.pdf import Document, Pairs

WIDTHS = (60, 12, 20)
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class PaperLine:
    """So many leads of one offer and goal, for so much (units)."""

    title: str
    leads: int
    amount: int


@dataclass(frozen=True)
class PaperRow:
    """One lead behind a figure."""

    lead: str
    order_id: str
    offer: str
    goal: str
    decided: str
    amount: int


@dataclass(frozen=True)
class Paper:
    """Everything that stands on it. `since`, `last`: the first and the last day; `parties`: seller and buyer as
    (heading, pairs); amounts are units of `currency`."""

    title: str
    number: str
    is_draft: bool
    currency: str
    since: date
    last: date
    issued: date | None
    due: date | None
    total: int
    payable: int
    parties: tuple[tuple[str, Pairs], ...]
    note: str = ""
    lines: list[PaperLine] = field(default_factory=list)

    @property
    def facts(self) -> Pairs:
        """The head of the paper, line by line."""
        days = {_("Issued"): self.issued, _("To be paid by"): self.due}
        period = f"{self.since.isoformat()} – {self.last.isoformat()}"
        told = [(name, day.isoformat()) for name, day in days.items() if day]
        return [(_("Period"), period), *told, (_("Currency"), self.currency), (_("Note"), self.note)]


def as_pdf(paper: Paper) -> bytes:
    """One A4 document."""
    heading = f"{paper.title} {paper.number}".strip()
    made = Document(heading, subtitle=_("Draft – not issued") if paper.is_draft else "", footer=heading)
    made.columns(*paper.parties)
    made.facts(paper.facts)
    rows = [[line.title, str(line.leads), _money(paper, line.amount)] for line in paper.lines]
    made.table([_("For"), _("Leads"), _("Amount")], rows, numeric=(1, 2), widths=(6, 1.2, 2))
    totals = [(_("Total"), _money(paper, paper.total))]
    if paper.payable != paper.total and paper.payable:
        totals.append((_("To be paid, in whole coins"), format_money(paper.payable, paper.currency)))
    made.totals(totals)
    return made.content()


def _money(paper, units):
    return format_money(units, paper.currency, exact=True)


def as_xlsx(paper: Paper, rows: Iterable[PaperRow]) -> bytes:
    """Two sheets: the paper, and the lead behind every figure. Words are words, whatever they begin with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    bold = book.add_format({"bold": True})
    number = book.add_format({"num_format": "#,##0.00##"})
    _fill_paper(book.add_worksheet(_("Invoice")[:31]), paper, bold, number)
    _fill_rows(book.add_worksheet(_("Leads")[:31]), paper, rows, bold, number)
    book.close()
    return out.getvalue()


def _fill_paper(sheet, paper, bold, number):
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, f"{paper.title} {paper.number}".strip(), bold)
    place = 1
    for heading, pairs in (*paper.parties, ("", paper.facts)):
        told = [(heading, "")] if heading else []
        for name, value in [*told, *((name, value) for name, value in pairs if value)]:
            place += 1
            sheet.write_string(place, 0, name, None if value else bold)
            sheet.write_string(place, 1, value)
    place += 2
    for column, name in enumerate((_("For"), _("Leads"), _("Amount"))):
        sheet.write_string(place, column, name, bold)
    for line in paper.lines:
        place += 1
        sheet.write_string(place, 0, line.title)
        sheet.write_number(place, 1, line.leads)
        sheet.write_number(place, 2, to_decimal(line.amount, paper.currency), number)
    sheet.write_string(place + 1, 0, _("Total"), bold)
    sheet.write_number(place + 1, 2, to_decimal(paper.total, paper.currency), number)


def _fill_rows(sheet, paper, rows, bold, number):
    head = (_("Lead"), _("Order id"), _("Offer"), _("Goal"), _("Decided"), _("Amount"))
    for column, name in enumerate(head):
        sheet.set_column(column, column, 30 if column < 4 else 18)
        sheet.write_string(0, column, name, bold)
    for place, row in enumerate(rows, start=1):
        for column, text in enumerate((row.lead, row.order_id, row.offer, row.goal, row.decided)):
            sheet.write_string(place, column, text)
        sheet.write_number(place, 5, to_decimal(row.amount, paper.currency), number)
