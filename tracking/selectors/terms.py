"""The terms a new lead comes under: who referred its webmaster, and how long his money is held."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from cpanet.accounts.models import Affiliate
from offers.models import Goal
from tracking.models import HoldTerm, ReferralTerms


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
    referred = Affiliate.objects.filter(pk=affiliate_id, referrer__status=Affiliate.Status.APPROVED)
    row = referred.values_list("referrer_id", "created_at").first()
    if row is None:
        return None
    referrer_id, since = row
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
    terms = HoldTerm.objects.filter(Q(offer=goal.offer_id) | Q(offer__isnull=True), affiliate=affiliate_id)
    term = (
        terms.filter(Q(goal=goal.pk) | Q(goal__isnull=True))
        .order_by(F("goal_id").asc(nulls_last=True), F("offer_id").asc(nulls_last=True))
        .first()
    )
    if term:
        return term.days
    return goal.offer.hold_days if goal.hold_days is None else goal.hold_days
