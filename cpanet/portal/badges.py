"""The counts beside the lines of the sidebar: what waits for this person."""

from django.db.models import CharField, Count, Q, QuerySet, Value
from django.utils import timezone

from cpanet.accounts.models import Affiliate
from cpanet.accounts.roles import Role, may
from cpanet.ledger.fuse import blown_fuses
from offers.models import OfferAccess
from payouts.currencies.selectors import held_rates
from payouts.models import Adjustment, AdvertiserTerms, Invoice, Payout
from payouts.selectors.bank import waiting_payments
from tracking.choices import Status
from tracking.models import Conversion
from tracking.outgoing.selectors import paused_receivers
from tracking.selectors.disputes import disputes_of_advertiser, open_ones, waiting_for_network
from tracking.selectors.fraud import leads_to_review
from tracking.selectors.postbacks import parked_calls


def badges_of(audience: str, membership) -> dict[str, int]:
    """{name of the page: count}, only what is not zero. One statement for all inboxes the person may work in."""
    if audience == "manager":
        return _counted(_of_staff(membership.role))
    if audience == "advertiser":
        return _counted(_of_advertiser(membership.advertiser_id))
    return _counted({"postbacks": paused_receivers().filter(affiliate=membership.affiliate_id)})


def _counted(inboxes: dict[str, QuerySet]) -> dict[str, int]:
    named = [inbox.order_by().annotate(inbox=Value(name, CharField())) for name, inbox in inboxes.items()]
    parts = [inbox.values("inbox").annotate(count=Count("pk")).values_list("inbox", "count") for inbox in named]
    rows = parts[0].union(*parts[1:], all=True) if parts else ()
    return {name: count for name, count in rows if count}


def _of_advertiser(advertiser_id):
    return {
        "leads": Conversion.objects.filter(advertiser=advertiser_id, status=Status.PENDING),
        "disputes": open_ones(disputes_of_advertiser(advertiser_id)),
        "invoices": Invoice.objects.filter(
            advertiser=advertiser_id, kind=Invoice.Kind.INVOICE, status__in=Invoice.OPEN
        ),
        "balance": AdvertiserTerms.objects.filter(advertiser=advertiser_id, paused_at__isnull=False),
    }


def _of_staff(role: Role):
    inboxes = {}
    if may(role, "people.edit"):
        inboxes["postbacks"] = paused_receivers()
        inboxes["webmasters"] = Affiliate.objects.filter(status=Affiliate.Status.PENDING)
    if may(role, "access.decide"):
        inboxes["access"] = OfferAccess.objects.filter(status=OfferAccess.Status.REQUESTED)
    if may(role, "leads.decide"):
        inboxes["fraud"] = leads_to_review()
        inboxes["disputes"] = waiting_for_network(timezone.now())
        inboxes["calls"] = parked_calls()
    if may(role, "money.adjust"):
        inboxes["bank"] = waiting_payments()
        inboxes["adjustments"] = Adjustment.objects.filter(status=Adjustment.Status.PROPOSED)
        inboxes["invoices"] = Invoice.objects.filter(status=Invoice.Status.DRAFT)
        inboxes["advertisers"] = AdvertiserTerms.objects.filter(paused_at__isnull=False)
    if may(role, "payouts.confirm"):
        inboxes["fuse"] = blown_fuses()
        inboxes["rates"] = held_rates()
    if may(role, "payouts.review"):
        inboxes["payouts"] = Payout.objects.filter(Q(status=Payout.Status.REQUESTED) | ~Q(attention=""))
    return inboxes
