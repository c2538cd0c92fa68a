"""Payouts that leave together: gathered by one person, confirmed by another, written into a register, sent."""

import base64
import hashlib
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import Conflict, DomainError
from cpanet.core.money import to_text
from cpanet.core.queue import enqueue
from cpanet.ledger import postings
from payouts.kinds import IBAN_KINDS
from payouts.models import BatchRegister, Payout, PayoutBatch, PayoutMethod
from payouts.pain001 import Debtor, Transfer, as_pain001
from payouts.registers import RegisterRow, as_csv, as_xlsx
from payouts.selectors.agreed import rules_of_network, today_of_network
from payouts.services.states import facts, lock_money, lock_payout, lock_payouts, move, refuse_while_frozen

MAX_SIZE = 1_000


class BadBatch(DomainError):
    """These payouts cannot go into one batch."""

    code = "bad_batch"
    field = "payouts"


class SecondPersonNeeded(DomainError):
    """A second person must confirm: you made this batch yourself."""

    code = "second_person_needed"
    status = 403


@transaction.atomic
def create_batch(*, method_id: int, payout_ids: list[int], actor, now: datetime) -> PayoutBatch:
    """A batch in review of requested payouts of one method. The same choice again gives the batch that holds it.

    Raises BadBatch, states.Frozen, core.errors.Conflict (some are not waiting any more), PayoutMethod.DoesNotExist.
    """
    refuse_while_frozen()
    method = PayoutMethod.objects.get(pk=method_id)
    wanted = set(payout_ids)
    if not wanted:
        raise BadBatch(_("Choose at least one payout."))
    if len(wanted) > MAX_SIZE:
        raise BadBatch(_("A batch holds up to %d payouts.") % MAX_SIZE)
    payouts = lock_payouts(pk__in=wanted)
    if stored := _batch_of(payouts, wanted, actor):
        return stored
    if any(payout.method_id != method.pk for payout in payouts):
        raise BadBatch(_("A batch holds payouts of one method: choose payouts of “%s” only.") % method.name)
    waiting = [payout for payout in payouts if payout.status == Payout.Status.REQUESTED]
    if len(waiting) < len(wanted):
        words = _("%(gone)d of the %(all)d chosen payouts do not wait any more: load the page again.")
        raise Conflict(words % {"gone": len(wanted) - len(waiting), "all": len(wanted)})
    _refuse_cooling(waiting, now)
    batch = PayoutBatch.objects.create(method=method, created_by=actor, created_at=now)
    for payout in waiting:
        move(payout, [Payout.Status.REQUESTED], Payout.Status.APPROVED, now, batch=batch)
    changes = {"payouts": len(waiting), "amount": sum(payout.amount for payout in waiting)}
    audit.record(action="payout_batch.created", subject=batch, actor=actor, now=now, changes=changes)
    return batch


def _refuse_cooling(payouts, now):
    if cooling := [payout for payout in payouts if payout.details.is_cooling(now)]:
        until = max(payout.details.usable_at for payout in cooling)
        words = _("%(count)d of the chosen payouts go to accounts that were changed lately: wait until %(until)s.")
        raise BadBatch(words % {"count": len(cooling), "until": f"{until:%Y-%m-%d %H:%M} UTC"}, code="cooling_off")


def _batch_of(payouts, wanted, actor):
    """The open batch of this actor that holds exactly these payouts: a repeat of the same request."""
    batches = {payout.batch_id for payout in payouts}
    if len(payouts) < len(wanted) or len(batches) != 1 or None in batches:
        return None
    batch = PayoutBatch.objects.filter(pk__in=batches, created_by=actor, status=PayoutBatch.Status.DRAFT).first()
    return batch if batch and batch.payouts.count() == len(wanted) else None


@transaction.atomic
def take_out(*, payout_id: int, actor, now: datetime) -> Payout:
    """Take a payout out of a batch in review; it waits again. Raises Payout.DoesNotExist, core.errors.Conflict."""
    payout = lock_payout(payout_id)
    batch = payout.batch
    if batch and batch.status != PayoutBatch.Status.DRAFT:
        raise Conflict(_("The batch is confirmed: its register is made. Dissolve it to change it."))
    if move(payout, [Payout.Status.APPROVED], Payout.Status.REQUESTED, now, batch=None):
        audit.record(action="payout.taken_out", subject=payout, actor=actor, now=now, changes={"batch": batch.pk})
    return payout


