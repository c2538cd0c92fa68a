"""Drafts that the clock makes when an invoice period ends."""

import logging
from datetime import datetime

from cpanet.core.errors import DomainError
from cpanet.tenancy.scope import network_scope
from payouts.invoicing.periods import last_closed
from payouts.models import AdvertiserTerms, Invoice
from payouts.services.invoices import NothingToInvoice, make_drafts, network_zone, start_of
from tracking.models import Conversion

log = logging.getLogger(__name__)


def make_due_drafts(*, network_id: int, now: datetime) -> int:
    """Make what is due in one network, each advertiser and currency in a transaction of its own; how many."""
    with network_scope(network_id):
        due = list(_due(now))
    return sum(_make(network_id, *each, now) for each in due)


def _due(now):
    """(advertiser's id, currency, first day, first day after) of every closed period that nobody has invoiced yet."""
    today = now.astimezone(network_zone()).date()
    by_clock = AdvertiserTerms.objects.exclude(invoice_period=AdvertiserTerms.Period.NONE)
    for terms in by_clock.order_by("advertiser_id"):
        since, until = last_closed(terms.invoice_period, today)
        leads = Conversion.objects.filter(advertiser_id=terms.advertiser_id, status_updated_at__lt=start_of(until))
        leads = leads.exclude(recognised_revenue=0)
        for currency in leads.order_by("currency").values_list("currency", flat=True).distinct():
            if not _is_made(terms.advertiser_id, currency, until):
                yield terms.advertiser_id, currency, since, until


def _is_made(advertiser_id, currency, until):
    """Also a draft of an earlier period: it waits for a person, who issues it first."""
    made = Invoice.objects.filter(advertiser_id=advertiser_id, currency=currency, cancels__isnull=True)
    return made.filter(until=until).exists() or made.filter(status=Invoice.Status.DRAFT).exists()


def _make(network_id, advertiser_id, currency, since, until, now) -> int:
    with network_scope(network_id):
        terms = AdvertiserTerms.objects.select_related("advertiser").get(advertiser_id=advertiser_id)
        try:
            return len(
                make_drafts(
                    advertiser=terms.advertiser, currency=currency, since=since, until=until, actor=None, now=now
                )
            )
        except NothingToInvoice:
            return 0
        except DomainError as error:
            log.warning("no draft for advertiser %s: %s", advertiser_id, error)
            return 0
