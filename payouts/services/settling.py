"""Which invoices the money of an advertiser has paid: the oldest first."""

from datetime import datetime

from django.db.models import Q, Sum

from cpanet.ledger.kinds import ADVERTISER_KINDS, AccountKind
from cpanet.ledger.models import Entry
from payouts.models import Adjustment, Invoice

Status = Invoice.Status


def received(*, advertiser_id: int, currency: str) -> int:
    """Everything that an advertiser has brought, less what he was given back; what was forgiven counts as brought.

    Found by the subject of its journals: his accounts hold an entry for every lead too.
    """
    entries = Entry.objects.filter(
        journal__subject=f"advertiser:{advertiser_id}", journal__kind__in=("deposit", "deposit_refund"),
        account__kind__in=ADVERTISER_KINDS, account__currency=currency,
    )  # fmt: skip
    brought = entries.aggregate(total=Sum("amount"))["total"] or 0
    return int(brought) + _adjusted(advertiser_id, currency)


def _adjusted(advertiser_id, currency):
    booked = Adjustment.objects.filter(status=Adjustment.Status.BOOKED, currency=currency)
    kind = AccountKind.DEPOSIT
    credited = booked.filter(credit_kind=kind, credit_owner=advertiser_id).aggregate(total=Sum("amount"))["total"] or 0
    debited = booked.filter(debit_kind=kind, debit_owner=advertiser_id).aggregate(total=Sum("amount"))["total"] or 0
    return int(credited - debited)


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
