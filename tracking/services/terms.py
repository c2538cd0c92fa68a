"""Agreements about money beside the rates: what referrers get, how long single webmasters' money is held.

They count for leads that come in from then on; a lead keeps the terms of its day.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from offers.models import Goal, Offer
from tracking.choices import ReferralBase
from tracking.models import HoldTerm, ReferralTerms

LONGEST_HOLD = 365
LONGEST_REFERRAL = 36_500


class BadTerms(DomainError):
    """These terms are not possible."""

    code = "bad_terms"


@transaction.atomic
def save_referral_terms(
    *, affiliate: Affiliate | None, percent: int, base: str, days: int | None, actor, now: datetime
) -> ReferralTerms:
    """What a webmaster (None: every one of the network without terms of his own) gets for those he refers.

    `percent` in basis points of `base` (a ReferralBase); `days` from the registration of the referred one, None for
    ever. Raises BadTerms.
    """
    if not 0 <= percent <= 10_000:
        raise BadTerms(_("Write a percent from 0 to 100."), field="percent")
    if base not in ReferralBase.values:
        raise BadTerms(_("Say what the percent is of."), field="base")
    if days is not None and not 1 <= days <= LONGEST_REFERRAL:
        raise BadTerms(_("Write 1 to %d days, or leave it empty: for ever.") % LONGEST_REFERRAL, field="days")
    before = ReferralTerms.objects.filter(affiliate=affiliate).first()
    values = {"percent": percent, "base": base, "days": days}
    row, _created = ReferralTerms.objects.update_or_create(affiliate=affiliate, defaults={**values, "updated_at": now})
    changes = {name: [getattr(before, name, None), value] for name, value in values.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        audit.record(action="referral.terms", subject=affiliate or row, actor=actor, now=now, changes=changes)
    return row


@transaction.atomic
def remove_referral_terms(*, affiliate: Affiliate, actor, now: datetime) -> bool:
    """From now on he gets what every referrer gets; False when nothing had been agreed with him."""
    removed, _rows = ReferralTerms.objects.filter(affiliate=affiliate).delete()
    if removed:
        audit.record(action="referral.terms_removed", subject=affiliate, actor=actor, now=now)
    return bool(removed)


@transaction.atomic
def save_hold_term(
    *, affiliate: Affiliate, offer: Offer | None, goal: Goal | None, days: int, actor, now: datetime
) -> HoldTerm:
    """Hold this webmaster's money so many days: everywhere, at one offer, or for one goal of it. Raises BadTerms."""
    if not 0 <= days <= LONGEST_HOLD:
        raise BadTerms(_("Write 0 to %d days.") % LONGEST_HOLD, field="days")
    if goal:
        offer = goal.offer
    before = HoldTerm.objects.filter(affiliate=affiliate, offer=offer, goal=goal).first()
    row, _created = HoldTerm.objects.update_or_create(
        affiliate=affiliate, offer=offer, goal=goal, defaults={"days": days, "updated_at": now}
    )
    changes = {"days": [before.days if before else None, days], **_where(offer, goal)}
    audit.record(action="hold.terms", subject=affiliate, actor=actor, now=now, changes=changes)
    return row


@transaction.atomic
def remove_hold_term(*, term: HoldTerm, actor, now: datetime) -> None:
    """The holds of the offer and its goals count for him again."""
    changes = {"days": [term.days, None], **_where(term.offer, term.goal)}
    audit.record(action="hold.terms_removed", subject=term.affiliate, actor=actor, now=now, changes=changes)
    term.delete()


def _where(offer, goal) -> dict:
    found = {"offer": offer.name} if offer else {}
    return found | ({"goal": goal.name} if goal else {})
