"""From a bank's file to deposits: taken in once, proposed, confirmed by a person."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import Conflict, DomainError
from cpanet.ledger.adjustments import deposit_refs
from cpanet.ledger.journal import lock_accounts
from payouts.bank.lines import Line, at_line, identities
from payouts.bank.matching import propose
from payouts.bank.reading import read_statement
from payouts.fees import in_whole_coins
from payouts.models import BankPayment, BankStatement
from payouts.selectors.bank import alike, known_advertisers
from payouts.services.deposits import record_deposit
from payouts.services.terms import locked_details, locked_terms

Status = BankPayment.Status
CHUNK = 1_000


class NoAdvertiser(DomainError):
    """Choose whose payment it is."""

    code = "no_advertiser"
    field = "advertiser"


class NoReason(DomainError):
    """Say why."""

    code = "reason_needed"
    field = "reason"


@transaction.atomic
def import_statement(
    *, content: bytes, file_name: str, currency: str, actor, now: datetime, encoding: str = ""
) -> BankStatement:
    """Take in a statement file: what came in is kept once, whatever file it is met in; nothing or all of a file.

    `currency` is that of files that name none. Raises bank.lines.BadStatement, core.files.FileRefused.
    """
    found = read_statement(content, currency=currency, encoding=encoding)
    lines = list(zip(identities(found.lines), found.lines, strict=True))
    incoming = {identity: line for identity, line in lines if _came_in(line)}
    locked_details()  # two uploads at once would both count a payment as new
    known = _known(incoming)
    statement = BankStatement.objects.create(
        file_name=file_name[:200], sha256=hashlib.sha256(content).hexdigest(), format=found.format,
        payments_found=len(incoming), payments_new=len(incoming) - len(known), left_out=len(lines) - len(incoming),
        warnings=found.warnings, uploaded_by=actor, uploaded_at=now,
    )  # fmt: skip
    new = [_payment(statement, name, line) for name, line in incoming.items() if name not in known]
    BankPayment.objects.bulk_create(new, batch_size=CHUNK)
    propose_owners()
    changes = {"payments": statement.payments_found, "new": statement.payments_new}
    audit.record(action="bank.statement", subject=statement, actor=actor, now=now, changes=changes)
    return statement


def _came_in(line: Line) -> bool:
    if line.units <= 0:
        return False
    if line.units != in_whole_coins(line.units):
        raise at_line(line.number, _("%s is not in whole coins.") % line.amount)
    return True


def _known(incoming) -> set[str]:
    names, found = list(incoming), set()
    for start in range(0, len(names), CHUNK):
        rows = BankPayment.objects.filter(identity__in=names[start : start + CHUNK])
        found.update(rows.values_list("identity", flat=True))
    return found


def _payment(statement, identity, line):
    texts = ("account", "payer", "payer_tax_id", "payer_account", "purpose", "reference")
    told = {name: getattr(line, name) for name in texts}
    told["account"] = told["account"][:64]
    return BankPayment(
        statement=statement, identity=identity, on=line.on, amount=line.units, currency=line.currency, **told
    )


def propose_owners() -> None:
    """Look again whose the waiting payments are that nobody is proposed for."""
    waiting = list(BankPayment.objects.filter(status=Status.NEW, proposed__isnull=True))
    if not waiting:
        return
    known = known_advertisers()
    for payment in waiting:
        payment.proposed_id, payment.proposed_why = propose(known, payment) or (None, "")
    found = [payment for payment in waiting if payment.proposed_id]
    BankPayment.objects.bulk_update(found, ["proposed", "proposed_why"], batch_size=CHUNK)


@transaction.atomic
def confirm_payment(*, payment_id: int, advertiser_id: int | None = None, actor, now: datetime) -> BankPayment:
    """Book a payment as a deposit of the advertiser, else of the one proposed. Once: a repeat changes nothing, another
    advertiser raises Conflict. Raises NoAdvertiser."""
    payment = _locked(payment_id)
    owner = Advertiser.objects.filter(pk=advertiser_id or payment.proposed_id).first()
    if owner is None:
        raise NoAdvertiser
    if payment.status == Status.BOOKED:
        if payment.advertiser_id != owner.pk:
            raise Conflict(_("It is booked already, for %s.") % payment.advertiser.name)
        return payment
    record_deposit(
        advertiser=owner, amount=payment.amount, currency=payment.currency, reference=_reference(payment),
        idempotency_key=payment.deposit_key, actor=actor, now=now,
    )  # fmt: skip
    _decide(payment, Status.BOOKED, actor, now, advertiser=owner)
    propose_owners()
    return payment


@transaction.atomic
def confirm_proposed(*, payment_ids: list[int], actor, now: datetime) -> tuple[int, list[str]]:
    """Book every one of these for the advertiser proposed for it: (how many, what was refused and why)."""
    payments = list(BankPayment.objects.filter(pk__in=payment_ids).order_by("pk").select_for_update(of=("self",)))
    owners = sorted({(payment.proposed_id, payment.currency) for payment in payments if payment.proposed_id})
    for owner, _currency in owners:
        locked_terms(owner)
    lock_accounts([ref for owner, currency in owners for ref in deposit_refs(owner, currency)])
    done, refusals = 0, []
    for payment in payments:
        try:
            _refuse_alike(payment)
            confirm_payment(payment_id=payment.pk, actor=actor, now=now)
        except DomainError as error:
            refusals.append(f"{payment}: {error}")
        else:
            done += 1
    return done, refusals


def _refuse_alike(payment):
    if payment.status == Status.NEW and (other := alike(payment).first()):
        raise Conflict(_("It may be the same money as payment %s: open it and decide.") % other)


def _reference(payment) -> str:
    words = f"{payment.on.isoformat()} {payment.purpose or payment.payer or payment.reference}"
    return " ".join(words.split())[:200]


@transaction.atomic
def set_aside(*, payment_id: int, reason: str, actor, now: datetime) -> BankPayment:
    """It is no deposit (our own money, a refund…): it leaves the inbox, with the reason. Raises NoReason, Conflict."""
    payment = _locked(payment_id)
    words = " ".join(reason.split())
    if not words or len(words) > 300:
        raise NoReason(_("Say why, in at most 300 letters."))
    _refuse_booked(payment)
    return _decide(payment, Status.SET_ASIDE, actor, now, reason=words)


@transaction.atomic
def reopen(*, payment_id: int, actor, now: datetime) -> BankPayment:
    """What was set aside is back in the inbox. Raises Conflict."""
    payment = _locked(payment_id)
    _refuse_booked(payment)
    return _decide(payment, Status.NEW, actor, now, reason="")


def _locked(payment_id):
    return BankPayment.objects.select_for_update(of=("self",)).get(pk=payment_id)


def _refuse_booked(payment):
    if payment.status == Status.BOOKED:
        raise Conflict(_("It is booked for %s: refund the deposit or adjust it.") % payment.advertiser.name)


def _decide(payment, status, actor, now, **fields):
    before, payment.status = payment.status, status
    payment.decided_by, payment.decided_at = (None, None) if status == Status.NEW else (actor, now)
    for name, value in fields.items():
        setattr(payment, name, value)
    payment.save()
    told = {name: str(value) for name, value in fields.items() if value}
    audit.record(
        action="bank.payment", subject=payment, actor=actor, now=now, changes={"status": [before, status], **told}
    )
    return payment
