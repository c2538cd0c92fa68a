"""What the clock does with money: holds end, books are checked."""

import logging

from celery import shared_task
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from payouts.services import freezes, schedules, sending
from tracking.services import holds
from tracking.services.funding import mark_all_funded

log = logging.getLogger(__name__)


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
    while True:
        with network_scope(network_id):
            released = holds.release_due_holds(now=now)
        if not released.count:
            return holds.Released(count, amounts)
        count += released.count
        for currency, units in released.amount_by_currency.items():
            amounts[currency] = amounts.get(currency, 0) + units


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
        _for_network(each, sending.submit_due)


@shared_task
def look_up_unknown(network_id=None):
    """Ask the rails what became of payouts whose outcome is not known."""
    for each in [network_id] if network_id else active_network_ids():
        _for_network(each, sending.look_up_due)


@shared_task
def request_scheduled_payouts():
    """Request what is due by its schedule; running twice requests once."""
    for network_id in active_network_ids():
        _for_network(network_id, schedules.request_scheduled)


def _for_network(network_id, work):
    """One network's trouble must not hold up the others."""
    try:
        work(network_id=network_id, now=timezone.now())
    except Exception:
        log.exception("%s of network %s", work.__name__, network_id)
