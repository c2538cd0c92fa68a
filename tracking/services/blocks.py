"""A member of the staff holds the money of one lead back, with a reason, until somebody lets it go."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from tracking.models import Conversion
from tracking.services.fraud import UNDER_REVIEW


class BlockReasonMissing(DomainError):
    """Say why: the webmaster reads it."""

    code = "reason_missing"
    field = "reason"


class UnderReview(DomainError):
    """The lead is held by the fraud review, which clears it itself."""

    code = "under_review"
    status = 409


class NothingToHold(DomainError):
    """The money of the lead has left its hold, or never will be any."""

    code = "nothing_to_hold"
    status = 409


@transaction.atomic
def block_lead(*, conversion_id: int, reason: str, actor, now: datetime) -> Conversion:
    """Nothing of this lead is released until it is unblocked. The same reason again changes nothing.

    Raises BlockReasonMissing, UnderReview, NothingToHold, Conversion.DoesNotExist.
    """
    lead, reason = _locked(conversion_id), " ".join(reason.split())[:300]
    if not reason:
        raise BlockReasonMissing(_("Say why: the webmaster reads it."))
    if lead.released and not lead.held:
        raise NothingToHold(_("The money of this lead has left its hold: decline the lead to take it back."))
    if (lead.is_blocked, lead.block_reason) != (True, reason):
        _set(lead, True, reason, "conversion.blocked", actor, now)
    return lead


@transaction.atomic
def unblock_lead(*, conversion_id: int, actor, now: datetime) -> Conversion:
    """The hold ends when it would have ended; what is overdue is released within minutes. Raises UnderReview."""
    lead = _locked(conversion_id)
    if lead.is_blocked:
        _set(lead, False, "", "conversion.unblocked", actor, now)
    return lead


def _locked(conversion_id) -> Conversion:
    lead = Conversion.objects.select_for_update(of=("self",)).get(pk=conversion_id)
    if lead.is_blocked and lead.block_reason == UNDER_REVIEW:
        raise UnderReview(_("The fraud review holds this lead: clear or decline it there."))
    return lead


def _set(lead, is_blocked, reason, action, actor, now):
    changes = {"reason": reason or lead.block_reason}
    lead.is_blocked, lead.block_reason, lead.updated_at = is_blocked, reason, now
    lead.save(update_fields=["is_blocked", "block_reason", "updated_at"])
    audit.record(action=action, subject=lead, actor=actor, now=now, changes=changes)
