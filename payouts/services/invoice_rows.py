"""Which leads a draft holds: counted by the database in one statement, whatever their number."""

from datetime import datetime

from django.db import connection

from cpanet.tenancy.scope import current_network_id
from payouts.models import Invoice, InvoiceLine, InvoiceRow

# What is recognised of a lead less what invoices hold of it already. A lead that no invoice holds comes with its whole
# amount; one that is held and has changed since comes as a correction: dearer in the next invoice, cheaper in the next
# credit note.
_OPEN = """
    SELECT c.id, c.offer_id, c.goal_id, c.revision, r.held IS NOT NULL AS is_correction,
      c.recognised_revenue - coalesce(r.held, 0) AS amount
    FROM tracking_conversion c LEFT JOIN (
      SELECT w.conversion_id, sum(w.amount) AS held
      FROM payouts_invoicerow w JOIN payouts_invoiceline l ON l.network_id = w.network_id AND l.id = w.line_id
      JOIN payouts_invoice i ON i.network_id = l.network_id AND i.id = l.invoice_id
      WHERE w.network_id = %(network)s AND NOT w.is_void AND i.advertiser_id = %(advertiser)s
        AND i.currency = %(currency)s GROUP BY 1
    ) r ON r.conversion_id = c.id
    WHERE c.network_id = %(network)s AND c.advertiser_id = %(advertiser)s AND c.currency = %(currency)s
      AND c.status_updated_at < %(until)s AND (c.recognised_revenue <> 0 OR r.held <> 0)"""
# One statement, one snapshot: a lead that is decided meanwhile is in both its line and its row, or in neither.
_FILL = f"""
    WITH open AS MATERIALIZED (SELECT * FROM ({_OPEN}) every WHERE {{wanted}}), lines AS (
      INSERT INTO payouts_invoiceline (network_id, invoice_id, offer_id, goal_id, is_correction, title, leads, amount)
      SELECT %(network)s, %(invoice)s, open.offer_id, open.goal_id, open.is_correction,
        left(o.name || ' – ' || g.name, 300), count(*), sum(open.amount)
      FROM open JOIN offers_offer o ON o.id = open.offer_id JOIN offers_goal g ON g.id = open.goal_id
      GROUP BY open.offer_id, open.goal_id, open.is_correction, o.name, g.name
      RETURNING id, goal_id, is_correction
    )
    INSERT INTO payouts_invoicerow (network_id, line_id, conversion_id, is_correction, is_void, revision, amount)
    SELECT %(network)s, lines.id, open.id, open.is_correction, false, open.revision, open.amount
    FROM open JOIN lines ON lines.goal_id = open.goal_id AND lines.is_correction = open.is_correction"""  # noqa: S608
_WANTED = {Invoice.Kind.INVOICE: "amount > 0", Invoice.Kind.CREDIT_NOTE: "amount < 0"}


def empty(invoice: Invoice) -> None:
    """Take everything out of a draft."""
    InvoiceRow.objects.filter(line__invoice=invoice).delete()
    InvoiceLine.objects.filter(invoice=invoice).delete()


def fill(invoice: Invoice, *, until: datetime) -> Invoice:
    """Put into a draft everything that is to be invoiced (or credited) of leads decided before `until`, in place of
    what it held. The caller holds the advertiser's terms, so that nobody else fills one for him."""
    empty(invoice)
    values = {
        "network": current_network_id(), "invoice": invoice.pk, "advertiser": invoice.advertiser_id,
        "currency": invoice.currency, "until": until,
    }  # fmt: skip
    wanted = _WANTED[invoice.kind]
    with connection.cursor() as cursor:
        cursor.execute(_FILL.format(wanted=wanted), values)
    invoice.total = sum(InvoiceLine.objects.filter(invoice=invoice).values_list("amount", flat=True))
    return invoice
