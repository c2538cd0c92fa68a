"""Sweeps that make Redis dispensable: they find in PostgreSQL what a lost message would have started."""

from celery import shared_task
from django.utils import timezone

from cpanet.jobs.outbox import deliver_due
from cpanet.jobs.services import resume_abandoned
from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids


@shared_task
def resume_abandoned_jobs():
    for network_id in active_network_ids():
        with network_scope(network_id):
            resume_abandoned(now=timezone.now())


@shared_task
def deliver_outbox(network_id=None):
    """Send what is due: of one network right after its commit, of all on the schedule."""
    for each in [network_id] if network_id else active_network_ids():
        deliver_due(network_id=each, now=timezone.now())
