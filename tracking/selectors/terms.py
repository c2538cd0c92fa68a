"""The terms a new lead comes under: who referred its webmaster, and how long his money is held."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from cpanet.accounts.models import Affiliate
from cpanet.tenancy.raw import columns
from offers.models import Goal
from tracking.models import ReferralTerms

_REFERRER = """
    SELECT referred.referrer_id, referred.created_at
    FROM accounts_affiliate referred
    JOIN accounts_affiliate referrer ON referrer.id = referred.referrer_id AND referrer.status = %(approved)s
    WHERE referred.network_id = %(network)s AND referrer.network_id = %(network)s AND referred.id = %(affiliate)s
"""
_HOLD_DAYS = """
    SELECT days FROM tracking_holdterm
    WHERE network_id = %(network)s AND affiliate_id = %(affiliate)s
      AND (offer_id IS NULL OR offer_id = %(offer)s) AND (goal_id IS NULL OR goal_id = %(goal)s)
    ORDER BY goal_id NULLS LAST, offer_id NULLS LAST
    LIMIT 1
"""


@dataclass(frozen=True)
class Referral:
    """Whose part of a lead, and how much: `percent` in basis points of `base` (a ReferralBase)."""

    referrer_id: int
    percent: int
    base: str


def referral_of(*, affiliate_id: int, at: datetime) -> Referral | None:
    """The referrer's part of what this webmaster brings at this moment; None where there is none (any more).

    A referrer who is not approved gets nothing of new leads; what he has got stays his.
    """
    found = columns(_REFERRER, affiliate=affiliate_id, approved=Affiliate.Status.APPROVED.value)
    if found is None:
        return None
    referrer_id, since = found
    terms = terms_of(referrer_id)
    if terms is None or not terms.percent or (terms.days is not None and at >= since + timedelta(days=terms.days)):
        return None
    return Referral(referrer_id, terms.percent, terms.base)


def terms_of(affiliate_id: int | None) -> ReferralTerms | None:
    """What a webmaster gets as a referrer: what was agreed with him, else what the network gives everybody."""
    rows = ReferralTerms.objects.filter(Q(affiliate=affiliate_id) | Q(affiliate__isnull=True))
    return rows.order_by(F("affiliate_id").asc(nulls_last=True)).first()


def hold_days_of(*, affiliate_id: int, goal: Goal) -> int:
    """The days of the most special rule: webmaster and goal, webmaster and offer, webmaster, goal, offer."""
    agreed = columns(_HOLD_DAYS, affiliate=affiliate_id, offer=goal.offer_id, goal=goal.pk)
    if agreed:
        return agreed[0]
    return goal.offer.hold_days if goal.hold_days is None else goal.hold_days
