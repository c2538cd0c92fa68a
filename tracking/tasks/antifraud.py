"""The rules against fraud at work. Every run does what there is to do, and may run twice or side by side."""

import logging

from celery import shared_task
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from tracking.services import fraud

log = logging.getLogger(__name__)
BATCHES = 40


@shared_task(name="tracking.tasks.check_new_leads")
def check_new_leads(network_id=None):
    """Look at leads that no rule has looked at yet, some seconds after they came."""
    for each in [network_id] if network_id else active_network_ids():
        for _batch in range(BATCHES):
            with network_scope(each):
                found = fraud.check_new_leads(now=timezone.now())
            if found < fraud.AT_ONCE:
                break


@shared_task(name="tracking.tasks.judge_webmasters")
def judge_webmasters(network_id=None):
    """The rules that need many leads: shares of approved leads, sudden growth."""
    for each in [network_id] if network_id else active_network_ids():
        with network_scope(each):
            fraud.judge_webmasters(now=timezone.now())
