"""Questions about promo codes."""

from datetime import datetime

from django.db.models import Q, QuerySet

from cpanet.accounts.models import Affiliate
from offers.models import Coupon, Offer, OfferAccess


def all_coupons() -> QuerySet[Coupon]:
    """Every promo code of the network, the newest first."""
    return Coupon.objects.select_related("offer", "affiliate", "advertiser").order_by("-id")


def coupons_of_offer(offer: Offer) -> QuerySet[Coupon]:
    """Those of an offer, the newest first."""
    return all_coupons().filter(offer=offer)


def coupons_of_affiliate(affiliate: Affiliate, *, now: datetime) -> QuerySet[Coupon]:
    """Those a webmaster may hand out at this moment."""
    is_valid = Q(valid_until__isnull=True) | Q(valid_until__gt=now)
    return all_coupons().filter(is_valid, affiliate=affiliate, is_active=True)


def webmasters_for(offer: Offer) -> QuerySet[Affiliate]:
    """Approved webmasters who may promote the offer, by name."""
    accesses = OfferAccess.objects.filter(offer=offer)
    approved = Affiliate.objects.filter(status=Affiliate.Status.APPROVED).order_by("name", "id")
    if offer.access == Offer.Access.OPEN:
        denied = (OfferAccess.Status.REFUSED, OfferAccess.Status.WITHDRAWN)
        return approved.exclude(pk__in=accesses.filter(status__in=denied).values("affiliate_id"))
    return approved.filter(pk__in=accesses.filter(status=OfferAccess.Status.GRANTED).values("affiliate_id"))
