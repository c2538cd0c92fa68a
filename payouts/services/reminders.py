"""Advertisers are reminded of overdue invoices: the day after the due date, then once a week, four times at most."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate

from cpanet.accounts import audit
from cpanet.tenancy.scope import network_scope
from payouts.models import Invoice, InvoiceReminder, NetworkDetails
from payouts.services.invoice_letters import remind_of_invoice
from payouts.services.invoices import network_zone

MOST = 4
BETWEEN = timedelta(days=7)
FROM_HOUR = 9  # of the network's day: nobody is reminded at midnight


def remind_of_overdue(*, network_id: int, now: datetime) -> int:
    """Remind of what is due for it in one network, each invoice in a transaction of its own; how many. Running twice
    reminds once."""
    with network_scope(network_id):
        local = now.astimezone(network_zone())
        details = NetworkDetails.objects.first() or NetworkDetails()
        is_time = details.reminds_overdue and local.hour >= FROM_HOUR
        due = list(_due(local).values_list("pk", flat=True)) if is_time else []
    return sum(_remind_in_scope(network_id, invoice_id, now) for invoice_id in due)


def _due(local: datetime):
    """Overdue at this moment of the network's clock and not paid; never or not for a week reminded of."""
    today, day_of = local.date(), TruncDate("reminders__sent_at", tzinfo=local.tzinfo)
    open_ones = Invoice.objects.filter(kind=Invoice.Kind.INVOICE, status__in=Invoice.OPEN, due_date__lt=today)
    counted = open_ones.annotate(sent=Count("reminders"), last=Max(day_of)).order_by("pk")
    return counted.filter(Q(last=None) | Q(last__lte=today - BETWEEN), sent__lt=MOST)


def _remind_in_scope(network_id, invoice_id, now) -> int:
    with network_scope(network_id):
        return _remind(invoice_id, now)


@transaction.atomic
def _remind(invoice_id, now) -> int:
    """Looked at again under its lock: it may have been paid, or another worker may have been faster."""
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
    if not _due(now.astimezone(network_zone())).filter(pk=invoice_id).exists():
        return 0
    number = InvoiceReminder.objects.filter(invoice=invoice).count() + 1
    InvoiceReminder.objects.create(invoice=invoice, number=number, sent_at=now)
    changes = {"number": number, "unpaid": invoice.unpaid, "currency": invoice.currency}
    audit.record(action="invoice.reminded", subject=invoice, actor=None, now=now, changes=changes)
    remind_of_invoice(invoice)
    return 1