@transaction.atomic
def confirm_batch(*, batch_id: int, actor, now: datetime) -> PayoutBatch:
    """The second person's word: the batch is fixed and its registers are made.

    Raises SecondPersonNeeded, BadBatch (empty), states.Frozen, core.errors.Conflict, PayoutBatch.DoesNotExist.
    """
    batch = _lock_batch(batch_id)
    if batch.status == PayoutBatch.Status.CONFIRMED and batch.confirmed_by_id == actor.pk:
        return batch
    if batch.created_by_id == actor.pk:
        raise SecondPersonNeeded(_("A second person must confirm: you made this batch yourself."))
    refuse_while_frozen()
    payouts = lock_payouts(batch=batch)
    if not payouts:
        raise BadBatch(_("This batch is empty: dissolve it."))
    _set(batch, PayoutBatch.Status.DRAFT, PayoutBatch.Status.CONFIRMED, confirmed_by=actor, confirmed_at=now)
    for register in _make_registers(batch, payouts, now):
        batch.register_hash = batch.register_hash or register.sha256
    batch.save(update_fields=["register_hash"])
    changes = {"payouts": len(payouts), "amount": sum(p.amount for p in payouts), "register": batch.register_hash}
    audit.record(action="payout_batch.confirmed", subject=batch, actor=actor, now=now, changes=changes)
    return batch


def _make_registers(batch, payouts, now):
    rows = [_register_row(payout) for payout in payouts]
    files = {BatchRegister.Format.CSV: as_csv(rows), BatchRegister.Format.XLSX: as_xlsx(rows, now)}
    if message := _pain001(batch, payouts, now):
        files[BatchRegister.Format.XML] = message
    return BatchRegister.objects.bulk_create(
        BatchRegister(
            batch=batch,
            format=each,
            sha256=hashlib.sha256(content).hexdigest(),
            content=base64.b64encode(content).decode(),
            made_at=now,
        )
        for each, content in files.items()
    )


def _pain001(batch, payouts, now) -> bytes:
    """The file for a bank that takes ISO 20022; nothing where the accounts are no IBANs or the payer is not known."""
    rules = rules_of_network()
    if batch.method.kind not in IBAN_KINDS or not (rules.debtor_name and rules.debtor_iban):
        return b""
    debtor = Debtor(
        rules.debtor_name, rules.debtor_iban, rules.debtor_bic, rules.debtor_country, rules.debtor_address
    )  # fmt: skip
    return as_pain001(
        [_transfer(payout) for payout in payouts], debtor, message_id=f"cpanet-{batch.network_id}-{batch.pk}",
        currency=batch.method.currency, made_at=now.astimezone(UTC), pay_on=today_of_network(now),
    )  # fmt: skip


def _transfer(payout):
    details = payout.details
    return Transfer(
        reference=payout.public_id,
        amount=to_text(payout.net, payout.currency),
        name=details.holder,
        iban=details.account,
        bic=details.fields.get("bic", ""),
        purpose=f"Payout {payout.public_id}",
    )


def _register_row(payout):
    return RegisterRow(
        payout=payout.public_id,
        webmaster=payout.affiliate.name,
        holder=payout.details.holder,
        account=_account_words(payout.details),
        method=payout.method.get_kind_display(),
        amount=to_text(payout.net, payout.currency),
        currency=payout.currency,
        purpose=f"Payout {payout.public_id}",
    )


def _account_words(details) -> str:
    """The account with what else the bank needs to find it."""
    more = [f"{name.upper()} {text}" for name, text in details.fields.items()]
    return ", ".join([details.account, *more])


