"""When the books of a network do not agree, no money leaves it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpanet.tenancy.models import NetworkModel


class PayoutFreeze(NetworkModel):
    """From `frozen_at` to `lifted_at` nothing is confirmed or sent. `findings`: the broken invariants with examples."""

    frozen_at = models.DateTimeField()
    findings = models.JSONField(default=list)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", name="one_freeze_at_a_time", condition=Q(lifted_at__isnull=True))
        ]

    def __str__(self):
        return f"freeze {self.pk}"
