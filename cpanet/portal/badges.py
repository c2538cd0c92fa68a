"""The counts beside the lines of the sidebar: what waits for this person."""

from django.db.models import Q

from cpanet.accounts.models import Affiliate
from cpanet.accounts.roles import Role, may
from offers.models import OfferAccess
from payouts.models import Payout
from payouts.selectors.bank import number_waiting
from tracking.choices import Status
from tracking.models import Conversion
from tracking.outgoing.selectors import paused_receivers
from tracking.selectors.fraud import number_to_review
from tracking.selectors.postbacks import number_parked


def badges_of(audience: str, membership) -> dict[str, int]:
    """{name of the page: count}, only what is not zero. One query per inbox the person may work in."""
    if audience == "manager":
        counts = _of_staff(membership.role)
    elif audience == "advertiser":
        counts = {
            "leads": Conversion.objects.filter(advertiser=membership.advertiser_id, status=Status.PENDING).count()
        }
    else:
        counts = {"postbacks": paused_receivers().filter(affiliate=membership.affiliate_id).count()}
    return {name: count for name, count in counts.items() if count}


def _of_staff(role: Role):
    counts = {}
    if may(role, "people.edit"):
        counts["postbacks"] = paused_receivers().count()
        counts["webmasters"] = Affiliate.objects.filter(status=Affiliate.Status.PENDING).count()
    if may(role, "access.decide"):
        counts["access"] = OfferAccess.objects.filter(status=OfferAccess.Status.REQUESTED).count()
    if may(role, "leads.decide"):
        counts["fraud"] = number_to_review()
        counts["calls"] = number_parked()
    if may(role, "money.adjust"):
        counts["bank"] = number_waiting()
    if may(role, "payouts.review"):
        waiting = Q(status=Payout.Status.REQUESTED) | ~Q(attention="")
        counts["payouts"] = Payout.objects.filter(waiting).count()
    return counts
