"""Makes tomorrow's places for clicks long before they are needed, and puts old ones away."""

import logging
from datetime import UTC, datetime, time

from celery import shared_task
from django.conf import settings

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.selectors import active_network_ids
from tracking.models import DirtyHour
from tracking.partitions import days_to_put_away, ensure_usual_partitions, horizon_alarm, put_away
from tracking.services.addresses import cut_addresses, days_to_cut
from tracking.services.old_details import BATCH, remove_old_contacts, remove_old_deliveries
from tracking.statistics.rollup import count_marked_hour

log = logging.getLogger(__name__)


@shared_task(name="tracking.tasks.ensure_click_partitions")
def ensure_click_partitions():
    """Every hour. A horizon nearer than a week before the run means that runs have failed for a week; the staff is told
    by their home page, which looks for itself."""
    now = datetime.now(UTC)
    left = horizon_alarm(now)
    if left is not None:
        log.error("the click table has partitions for %s days only", left)
    ensure_usual_partitions(now)


@shared_task(name="tracking.tasks.put_clicks_away")
def put_clicks_away():
    """Every day: days older than the operator keeps clicks leave the click table, once their hours are counted."""
    for day in days_to_put_away(datetime.now(UTC), settings.CLICK_RETENTION_DAYS):
        try:
            _count_what_is_left(day)
            put_away(day)
        except Exception:  # the others may do; this one is tried again tomorrow
            log.exception("the clicks of %s could not be put away", day)


def _count_what_is_left(day):
    for network_id in Network.objects.order_by("id").values_list("id", flat=True):
        with network_scope(network_id):
            span = (datetime.combine(day, time.min, tzinfo=UTC), datetime.combine(day, time.max, tzinfo=UTC))
            hours = list(DirtyHour.objects.filter(hour__range=span).values_list("hour", flat=True).distinct())
        for hour in hours:
            count_marked_hour(network_id=network_id, hour=hour)


@shared_task(name="tracking.tasks.cut_old_addresses")
def cut_old_addresses(network_id=None):
    """Every day: addresses older than the network keeps them whole are cut short, day by day."""
    for each in [network_id] if network_id else active_network_ids():
        with network_scope(each):
            days = days_to_cut(now=datetime.now(UTC))
        for day in days:
            with network_scope(each):
                cut_addresses(day=day)


@shared_task(name="tracking.tasks.remove_old_details")
def remove_old_details(network_id=None):
    """Every day: what was sent and who submitted leads, when it is older than the operator keeps it; each batch in a
    transaction of its own."""
    kept = ((remove_old_deliveries, settings.KEEP_DELIVERIES_DAYS), (remove_old_contacts, settings.KEEP_CONTACTS_DAYS))
    for each in [network_id] if network_id else active_network_ids():
        for remove, days in kept:
            while _remove_batch(each, remove, days) == BATCH:
                pass


def _remove_batch(network_id, remove, days):
    with network_scope(network_id):
        return remove(days=days, now=datetime.now(UTC))
