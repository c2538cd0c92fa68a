"""What is always true of bank payments, invoices and adjustments: each is what the ledger, or the leads, say of it."""

from django.utils.translation import gettext_lazy as _

from cpanet.ledger.checks import Invariant

_ENTRIES = """ledger_journal j JOIN ledger_entry e ON e.network_id = j.network_id AND e.journal_id = j.id
              JOIN ledger_account a ON a.network_id = e.network_id AND a.id = e.account_id"""


def _differ(name, says, found, told):
    """Both sides give (subject, units), and must agree for every subject."""
    return Invariant(
        name,
        says,
        f"""SELECT subject, coalesce(f.units, 0) AS booked, coalesce(t.units, 0) AS told
            FROM ({found}) f FULL JOIN ({told}) t USING (subject)
            WHERE coalesce(f.units, 0) <> coalesce(t.units, 0)""",  # noqa: S608
    )


RECEIVABLES = (
    _differ(
        "adjustments_match_journals",
        _("Of every adjustment exactly as much is booked as two persons have agreed"),
        f"""SELECT j.subject, sum(e.amount) FILTER (WHERE e.amount > 0) AS units FROM {_ENTRIES}
            WHERE j.network_id = %(network)s AND j.subject LIKE 'adjustment:%%' GROUP BY 1""",  # noqa: S608
        """SELECT 'adjustment:' || id AS subject, amount AS units FROM payouts_adjustment
           WHERE network_id = %(network)s AND status = 'booked' AND decided_by_id <> proposed_by_id""",
    ),
    _differ(
        "bank_payments_match_deposits",
        _("Every bank payment that is booked is one deposit of its advertiser, and none other is"),
        f"""SELECT j.key AS subject, -sum(e.amount) FILTER (WHERE a.kind = 'cash') AS units FROM {_ENTRIES}
            WHERE j.network_id = %(network)s AND j.kind = 'deposit' AND j.key LIKE 'deposit:%%:bank-%%'
            GROUP BY 1""",  # noqa: S608
        """SELECT 'deposit:' || advertiser_id || ':bank-' || id AS subject, amount AS units FROM payouts_bankpayment
           WHERE network_id = %(network)s AND status = 'booked'""",
    ),
    _differ(
        "invoices_are_their_leads",
        _("Every invoice that is issued is the sum of the leads behind it"),
        """SELECT 'invoice:' || l.invoice_id AS subject, sum(r.amount) AS units
           FROM payouts_invoicerow r JOIN payouts_invoiceline l ON l.network_id = r.network_id AND l.id = r.line_id
           JOIN payouts_invoice i ON i.network_id = l.network_id AND i.id = l.invoice_id
           WHERE r.network_id = %(network)s AND i.status <> 'draft' GROUP BY 1""",
        """SELECT 'invoice:' || id AS subject, total AS units FROM payouts_invoice
           WHERE network_id = %(network)s AND status <> 'draft'""",
    ),
    _differ(
        "invoice_lines_are_their_leads",
        _("Every line of an invoice is the sum of its leads"),
        """SELECT 'line:' || line_id AS subject, sum(amount) AS units FROM payouts_invoicerow
           WHERE network_id = %(network)s GROUP BY 1""",
        """SELECT 'line:' || id AS subject, amount AS units FROM payouts_invoiceline WHERE network_id = %(network)s""",
    ),
    Invariant(
        "leads_are_invoiced_as_recognised",
        _("Of every lead that has not changed since exactly as much is invoiced as is recognised"),
        # What an invoice held that was cancelled since waits for the next one: the lead's newest row is a void one.
        """SELECT c.id AS conversion_id, c.recognised_revenue AS recognised,
             sum(r.amount) FILTER (WHERE NOT r.is_void) AS invoiced
           FROM payouts_invoicerow r
           JOIN tracking_conversion c ON c.network_id = r.network_id AND c.id = r.conversion_id
           WHERE r.network_id = %(network)s GROUP BY 1, 2
           HAVING max(r.revision) FILTER (WHERE NOT r.is_void) = min(c.revision)
             AND max(r.id) FILTER (WHERE NOT r.is_void) = max(r.id)
             AND sum(r.amount) FILTER (WHERE NOT r.is_void) <> c.recognised_revenue""",
    ),
    Invariant(
        "invoice_numbers_without_gaps",
        _("The invoices are numbered from 1 without gaps"),
        """SELECT * FROM (
             SELECT count(*) AS issued, coalesce(max(number), 0) AS last,
               (SELECT last_number FROM payouts_networkdetails WHERE network_id = %(network)s) AS counted
             FROM payouts_invoice WHERE network_id = %(network)s AND number IS NOT NULL
           ) numbers WHERE issued <> last OR last <> coalesce(counted, 0)""",
    ),
)
