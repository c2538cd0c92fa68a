"""Who may promote what."""

from django.db.models import QuerySet

from cpanet.accounts.models import Affiliate
from offers.models import Offer, OfferAccess

_DENIED = (OfferAccess.Status.REFUSED, OfferAccess.Status.WITHDRAWN)


def may_promote(offer_access: str, status: str | None) -> bool:
    """The one rule of access: a decision about the webmaster counts first, else an open offer is open to him.

    `offer_access` is Offer.access, `status` that of his OfferAccess row (None without one).
    """
    if status == OfferAccess.Status.GRANTED:
        return True
    return offer_access == Offer.Access.OPEN and status not in _DENIED


def access_of(offer: Offer, affiliate: Affiliate) -> OfferAccess | None:
    """What was asked and decided about this webmaster and this offer."""
    return OfferAccess.objects.filter(offer=offer, affiliate=affiliate).first()


def has_access(offer: Offer, affiliate: Affiliate) -> bool:
    """Whether an approved webmaster may promote the offer now (its own status is another question)."""
    if affiliate.status != Affiliate.Status.APPROVED:
        return False
    row = access_of(offer, affiliate)
    return may_promote(offer.access, row.status if row else None)


def access_requests(status: str | None = OfferAccess.Status.REQUESTED) -> QuerySet[OfferAccess]:
    """The inbox of requests, the oldest first; other statuses (None: all) the newest decision first."""
    rows = OfferAccess.objects.select_related("offer__advertiser", "affiliate", "decided_by")
    if status == OfferAccess.Status.REQUESTED:
        return rows.filter(status=status).order_by("requested_at", "id")
    return (rows.filter(status=status) if status else rows).order_by("-decided_at", "-id")
