"""Invoices as pages and papers want them."""

from datetime import timedelta

from django.utils.translation import gettext as _

from payouts.invoicing.paper import Paper, PaperLine, PaperRow
from payouts.models import Invoice, InvoiceRow


def invoices():
    """Every invoice and credit note, newest first, with its advertiser."""
    return Invoice.objects.select_related("advertiser", "cancels", "made_by")


def rows_of(invoice: Invoice, line_id: int | None = None):
    """The leads behind an invoice or one of its lines."""
    rows = InvoiceRow.objects.filter(line__invoice=invoice)
    rows = rows.filter(line=line_id) if line_id else rows
    return rows.select_related("conversion__offer", "conversion__goal", "line").order_by("pk")


def paper_of(invoice: Invoice) -> Paper:
    """What stands on it."""
    total = invoice.total
    return Paper(
        title=str(invoice.get_kind_display()), number=invoice.number_text, is_draft=invoice.status == "draft",
        currency=invoice.currency, since=invoice.since, last=invoice.until - timedelta(days=1),
        issued=invoice.issued_at.date() if invoice.issued_at else None, due=invoice.due_date, total=total,
        payable=invoice.payable, parties=_parties(invoice), note=_note(invoice),
        lines=[PaperLine(_title(line), line.leads, line.amount) for line in invoice.lines(manager="objects").all()],
    )  # fmt: skip


def _note(invoice):
    words = _("Cancels %s") % invoice.cancels if invoice.cancels_id else ""
    return " · ".join(text for text in (words, invoice.note) if text)


def _title(line):
    return _("%s (correction)") % line.title if line.is_correction else line.title


def _parties(invoice):
    return ((_("From"), _pairs(invoice.seller)), (_("To"), _pairs(invoice.buyer) or [("", invoice.advertiser.name)]))


def _pairs(party):
    names = (
        ("legal_name", ""), ("tax_id", _("Tax number")), ("address", _("Address")), ("contract", _("Contract")),
        ("bank", _("Bank details")),
    )  # fmt: skip
    return [(label, party[name]) for name, label in names if party.get(name)]


def paper_rows(invoice: Invoice) -> list[PaperRow]:
    """The lead behind every figure, as the second sheet wants it."""
    return [_paper_row(row) for row in rows_of(invoice).iterator(chunk_size=2_000)]


def _paper_row(row):
    lead = row.conversion
    return PaperRow(
        lead=lead.public_id, order_id=lead.order_id, offer=lead.offer.name, goal=lead.goal.name,
        decided=lead.status_updated_at.strftime("%Y-%m-%d %H:%M"), amount=row.amount,
    )  # fmt: skip
