"""A webmaster says that a decision is wrong; the advertiser or the network answers within a time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.tenancy.models import NetworkModel
from tracking.choices import DecisionSource, DisputeAbout, DisputeState
from tracking.models.conversions import Conversion


class Dispute(NetworkModel):
    """One decision (`revision` of the lead) disputed, once."""

    conversion = models.ForeignKey(Conversion, models.PROTECT, related_name="disputes")
    revision = models.PositiveIntegerField()
    about = models.CharField(max_length=8, choices=DisputeAbout)
    state = models.CharField(_("state"), max_length=12, choices=DisputeState, default=DisputeState.OPEN)
    text = models.CharField(_("what is wrong"), max_length=2000)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answer = models.CharField(_("answer"), max_length=2000, blank=True, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_as = models.CharField(max_length=16, choices=DecisionSource, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "conversion", "revision", name="decision_disputed_once"),
            models.UniqueConstraint(
                "network", "conversion", name="one_open_dispute", condition=Q(state=DisputeState.OPEN)
            ),
            models.CheckConstraint(
                name="closed_dispute_has_its_time",
                condition=Q(state=DisputeState.OPEN, answered_at__isnull=True)
                | (~Q(state=DisputeState.OPEN) & Q(answered_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["network", "answer_by"], name="disputes_open", condition=Q(state=DisputeState.OPEN))
        ]

    def __str__(self):
        return f"dispute {self.pk} of {self.conversion_id}"
