"""Keeps the figures fresh. Every run does what there is to do at its time and may run twice or side by side."""

import time

from celery import shared_task
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from tracking.statistics.days import keep_zones
from tracking.statistics.offer_metrics import refresh_offer_metrics as write_offer_metrics
from tracking.statistics.rollup import count_dirty_hours
from tracking.statistics.splits import days_to_split, split_day

HOURS_AT_ONCE = 20
SECONDS = 20
RECENT_DAYS = 40


@shared_task(name="tracking.tasks.refresh_statistics")
def refresh_statistics(network_id=None):
    """Count the hours in which something changed: networks take turns, the newest hours come first."""
    deadline = time.monotonic() + SECONDS
    waiting = [network_id] if network_id else active_network_ids()
    for each in waiting:
        with network_scope(each):
            keep_zones(now=timezone.now())
    while waiting and time.monotonic() < deadline:
        waiting = [each for each in waiting if count_dirty_hours(network_id=each, limit=HOURS_AT_ONCE) == HOURS_AT_ONCE]


@shared_task(name="tracking.tasks.split_days")
def split_days(network_id=None, *, days=RECENT_DAYS, seconds=SECONDS):
    """Split the clicks of days that have ended, or have changed since: networks take turns, one day each. Of the last
    `days` every minute; of all (0) every hour."""
    deadline = time.monotonic() + seconds
    due = {}
    for each in [network_id] if network_id else active_network_ids():
        with network_scope(each):
            due[each] = days_to_split(now=timezone.now(), days=days)
    while any(due.values()) and time.monotonic() < deadline:
        for each in [network for network, days in due.items() if days]:
            zone, day = due[each].pop(0)
            with network_scope(each):
                split_day(zone=zone, day=day)


@shared_task(name="tracking.tasks.refresh_offer_metrics")
def refresh_offer_metrics(network_id=None):
    for each in [network_id] if network_id else active_network_ids():
        with network_scope(each):
            write_offer_metrics(now=timezone.now())
