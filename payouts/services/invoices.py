"""The life of an invoice: draft → issued → partly paid → paid, or cancelled by a credit note."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import Conflict, DomainError
from cpanet.core.money import exponent
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from payouts.models import Invoice, InvoiceLine, InvoiceRow
from payouts.services.invoice_letters import tell_of_invoice
from payouts.services.invoice_rows import empty, fill
from payouts.services.settling import settle
from payouts.services.terms import locked_details, locked_terms

Kind, Status = Invoice.Kind, Invoice.Status


class NothingToInvoice(DomainError):
    """No approved lead of this period waits for an invoice."""

    code = "nothing_to_invoice"


class BadPeriod(DomainError):
    """The period ends before it begins."""

    code = "bad_period"
    field = "until"


class TotalChanged(Conflict):
    """Leads were decided meanwhile and the total has changed: look at it again."""

    code = "total_changed"


class NoReason(DomainError):
    """Say why."""

    code = "reason_needed"
    field = "reason"


@transaction.atomic
def make_drafts(
    *, advertiser: Advertiser, currency: str, since: date, until: date, actor, now: datetime
) -> list[Invoice]:
    """The draft of an invoice with every approved lead that is in none yet, and one of a credit note for those that
    became cheaper; `until` is the first day after the period. A draft that is there is filled anew.

    Raises BadPeriod, NothingToInvoice.
    """
    exponent(currency)
    if until <= since:
        raise BadPeriod
    if until > now.astimezone(network_zone()).date() + timedelta(days=1):
        raise BadPeriod(_("The period ends in the future."))
    locked_terms(advertiser.pk)
    for old in Invoice.objects.filter(advertiser=advertiser, currency=currency, status=Status.DRAFT):
        empty(old)
    made = [_draft(kind, advertiser, currency, since, until, actor, now) for kind in (Kind.INVOICE, Kind.CREDIT_NOTE)]
    if not any(made):
        raise NothingToInvoice
    return [invoice for invoice in made if invoice]


def _draft(kind, advertiser, currency, since, until, actor, now):
    period = {"since": since, "until": until}
    invoice, is_new = Invoice.objects.update_or_create(
        advertiser=advertiser, currency=currency, kind=kind, status=Status.DRAFT, defaults=period,
        create_defaults={**period, "made_by": actor, "made_at": now},
    )  # fmt: skip
    fill(invoice, until=start_of(until))
    if not invoice.lines.exists():
        invoice.delete()
        return None
    invoice.save(update_fields=["total"])
    if is_new:
        audit.record(action="invoice.drafted", subject=invoice, actor=actor, now=now, changes={"total": invoice.total})
    return invoice


@transaction.atomic
def issue(*, invoice_id: int, expected_total: int, actor, now: datetime) -> Invoice:
    """Give a draft its number and write to the advertiser. `expected_total` is what the person has seen: leads that
    were decided meanwhile raise TotalChanged: `refill` it, and he looks again. Raises Conflict."""
    invoice = _locked(invoice_id)
    if invoice.status != Status.DRAFT:
        raise Conflict(_("It was issued already, as %s.") % invoice)
    terms = locked_terms(invoice.advertiser_id)
    fill(invoice, until=start_of(invoice.until))
    if invoice.total != expected_total:
        raise TotalChanged
    today = now.astimezone(network_zone()).date()
    _number(invoice, terms, now)
    if invoice.kind == Kind.INVOICE:
        invoice.due_date = today + timedelta(days=terms.due_days)
    invoice.save()
    settle(advertiser_id=invoice.advertiser_id, currency=invoice.currency, now=now)
    changes = {"number": invoice.number_text, "total": invoice.total}
    audit.record(action="invoice.issued", subject=invoice, actor=actor, now=now, changes=changes)
    tell_of_invoice(invoice)
    return Invoice.objects.get(pk=invoice.pk)


@transaction.atomic
def refill(*, invoice_id: int) -> Invoice:
    """Fill a draft anew with the leads as they are now."""
    invoice = _locked(invoice_id)
    if invoice.status == Status.DRAFT:
        fill(invoice, until=start_of(invoice.until)).save(update_fields=["total"])
    return invoice


def _number(invoice, terms, now):
    """The next number, without gaps: the lock of the details is held until this invoice is there for good."""
    details = locked_details()
    details.last_number += 1
    details.save(update_fields=["last_number"])
    invoice.number, invoice.number_text = details.last_number, f"{details.invoice_prefix}{details.last_number}"
    invoice.status, invoice.issued_at = Status.ISSUED, now
    network = Network.objects.get(pk=current_network_id())
    own = ("legal_name", "tax_id", "address")
    invoice.seller = {name: getattr(details, name) for name in (*own, "bank")}
    invoice.seller["legal_name"] = details.legal_name or network.name
    invoice.buyer = {name: getattr(terms, name) for name in (*own, "contract")}
    invoice.buyer["legal_name"] = terms.legal_name or invoice.advertiser.name


@transaction.atomic
def discard(*, invoice_id: int, actor, now: datetime) -> None:
    """Throw a draft away. Raises Conflict for what is issued."""
    invoice = _locked(invoice_id)
    if invoice.status != Status.DRAFT:
        raise Conflict(_("What is issued is cancelled by a credit note, not thrown away."))
    audit.record(action="invoice.discarded", subject=invoice, actor=actor, now=now)
    empty(invoice)
    invoice.delete()


@transaction.atomic
def cancel(*, invoice_id: int, reason: str, actor, now: datetime) -> Invoice:
    """Cancel an issued invoice by a credit note over all of it; its leads may be invoiced again. A repeat gives the
    same note. Raises Conflict, NoReason."""
    invoice = _locked(invoice_id)
    words = " ".join(reason.split())
    if invoice.kind == Kind.CREDIT_NOTE or invoice.status == Status.DRAFT:
        raise Conflict(_("Only an invoice that is issued can be cancelled."))
    if invoice.status == Status.CANCELLED:
        return invoice.cancelled_by_note
    if not words or len(words) > 300:
        raise NoReason(_("Say why, in at most 300 letters."))
    terms = locked_terms(invoice.advertiser_id)
    note = _counter_note(invoice, terms, words, actor, now)
    invoice.status, invoice.settled, invoice.paid_at = Status.CANCELLED, 0, None
    invoice.save(update_fields=["status", "settled", "paid_at"])
    settle(advertiser_id=invoice.advertiser_id, currency=invoice.currency, now=now)
    changes = {"reason": words, "credit_note": note.number_text}
    audit.record(action="invoice.cancelled", subject=invoice, actor=actor, now=now, changes=changes)
    tell_of_invoice(note)
    return note


def _counter_note(invoice, terms, reason, actor, now):
    note = Invoice(
        kind=Kind.CREDIT_NOTE, advertiser=invoice.advertiser, currency=invoice.currency, since=invoice.since,
        until=invoice.until, total=-invoice.total, cancels=invoice, note=reason, made_by=actor, made_at=now,
    )  # fmt: skip
    _number(note, terms, now)
    note.save()
    for line in invoice.lines(manager="objects").all():
        rows = list(line.rows(manager="objects").all())
        line.pk, line.invoice, line.amount = None, note, -line.amount
        line._state.adding = True
        line.save()
        InvoiceRow.objects.bulk_create([_voided(row, line) for row in rows], batch_size=1_000)
    InvoiceRow.objects.filter(line__in=InvoiceLine.objects.filter(invoice=invoice)).update(is_void=True)
    return note


def _voided(row, line):
    return InvoiceRow(
        line=line, conversion_id=row.conversion_id, is_correction=True, is_void=True, revision=row.revision,
        amount=-row.amount,
    )  # fmt: skip


def network_zone() -> ZoneInfo:
    """The time zone whose days the invoices of the network in scope are made of."""
    return ZoneInfo(Network.objects.values_list("timezone", flat=True).get(pk=current_network_id()))


def start_of(day: date) -> datetime:
    """The moment a day begins for the network."""
    return datetime.combine(day, time(), network_zone())


def _locked(invoice_id) -> Invoice:
    """An invoice under its advertiser's lock: whoever locks terms does so before his invoices."""
    owner = Invoice.objects.values_list("advertiser_id", flat=True).filter(pk=invoice_id).first()
    if owner is None:
        raise Conflict(_("This draft is gone: somebody has thrown it away."))
    locked_terms(owner)
    return Invoice.objects.select_related("advertiser").select_for_update(of=("self",)).get(pk=invoice_id)
