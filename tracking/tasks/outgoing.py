"""Tells webmasters' systems what became of their leads."""

import uuid

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from cpanet.jobs.services import claim_job
from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from tracking.outgoing.calls import TIMEOUT
from tracking.outgoing.services.resending import run_backfill
from tracking.outgoing.services.sending import send_due

SECONDS = 20
_TURN = "postbacks:sender"


@shared_task(name="tracking.tasks.send_postbacks")
def send_postbacks(network_id=None):
    """Every few seconds, for all networks: however many receivers are slow, they keep one worker busy, not all.

    The turn in the cache saves only that; whoever sends twice at the same time claims other rows.
    """
    token = uuid.uuid4().hex
    if not cache.add(_TURN, token, timeout=SECONDS + int(TIMEOUT) + 5):
        return
    try:
        send_due(network_ids=active_network_ids(), clock=timezone.now, seconds=SECONDS)
    finally:
        if cache.get(_TURN) == token:
            cache.delete(_TURN)


@shared_task(name="tracking.tasks.backfill_postbacks")
def backfill_postbacks(network_id, job_id):
    with network_scope(network_id):
        job = claim_job(job_id=job_id, now=timezone.now())
    if job:
        run_backfill(network_id=network_id, job=job, clock=timezone.now)
