"""Which invoices the money of an advertiser has paid: the oldest first."""

from datetime import datetime

from django.db.models import Q, Sum

from cpanet.ledger.kinds import ADVERTISER_KINDS
from cpanet.ledger.models import Entry
from payouts.models import Invoice

# The journals by which money comes from an advertiser or goes back; what is forgiven counts as paid.
MONEY = ("deposit", "deposit_refund", "adjustment", "bad_debt")
Status = Invoice.Status


def received(*, advertiser_id: int, currency: str) -> int:
    """Everything that an advertiser has brought, less what he was given back."""
    entries = Entry.objects.filter(
        account__kind__in=ADVERTISER_KINDS, account__owner_id=advertiser_id, account__currency=currency,
        journal__kind__in=MONEY,
    )  # fmt: skip
    return entries.aggregate(total=Sum("amount"))["total"] or 0


def settle(*, advertiser_id: int, currency: str, now: datetime) -> None:
    """Write on every invoice how much of it is paid. The caller holds the advertiser's terms; running twice changes
    nothing. Credit notes count as money, except those that cancel an invoice: these take it away."""
    invoices = Invoice.objects.filter(advertiser_id=advertiser_id, currency=currency).exclude(status=Status.DRAFT)
    notes = invoices.filter(kind=Invoice.Kind.CREDIT_NOTE, cancels__isnull=True)
    credit = -(notes.aggregate(total=Sum("total"))["total"] or 0)
    left = max(0, received(advertiser_id=advertiser_id, currency=currency) + credit)
    asked = invoices.filter(~Q(status=Status.CANCELLED), kind=Invoice.Kind.INVOICE)
    for invoice in asked.order_by("issued_at", "id").select_for_update(of=("self",)):
        part = min(left, invoice.payable)
        left -= part
        _note(invoice, part, now)


def _note(invoice, part, now):
    is_paid = part >= invoice.payable
    status = Status.PAID if is_paid else Status.PARTLY_PAID if part else Status.ISSUED
    if (status, part) == (invoice.status, invoice.settled):
        return
    invoice.status, invoice.settled = status, part
    invoice.paid_at = (invoice.paid_at or now) if is_paid else None
    invoice.save(update_fields=["status", "settled", "paid_at"])
