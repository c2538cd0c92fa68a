"""Makes tomorrow's places for clicks long before they are needed."""

import logging
from datetime import UTC, datetime

from celery import shared_task

from tracking.partitions import DAYS_TO_WARN, days_left, ensure_usual_partitions

log = logging.getLogger(__name__)


@shared_task(name="tracking.tasks.ensure_click_partitions")
def ensure_click_partitions():
    """Every hour. A horizon nearer than a week before the run means that runs have failed for a week."""
    now = datetime.now(UTC)
    left = days_left(now)
    if left is not None and left < DAYS_TO_WARN:
        log.warning("the click table has partitions for %s days only", left)
    ensure_usual_partitions(now)
