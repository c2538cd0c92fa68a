"""Promo codes: made for an offer, given to a webmaster, switched off."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate, User
from offers.coupon_codes import LONGEST_CODE, key_of
from offers.models import Coupon, Offer
from offers.selectors.access import has_access
from offers.services.changes import BadOffer, apply, locked, validate

EDITABLE = {"affiliate", "description", "valid_from", "valid_until", "is_active"}
MOST_AT_ONCE = 500


class BadCode(BadOffer):
    """A promo code cannot be so."""

    code = "bad_promo_code"
    field = "codes"


class NoAccess(BadOffer):
    """The webmaster may not promote the offer."""

    code = "no_access"
    field = "affiliate"


@transaction.atomic
def add_coupons(
    *,
    offer: Offer,
    codes: Sequence[str],
    actor: User | None,
    now: datetime,
    affiliate: Affiliate | None = None,
    description: str = "",
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> list[Coupon]:
    """Promo codes of an offer, all or none; given to `affiliate` if there is one.

    Raises BadCode, NoAccess, BadOffer.
    """
    _check_access(offer, affiliate)
    offer = locked(offer)
    made = []
    for code, key in _checked(offer, codes):
        coupon = Coupon(
            advertiser_id=offer.advertiser_id, offer=offer, affiliate=affiliate, code=code, code_key=key,
            description=description.strip(), valid_from=valid_from, valid_until=valid_until,
            given_at=now if affiliate else None,
        )  # fmt: skip
        validate(coupon)
        coupon.save()
        made.append(coupon)
    shown = ", ".join(coupon.code for coupon in made)[:300]
    changes = {"codes": shown, "affiliate": affiliate.pk if affiliate else None}
    audit.record(action="coupon.added", subject=offer, actor=actor, now=now, changes=changes)
    return made


@transaction.atomic
def update_coupon(*, coupon: Coupon, actor: User | None, now: datetime, **changes) -> Coupon:
    """Change fields of EDITABLE; leads that came stay whose they are. Raises NoAccess, BadOffer."""
    coupon = Coupon.objects.select_for_update(of=("self",)).select_related("offer", "affiliate").get(pk=coupon.pk)
    affiliate = changes.get("affiliate")
    if affiliate is not None and affiliate.pk != coupon.affiliate_id:
        _check_access(coupon.offer, affiliate)
        coupon.given_at = now
    before = coupon.affiliate_id
    differing = apply(coupon, changes, EDITABLE)
    if differing:
        differing = {name: pair for name, pair in differing.items() if name != "affiliate"}
        if before != coupon.affiliate_id:
            differing["affiliate"] = [before, coupon.affiliate_id]
        changes = {"coupon": coupon.code, **differing}
        audit.record(action="coupon.changed", subject=coupon.offer, actor=actor, now=now, changes=changes)
    return coupon


def _check_access(offer, affiliate) -> None:
    if affiliate is not None and not has_access(offer, affiliate):
        raise NoAccess(_("This webmaster has no access to “%s”: grant it first.") % offer.name)


def _checked(offer, codes) -> list[tuple[str, str]]:
    """(code, its key) of each; the same twice, here or among the advertiser's, is refused by name."""
    found: dict[str, str] = {}
    for code in (" ".join(code.split()) for code in codes):
        key = key_of(code)
        if not key or len(code) > LONGEST_CODE or "\0" in code:
            raise BadCode(_("“%s” cannot be a promo code: 1 to 60 characters, please.") % code[:70])
        if key in found:
            raise BadCode(_("“%s” is there twice.") % code)
        found[key] = code
    if not found or len(found) > MOST_AT_ONCE:
        raise BadCode(_("Write 1 to %d promo codes, one on each line.") % MOST_AT_ONCE)
    taken = Coupon.objects.filter(advertiser=offer.advertiser_id, code_key__in=found).values_list("code", flat=True)
    if taken := list(taken[:5]):
        raise BadCode(_("The advertiser has these already: %s.") % ", ".join(taken))
    return [(code, key) for key, code in found.items()]