@transaction.atomic
def open_register(*, batch_id: int, format: str, actor, now: datetime) -> tuple[bytes, str]:
    """(the bytes, their SHA-256) of a confirmed batch's register; each opening is written to the audit log.

    Raises BatchRegister.DoesNotExist when there is none.
    """
    register = BatchRegister.objects.select_related("batch").get(batch_id=batch_id, format=format)
    changes = {"format": format, "sha256": register.sha256}
    audit.record(action="payout_batch.register_opened", subject=register.batch, actor=actor, now=now, changes=changes)
    return base64.b64decode(register.content), register.sha256


@transaction.atomic
def dissolve_batch(*, batch_id: int, actor, now: datetime) -> PayoutBatch:
    """Give up a batch that has not been sent: its payouts wait again.

    Raises core.errors.Conflict, PayoutBatch.DoesNotExist.
    """
    batch = _lock_batch(batch_id)
    if batch.status == PayoutBatch.Status.DISSOLVED:
        return batch
    sources = (PayoutBatch.Status.DRAFT, PayoutBatch.Status.CONFIRMED)
    before = batch.status
    _set(batch, before if before in sources else sources[0], PayoutBatch.Status.DISSOLVED, closed_at=now)
    payouts = lock_payouts(batch=batch)
    for payout in payouts:
        move(payout, [Payout.Status.APPROVED], Payout.Status.REQUESTED, now, batch=None)
    changes = {"status": [before, batch.status], "payouts": [payout.pk for payout in payouts]}
    audit.record(action="payout_batch.dissolved", subject=batch, actor=actor, now=now, changes=changes)
    return batch


@transaction.atomic
def mark_sent(*, batch_id: int, actor, now: datetime) -> PayoutBatch:
    """The register has been handed to the bank: each payout goes from “in payout” to clearing, less its fee. Where the
    method has a rail, its payouts are due to be handed to it instead (payouts.services.sending).

    Raises states.Frozen, core.errors.Conflict, PayoutBatch.DoesNotExist.
    """
    batch = _lock_batch(batch_id)
    if batch.status == PayoutBatch.Status.SENT:
        return batch
    refuse_while_frozen()
    _set(batch, PayoutBatch.Status.CONFIRMED, PayoutBatch.Status.SENT, sent_at=now)
    payouts = lock_payouts(batch=batch)
    if batch.method.is_register:
        _sent_by_register(batch, payouts, actor, now)
    else:
        Payout.objects.filter(batch=batch, status=Payout.Status.APPROVED).update(submit_at=now)
        enqueue("payouts.tasks.submit_due_payouts", network_id=batch.network_id)
    audit.record(action="payout_batch.sent", subject=batch, actor=actor, now=now, changes={"payouts": len(payouts)})
    return batch


def _sent_by_register(batch, payouts, actor, now):
    lock_money(payouts)
    for payout in payouts:
        if move(payout, [Payout.Status.APPROVED], Payout.Status.SENT, now):
            _post_sending(payout, actor, now)
            audit.record(action="payout.sent", subject=payout, actor=actor, now=now, changes={"batch": batch.pk})


def _post_sending(payout, actor, now):
    postings.send_payout(
        **facts(payout, "send"),
        affiliate_id=payout.affiliate_id,
        amount=payout.amount,
        fee=payout.fee,
        rail=payout.method_id,
        actor=actor,
        effective_at=now,
    )


def close_if_done(batch: PayoutBatch, now: datetime) -> None:
    """Close a sent batch when the outcome of its last payout is known."""
    if not batch.payouts.filter(status__in=Payout.OPEN).exists():
        PayoutBatch.objects.filter(pk=batch.pk, status=PayoutBatch.Status.SENT).update(
            status=PayoutBatch.Status.CLOSED, closed_at=now
        )


def _lock_batch(batch_id):
    return PayoutBatch.objects.select_for_update(of=("self",)).select_related("method").get(pk=batch_id)


def _set(batch, source, target, **fields):
    """Compare and set; raises Conflict when the batch stands elsewhere."""
    changes = {"status": target, **fields}
    if not PayoutBatch.objects.filter(pk=batch.pk, status=source).update(**changes):
        words = _("The batch %(id)s is “%(status)s” meanwhile: load the page again.")
        raise Conflict(words % {"id": batch, "status": batch.get_status_display()})
    for name, value in changes.items():
        setattr(batch, name, value)
