"""What happens by itself when an advertiser misses his deadline."""

import logging

from celery import shared_task
from django.utils import timezone

from cpanet.ledger import fuse
from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from tracking.services import deadlines

log = logging.getLogger(__name__)


@shared_task(name="tracking.tasks.approve_overdue")
def approve_overdue(network_id=None):
    """Approve overdue leads, each in a transaction of its own, so that one cannot stop the others."""
    for each in [network_id] if network_id else active_network_ids():
        now = timezone.now()
        with network_scope(each):
            overdue = [] if fuse.is_blown() else deadlines.overdue_leads(now=now)
        for conversion_id in overdue:
            if not _approve(each, conversion_id, now):
                break


def _approve(network_id, conversion_id, now) -> bool:
    """False when the fuse has blown: the rest waits for a person."""
    try:
        with network_scope(network_id):
            is_changed = deadlines.approve_overdue(conversion_id=conversion_id, now=now)
            return fuse.count(fuse.APPROVALS, int(is_changed), now=now)
    except Exception:  # it stays pending and is tried again; the others go on
        log.exception("lead %s of network %s could not be approved", conversion_id, network_id)
        return True
