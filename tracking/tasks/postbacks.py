"""Calls that came before their clicks."""

import logging

from celery import shared_task
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from tracking.services.postbacks import calls_to_settle, settle_call

log = logging.getLogger(__name__)


@shared_task(name="tracking.tasks.match_waiting")
def match_waiting(network_id=None):
    """Land waiting calls whose clicks have come, each in a transaction of its own: one cannot stop the others."""
    for each in [network_id] if network_id else active_network_ids():
        now = timezone.now()
        with network_scope(each):
            waiting = calls_to_settle(now=now)
        for postback_id in waiting:
            _settle(each, postback_id, now)


def _settle(network_id, postback_id, now):
    try:
        with network_scope(network_id):
            settle_call(postback_id=postback_id, now=now)
    except Exception:  # it stays waiting and is tried again; the others go on
        log.exception("postback %s of network %s could not be settled", postback_id, network_id)
