"""What the clock does with money: holds end, books are checked."""

import logging
import time
from datetime import timedelta
from functools import wraps

from celery import shared_task
from django.utils import timezone

from cpanet.ledger import fuse
from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from payouts.currencies.selectors import currency_rules
from payouts.currencies.services import rates
from payouts.currencies.services.exchange import exchange_into_wallet
from payouts.models import Wallet
from payouts.services import credit, drafts, freezes, reliability, reminders, schedules, sending
from payouts.services.fuse_letters import tell_of_fuse
from tracking.services import holds
from tracking.services.funding import mark_all_funded

log = logging.getLogger(__name__)
SECONDS = 240  # of one run with the rails
RATES_STAY_FRESH = timedelta(hours=20)


@shared_task
def release_due_holds():
    """Release what is due in every network, in transactions of a few hundred. Running twice releases once."""
    for network_id in active_network_ids():
        release_all(network_id, timezone.now())


def release_all(network_id: int, now) -> holds.Released:
    """Release everything that is due in one network at `now`; each chunk is a transaction of its own."""
    count, amounts = 0, {}
    with network_scope(network_id):
        mark_all_funded(now=now)
    is_going = True
    while is_going:
        with network_scope(network_id):
            released = holds.Released(0, {}) if fuse.is_blown() else holds.release_due_holds(now=now)
            is_going = fuse.count(fuse.RELEASES, released.count, now=now) and released.count > 0
            tell_of_fuse(now=now)
        count += released.count
        for currency, units in released.amount_by_currency.items():
            amounts[currency] = amounts.get(currency, 0) + units
    return holds.Released(count, amounts)


@shared_task
def check_books():
    """Examine the books of every network; where they differ, payouts freeze.

    What is due is released first: after a standstill of the whole platform late holds are no difference of the books,
    but one that cannot be released is.
    """
    for network_id in active_network_ids():
        release_all(network_id, timezone.now())
        with network_scope(network_id):
            broken = [finding.name for finding in freezes.check_books(now=timezone.now()) if not finding.holds]
        if broken:
            log.error("books of network %s differ: %s", network_id, ", ".join(broken))


@shared_task
def submit_due_payouts(network_id=None):
    """Hand what is due to the rails. Many workers at once, or one twice, submit each payout once."""
    for each in [network_id] if network_id else active_network_ids():
        _for_network(each, _until_done(sending.submit_due))


@shared_task
def look_up_unknown(network_id=None):
    """Ask the rails what became of payouts whose outcome is not known."""
    for each in [network_id] if network_id else active_network_ids():
        _for_network(each, _until_done(sending.look_up_due))


def _until_done(work):
    """A few at a time, each few with a time of their own, for at most SECONDS; the next run goes on."""

    @wraps(work)
    def repeated(*, network_id, now):
        deadline = time.monotonic() + SECONDS
        while work(network_id=network_id, now=timezone.now()) == sending.AT_ONCE and time.monotonic() < deadline:
            pass

    return repeated


@shared_task
def request_scheduled_payouts():
    """Request what is due by its schedule; running twice requests once."""
    for network_id in active_network_ids():
        _for_network(network_id, schedules.request_scheduled)


def _for_network(network_id, work, **arguments):
    """One network's trouble must not hold up the others."""
    try:
        work(network_id=network_id, now=timezone.now(), **arguments)
    except Exception:
        log.exception("%s of network %s", work.__name__, network_id)


@shared_task
def watch_credit(network_id=None, advertiser_id=None):
    """Pause, resume and warn by balance: one advertiser whose money has moved, or everybody who has a limit."""
    for each in [network_id] if network_id else active_network_ids():
        with network_scope(each):
            owners = [advertiser_id] if advertiser_id else credit.watched()
        for owner in owners:
            _for_network(each, _watch_in_scope, advertiser_id=owner)


def _watch_in_scope(*, network_id, advertiser_id, now):
    with network_scope(network_id):
        credit.watch(advertiser_id=advertiser_id, now=now)


@shared_task
def refresh_reliability():
    """How advertisers pay, for the catalogue."""
    for network_id in active_network_ids():
        _for_network(network_id, _refresh_reliability)


def _refresh_reliability(*, network_id, now):
    with network_scope(network_id):
        reliability.refresh_reliability(now=now)


@shared_task
def make_invoice_drafts():
    """Drafts for those whose invoice period has ended; running twice makes each once."""
    for network_id in active_network_ids():
        _for_network(network_id, drafts.make_due_drafts)


@shared_task
def remind_of_overdue_invoices():
    """Reminders to advertisers whose invoices are overdue; running twice reminds once."""
    for network_id in active_network_ids():
        _for_network(network_id, reminders.remind_of_overdue)


@shared_task
def import_rates(network_id=None):
    """Every two hours: the rates of every network that has named an address and has not got them today; those of
    `network_id` in any case."""
    now = timezone.now()
    for each in [network_id] if network_id else active_network_ids():
        with network_scope(each):
            rules = currency_rules()
        if rules.source_url and (network_id or not _is_fresh(rules, now)):
            failure = rates.fetch_rates(network_id=each, now=now)
            if failure:
                log.warning("rates of network %s: %s", each, failure)


def _is_fresh(rules, now) -> bool:
    asked = rules.last_attempt_at
    return bool(asked and not rules.last_failure and now - asked < RATES_STAY_FRESH)


@shared_task
def exchange_into_wallets(network_id=None):
    """Exchange what has become available into the currency each webmaster wants. Running twice exchanges once."""
    for each in [network_id] if network_id else active_network_ids():
        with network_scope(each):
            wallets = list(Wallet.objects.select_related("affiliate"))
        for wallet in wallets:
            with network_scope(each):
                exchange_into_wallet(wallet=wallet, now=timezone.now())
