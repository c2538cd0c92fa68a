"""Long work with progress, and what goes out: both live in PostgreSQL, the queue only carries hints."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.core.secrets import EncryptedTextField
from cpanet.tenancy.models import NetworkModel


class Job(NetworkModel):
    """One long piece of work: the row a page shows progress from, and that survives any restart."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        PARTIAL = "partial", _("Done in part")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")

    OPEN = (State.QUEUED, State.RUNNING)

    kind = models.CharField(max_length=32)
    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.TextField(blank=True, default="")
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    advertiser = models.ForeignKey("accounts.Advertiser", models.CASCADE, null=True, related_name="+")
    affiliate = models.ForeignKey("accounts.Affiliate", models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["network", "state", "heartbeat_at"],
                name="job_open",
                condition=models.Q(state__in=["queued", "running"]),
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def percent(self) -> int | None:
        """0…100, None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None


class OutboxMessage(NetworkModel):
    """Something that must leave: written in the transaction that caused it, sent by a worker, retried, then parked."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")

    class State(models.TextChoices):
        DUE = "due", _("Due")
        SENT = "sent", _("Sent")
        PARKED = "parked", _("Parked")

    kind = models.CharField(max_length=16, choices=Kind)
    receiver = models.CharField(max_length=300)
    subject = models.CharField(max_length=300, blank=True, default="")
    payload = EncryptedTextField()
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["network", "due_at"], name="outbox_due", condition=models.Q(state="due"))]

    def __str__(self):
        return f"{self.kind} to {self.receiver}"
