"""Sending what is due: claimed by lease with SKIP LOCKED, retried with growing waits, parked visibly when exhausted."""

import json
import logging
import random
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F

from cpanet.jobs.models import OutboxMessage
from cpanet.tenancy.scope import network_scope

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 10
BATCH = 50


def deliver_due(*, network_id: int, now: datetime) -> int:
    """Send up to BATCH due messages of one network; returns how many left. Nothing is sent inside a transaction."""
    with network_scope(network_id):
        messages = _claim(now)
    return sum(_deliver(network_id, message, now) for message in messages)


def _claim(now):
    due = OutboxMessage.objects.filter(state=OutboxMessage.State.DUE, due_at__lte=now).order_by("due_at")
    messages = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    OutboxMessage.objects.filter(pk__in=[message.pk for message in messages]).update(
        due_at=now + LEASE, attempts=F("attempts") + 1
    )
    return messages


def _deliver(network_id, message, now):
    try:
        _send_email(json.loads(message.payload))
    except Exception as error:  # whatever the mail server says, the row keeps it and is tried again
        _postpone(network_id, message, now, error)
        return 0
    with network_scope(network_id):
        OutboxMessage.objects.filter(pk=message.pk).update(state=OutboxMessage.State.SENT, sent_at=now, payload="")
    return 1


def _postpone(network_id, message, now, error):
    attempts = message.attempts + 1
    exhausted = attempts >= MAX_ATTEMPTS
    wait = timedelta(minutes=2**attempts) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
    log.warning("outbox %s, attempt %s failed: %s", message.pk, attempts, error)
    with network_scope(network_id):
        OutboxMessage.objects.filter(pk=message.pk).update(
            state=OutboxMessage.State.PARKED if exhausted else OutboxMessage.State.DUE,
            due_at=now + wait,
            last_error=f"{type(error).__name__}: {error}"[:1000],
        )


def _send_email(payload):
    mail = EmailMultiAlternatives(
        payload["subject"],
        payload["body"],
        payload["from"],
        payload["to"],
        connection=get_connection(settings.DELIVERY_EMAIL_BACKEND),
    )
    if payload["html"]:
        mail.attach_alternative(payload["html"], "text/html")
    mail.send()
