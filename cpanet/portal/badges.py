"""The counts beside the lines of the sidebar: what waits for this person."""

from datetime import UTC, datetime
from functools import cache

from django.db import connection
from django.db.models import CharField, Count, Q, Value
from django.utils import timezone

from cpanet.accounts.models import Affiliate
from cpanet.accounts.roles import Role, may
from cpanet.ledger.fuse import blown_fuses
from cpanet.tenancy.scope import current_network_id, writing_for
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

# Stand in a statement for what is known when it is asked; no row has them.
_NETWORK, _ADVERTISER, _AFFILIATE, _NOW = -1, -2, -3, datetime(1, 1, 1, tzinfo=UTC)


def badges_of(audience: str, membership) -> dict[str, int]:
    """{name of the page: count}, only what is not zero. One statement for all inboxes the person may work in."""
    statement, values = _statement(audience, membership.role)
    if not statement:
        return {}
    told = {
        _NETWORK: current_network_id(), _ADVERTISER: membership.advertiser_id, _AFFILIATE: membership.affiliate_id,
        _NOW: timezone.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, [told.get(value, value) for value in values])
        return {name: count for name, count in cursor.fetchall() if count}


@cache
def _statement(audience: str, role: Role) -> tuple[str, tuple]:
    """Written once for all networks: it is asked on every page, and building it takes longer than its answer."""
    with writing_for(_NETWORK):
        inboxes = {"manager": _of_staff, "advertiser": _of_advertiser, "webmaster": _of_affiliate}[audience](role)
        named = [inbox.order_by().annotate(inbox=Value(name, CharField())) for name, inbox in inboxes.items()]
        parts = [inbox.values("inbox").annotate(count=Count("pk")).values_list("inbox", "count") for inbox in named]
        return parts[0].union(*parts[1:], all=True).query.sql_with_params() if parts else ("", ())


def _of_affiliate(_role):
    return {"postbacks": paused_receivers().filter(affiliate=_AFFILIATE)}


def _of_advertiser(_role):
    return {
        "leads": Conversion.objects.filter(advertiser=_ADVERTISER, status=Status.PENDING),
        "disputes": open_ones(disputes_of_advertiser(_ADVERTISER)),
        "invoices": Invoice.objects.filter(advertiser=_ADVERTISER, kind=Invoice.Kind.INVOICE, status__in=Invoice.OPEN),
        "balance": AdvertiserTerms.objects.filter(advertiser=_ADVERTISER, paused_at__isnull=False),
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
        inboxes["disputes"] = waiting_for_network(_NOW)
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
