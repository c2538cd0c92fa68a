"""The one way to write the audit log."""

from datetime import datetime

from django.db import models

from cpanet.accounts.models import AuditEntry, User

SYSTEM = "system"


def record(
    *,
    action: str,
    subject: models.Model,
    actor: User | None,
    now: datetime,
    changes: dict | None = None,
    via: str = SYSTEM,
) -> AuditEntry:
    """Write down that `actor` (None: the machine, named by `via`) did `action` to `subject` at `now`.

    `changes` is JSON-able: {"field": [before, after]} or plain facts. Secrets and personal data do not belong there.
    """
    return AuditEntry.objects.create(
        at=now,
        actor=actor,
        actor_label=(actor.display_name if actor else via)[:200],
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=str(subject)[:300],
        changes=changes or {},
        address=getattr(actor, "current_address", None),
    )


def timeline(subject: models.Model, limit: int = 50):
    """The newest entries about one object."""
    return AuditEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)[:limit]


def timeline_items(subject: models.Model) -> list[dict]:
    """The newest entries as the `timeline` element of the pages wants them."""
    return [
        {
            "at": entry.at,
            "title": entry.action.replace(".", " ").replace("_", " ").capitalize(),
            "text": entry.changes.get("reason", ""),
            "actor": entry.actor_label,
        }
        for entry in timeline(subject)
    ]
