"""Calls that came before their clicks, and batches of them."""

import logging

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from cpanet.jobs.services import claim_job, report_progress
from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from tracking.services.batches import end_batch, read_items, slice_of
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


@shared_task(name="tracking.tasks.read_batch")
def read_batch(network_id, job_id):
    """Read the items of a batch slice by slice, each in a transaction of its own: whoever dies, the next one goes on
    behind the last whole slice."""
    with network_scope(network_id):
        job = claim_job(job_id=job_id, now=timezone.now())
    if job is None:
        return
    while numbers := _next_slice(network_id, job):
        try:
            _read(network_id, job, numbers)
        except OperationalError as error:
            log.info("batch %s: a slice is read item by item: %s", job_id, str(error).strip())
            for number in numbers:
                _read(network_id, job, [number])
        job.done += len(numbers)
        with network_scope(network_id):
            report_progress(job=job, done=min(job.done, job.total), now=timezone.now())
    with network_scope(network_id):
        end_batch(job=job, now=timezone.now())


def _next_slice(network_id, job):
    with network_scope(network_id):
        return slice_of(job)


def _read(network_id, job, numbers):
    with network_scope(network_id):
        read_items(job=job, numbers=numbers)
