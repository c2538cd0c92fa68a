"""Work of offers that nobody waits for."""

from celery import shared_task
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from offers.services.feeds import start_due_refreshes
from offers.services.imports import work_on_import


@shared_task
def import_feed(network_id, job_id):
    """One import; sent again by the sweep of jobs when its worker dies."""
    work_on_import(network_id=network_id, job_id=job_id, clock=timezone.now)


@shared_task
def refresh_feeds():
    """Start the imports of feeds whose time has come, network by network."""
    for network_id in active_network_ids():
        with network_scope(network_id):
            start_due_refreshes(now=timezone.now())
