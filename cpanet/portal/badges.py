"""The counts beside the lines of the sidebar: what waits for this person."""

from django.db.models import Q
from django.utils import timezone

from cpanet.accounts.models import Affiliate
from cpanet.accounts.roles import Role, may
from cpanet.ledger.fuse import is_blown
from offers.models import OfferAccess
from payouts.currencies.selectors import held_rates
from payouts.models import Adjustment, AdvertiserTerms, Invoice, Payout
from payouts.selectors.bank import number_waiting
from tracking.choices import Status
from tracking.models import Conversion
from tracking.outgoing.selectors import paused_receivers
from tracking.selectors.disputes import disputes_of_advertiser, number_for_network, open_ones
from tracking.selectors.fraud import number_to_review
from tracking.selectors.postbacks import number_parked


def badges_of(audience: str, membership) -> dict[str, int]:
    """{name of the page: count}, only what is not zero. One query per inbox the person may work in."""
    if audience == "manager":
        counts = _of_staff(membership.role)
    elif audience == "advertiser":
        counts = _of_advertiser(membership.advertiser_id)
    else:
        counts = {"postbacks": paused_receivers().filter(affiliate=membership.affiliate_id).count()}
    return {name: count for name, count in counts.items() if count}


def _of_advertiser(advertiser_id):
    unpaid = Invoice.objects.filter(advertiser=advertiser_id, kind=Invoice.Kind.INVOICE, status__in=Invoice.OPEN)
    return {
        "leads": Conversion.objects.filter(advertiser=advertiser_id, status=Status.PENDING).count(),
        "disputes": open_ones(disputes_of_advertiser(advertiser_id)).count(),
        "invoices": unpaid.count(),
        "balance": AdvertiserTerms.objects.filter(advertiser=advertiser_id, paused_at__isnull=False).count(),
    }


def _of_staff(role: Role):
    counts = {}
    if may(role, "people.edit"):
        counts["postbacks"] = paused_receivers().count()
        counts["webmasters"] = Affiliate.objects.filter(status=Affiliate.Status.PENDING).count()
    if may(role, "access.decide"):
        counts["access"] = OfferAccess.objects.filter(status=OfferAccess.Status.REQUESTED).count()
    if may(role, "leads.decide"):
        counts["fraud"] = number_to_review()
        counts["disputes"] = number_for_network(timezone.now())
        counts["calls"] = number_parked()
    if may(role, "money.adjust"):
        counts["bank"] = number_waiting()
        counts["adjustments"] = Adjustment.objects.filter(status=Adjustment.Status.PROPOSED).count()
        counts["invoices"] = Invoice.objects.filter(status=Invoice.Status.DRAFT).count()
        counts["advertisers"] = AdvertiserTerms.objects.filter(paused_at__isnull=False).count()
    if may(role, "payouts.confirm"):
        counts["fuse"] = int(is_blown())
        counts["rates"] = held_rates().count()
    if may(role, "payouts.review"):
        waiting = Q(status=Payout.Status.REQUESTED) | ~Q(attention="")
        counts["payouts"] = Payout.objects.filter(waiting).count()
    return counts
