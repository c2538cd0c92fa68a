"""E-mails about invoices."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cpanet.accounts import letters
from cpanet.core.money import format_money
from payouts.models import Invoice


def remind_of_invoice(invoice: Invoice) -> None:
    """Write to the advertiser that an invoice is overdue."""
    letters.write(
        letters.people_of_advertiser(invoice.advertiser_id), template="payouts/emails/invoice_overdue.txt",
        subject=lambda: _("invoice %(number)s is overdue") % {"number": invoice.number_text},
        values=lambda: {"invoice": invoice, "amount": format_money(invoice.unpaid, invoice.currency)},
        path=reverse("advertiser:invoice", args=[invoice.pk]),
    )  # fmt: skip


def tell_of_invoice(invoice: Invoice) -> None:
    """Write to the advertiser that an invoice or credit note was issued."""

    def subject():
        kind, number = invoice.get_kind_display(), invoice.number_text
        amount = format_money(abs(invoice.total), invoice.currency)
        return _("%(kind)s %(number)s over %(amount)s") % {"kind": kind, "number": number, "amount": amount}

    letters.write(
        letters.people_of_advertiser(invoice.advertiser_id), template="payouts/emails/invoice.txt", subject=subject,
        values=lambda: {"invoice": invoice, "amount": format_money(abs(invoice.total), invoice.currency)},
        path=reverse("advertiser:invoice", args=[invoice.pk]),
    )  # fmt: skip
