"""Mail that is part of the transaction: an e-mail backend that writes to the outbox."""

import json

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from cpanet.core.queue import enqueue
from cpanet.jobs.models import OutboxMessage
from cpanet.tenancy.scope import current_network_id_or_none


class OutboxBackend(BaseEmailBackend):
    """Each message becomes one row per mail, sent by the worker after commit. Mail of operators, who belong to no
    network, is sent at once."""

    def send_messages(self, messages):
        if current_network_id_or_none() is None:
            return get_connection(settings.DELIVERY_EMAIL_BACKEND).send_messages(messages)
        for message in messages:
            row = OutboxMessage.objects.create(
                kind=OutboxMessage.Kind.EMAIL,
                receiver=", ".join(message.to)[:300],
                subject=message.subject[:300],
                payload=json.dumps(as_payload(message)),
            )
        enqueue("cpanet.jobs.tasks.deliver_outbox", network_id=row.network_id)
        return len(messages)


def as_payload(message) -> dict:
    """What is needed to send the message later."""
    html = next((body for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
    return {
        "subject": message.subject,
        "body": message.body,
        "html": html,
        "from": message.from_email,
        "to": message.to,
    }
