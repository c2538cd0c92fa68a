"""What rails tell by themselves. A notice is believed to be a reason to ask, never an answer: so it may come twice,
late or out of order."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import Conflict, DomainError
from cpanet.core.queue import enqueue
from payouts.models import Payout, PayoutAttempt, PayoutMethod
from payouts.rails.signing import verify
from payouts.services.answers import doubt, log
from payouts.services.sending import LEASE
from payouts.services.states import lock_payout

Status, Step = Payout.Status, PayoutAttempt.Step


class BadNotice(DomainError):
    """This notice cannot be read."""

    code = "bad_notice"


class UnknownReference(DomainError):
    """No payout of this method has been submitted under this reference."""

    code = "unknown_reference"
    status = 404


@transaction.atomic
def take_notice(*, method: PayoutMethod, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """A signed message of the method's rail about one reference: its payout is looked up at once.

    False when this message (by its id) has come before. Raises signing.BadSignature, BadNotice, UnknownReference.
    """
    notice_id = verify(method.rail_secret, headers, body, now.timestamp())
    reference, told = _read(body)
    asked = PayoutAttempt.objects.filter(reference=reference, step=Step.ASKED, payout__method=method).first()
    if asked is None:
        raise UnknownReference(_("No payout of this method has been submitted under this reference."))
    payout = lock_payout(asked.payout_id)
    name = f"{method.pk}:{notice_id}"[:120]
    if PayoutAttempt.objects.filter(notice_id=name).exists():
        return False
    log(payout, Step.NOTICE, now, number=asked.number, outcome=told, notice_id=name)
    if asked.number != payout.attempt:
        doubt(payout, now, str(_("The rail tells of an earlier attempt: “%s”.") % told))
    elif payout.status != Status.SUBMITTING:  # else its sender takes note of it
        _ask_soon(payout, now)
    return True


def _read(body):
    try:
        message = json.loads(body)
        data = message.get("data", message)
        reference, told = str(data["reference"])[:80], str(data.get("status", ""))[:16]
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise BadNotice(_("Write the notice as JSON: {“reference”: …, “status”: …}.")) from None
    if not (reference + told).isprintable():  # NUL, halves of surrogate pairs
        raise BadNotice(_("Write the notice as JSON: {“reference”: …, “status”: …}."))
    return reference, told


def _ask_soon(payout, now):
    changes = {"look_up_at": now}
    if payout.submit_at:  # nothing is sent again before the rail was asked
        changes["submit_at"] = now + LEASE
    Payout.objects.filter(pk=payout.pk).update(**changes)
    enqueue("payouts.tasks.look_up_unknown", network_id=payout.network_id)


@transaction.atomic
def end_doubt(*, payout_id: int, actor, now: datetime) -> Payout:
    """A person has looked into it and found nothing to settle: the mark goes, the rail goes on. Twice is once.

    Raises Payout.DoesNotExist.
    """
    payout = lock_payout(payout_id)
    if payout.attention:
        changes = {"attention": payout.attention}
        audit.record(action="payout.doubt_ended", subject=payout, actor=actor, now=now, changes=changes)
        payout.attention = ""
        Payout.objects.filter(pk=payout.pk).update(attention="")
    return payout


@transaction.atomic
def ask_the_rail(*, payout_id: int, actor, now: datetime) -> Payout:
    """A person wants to know now. Raises Payout.DoesNotExist, core.errors.Conflict when no rail knows the payout."""
    payout = lock_payout(payout_id)
    if not payout.reference or payout.status == Status.SUBMITTING:
        raise Conflict(_("No rail can be asked about this payout now."))
    _ask_soon(payout, now)
    return payout
