"""Caps of clicks are counted here: the click server itself only looks whether they are full."""

import logging

from celery import shared_task
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from tracking.services import caps

log = logging.getLogger(__name__)


@shared_task(name="tracking.tasks.count_click_caps")
def count_click_caps(network_id=None):
    """Count anew what the clicks of each network have filled; one network's trouble does not stop the others."""
    for each in [network_id] if network_id else active_network_ids():
        try:
            with network_scope(each):
                caps.count_clicks(now=timezone.now())
        except Exception:  # the next round is in seconds
            log.exception("the caps of clicks of network %s could not be counted", each)
