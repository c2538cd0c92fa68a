"""Access of webmasters to offers: asked for, decided, taken back."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cpanet.accounts import audit, letters
from cpanet.accounts.models import Affiliate, User
from cpanet.core.errors import Conflict, DomainError
from cpanet.tenancy.scope import current_network_id
from cpanet.tenancy.services import touch_config
from offers.models import Offer, OfferAccess

Status = OfferAccess.Status
MIN_MESSAGE = 10


class AccessNotPossible(DomainError):
    """This request for access is not possible."""

    code = "access_not_possible"


class ReasonMissing(DomainError):
    """Say why: the webmaster will read it."""

    code = "reason_missing"
    field = "reason"


@transaction.atomic
def request_access(
    *, offer: Offer, affiliate: Affiliate, message: str, actor: User | None, now: datetime
) -> OfferAccess:
    """Ask for an offer, saying how the traffic will be brought; after a refusal one may ask again.

    The caller has checked that the webmaster may know of the offer (selectors.offer_for_webmaster). Raises
    AccessNotPossible.
    """
    access = _row(offer, affiliate, now)
    _refuse_idle_request(offer, affiliate, access)
    if len(message.strip()) < MIN_MESSAGE:
        raise AccessNotPossible(_("Write in a sentence or two how you will bring the traffic."), field="message")
    access.status, access.message, access.requested_at = Status.REQUESTED, message.strip()[:1000], now
    access.reason, access.decided_at, access.decided_by = "", None, None
    access.save()
    audit.record(action="access.requested", subject=access, actor=actor, now=now)
    return access


@transaction.atomic
def decide_access(
    *, access: OfferAccess, status: str, actor: User | None, now: datetime, reason: str = ""
) -> OfferAccess:
    """Grant or refuse a request (a refusal needs a reason). The same decision again changes nothing.

    Raises ReasonMissing, and Conflict when somebody else has decided otherwise meanwhile.
    """
    if status not in (Status.GRANTED, Status.REFUSED):
        raise AccessNotPossible(_("Say “granted” or “refused”."), field="status")
    if status == Status.REFUSED and not reason.strip():
        raise ReasonMissing(_("Say why: the webmaster will read it."))
    access = OfferAccess.objects.select_for_update(of=("self",)).get(pk=access.pk)
    if access.status == status:
        return access
    if access.status != Status.REQUESTED:
        raise Conflict(_("This request was decided meanwhile: it is “%s” now.") % access.get_status_display())
    return _decide(access, status, reason, actor, now)


@transaction.atomic
def invite(*, offer: Offer, affiliate: Affiliate, actor: User | None, now: datetime) -> OfferAccess:
    """Give a webmaster the offer without his asking (the only way to an offer by invitation)."""
    access = _row(offer, affiliate, now)
    if access.status == Status.GRANTED and access.decided_at:
        return access
    return _decide(access, Status.GRANTED, "", actor, now)


@transaction.atomic
def withdraw_access(
    *, offer: Offer, affiliate: Affiliate, reason: str, actor: User | None, now: datetime
) -> OfferAccess:
    """From `now` on his links to the offer lead to the fallback; what he has earned stays his. Also shuts one webmaster
    out of an open offer. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(_("Say why: the webmaster will read it."))
    access = _row(offer, affiliate, now)
    if access.status == Status.WITHDRAWN and access.decided_at:
        return access
    return _decide(access, Status.WITHDRAWN, reason, actor, now)


def _row(offer: Offer, affiliate: Affiliate, now: datetime) -> OfferAccess:
    """The one row of the pair, locked; made when there is none (a request made twice at once finds the same row)."""
    OfferAccess.objects.get_or_create(
        offer=offer, affiliate=affiliate, defaults={"requested_at": now, "status": Status.WITHDRAWN}
    )
    rows = OfferAccess.objects.select_for_update(of=("self",)).select_related("offer", "affiliate")
    return rows.get(offer=offer, affiliate=affiliate)


def _refuse_idle_request(offer: Offer, affiliate: Affiliate, access: OfferAccess) -> None:
    decided = access.decided_at is not None
    if affiliate.status != Affiliate.Status.APPROVED:
        raise AccessNotPossible(_("Your account is not approved yet."))
    if access.status == Status.GRANTED:
        raise AccessNotPossible(_("You have access to this offer already."))
    if access.status == Status.REQUESTED:
        raise AccessNotPossible(_("You have asked already: the manager will answer."))
    if offer.access == Offer.Access.OPEN and not decided:
        raise AccessNotPossible(_("This offer is open to you: take a link."))


def _decide(access: OfferAccess, status: str, reason: str, actor, now) -> OfferAccess:
    is_new = access.decided_at is None and access.status == Status.WITHDRAWN
    before, access.status = None if is_new else access.status, status
    access.reason, access.decided_at, access.decided_by = reason.strip()[:500], now, actor
    access.save()
    changes = {"status": [before, status], "reason": access.reason}
    audit.record(action=f"access.{status}", subject=access, actor=actor, now=now, changes=changes)
    touch_config(current_network_id())
    _tell(access)
    return access


def _tell(access: OfferAccess) -> None:
    """A mail to the webmaster's people, written with the decision and sent after it."""
    letters.write(
        letters.people_of_affiliate(access.affiliate_id), template="offers/emails/access.txt",
        subject=lambda: _("your access to %s") % access.offer.name, values=lambda: {"access": access},
        path=reverse("webmaster:offers"),
    )  # fmt: skip
