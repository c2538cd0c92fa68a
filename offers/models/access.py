"""Who may promote an offer, and how it does."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.tenancy.models import NetworkModel
from offers.models.offers import Offer


class OfferAccess(NetworkModel):
    """A webmaster's right to an offer, asked for and decided. Open offers need no row."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="accesses")
    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="accesses")
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.REQUESTED)
    message = models.CharField(_("how the traffic will be brought"), max_length=1000, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [models.UniqueConstraint("network", "offer", "affiliate", name="one_access_per_affiliate")]
        indexes = [
            models.Index(fields=["network", "status", "id"], name="access_inbox"),
            models.Index(fields=["network", "affiliate"], name="access_of_affiliate"),
        ]

    def __str__(self):
        return f"{self.affiliate} – {self.offer}"


class OfferMetrics(NetworkModel):
    """How an offer does in its network over the last 30 days. Written by tracking, shown in the catalogue."""

    offer = models.OneToOneField(Offer, models.CASCADE, related_name="metrics")
    clicks = models.BigIntegerField(default=0)
    unique_clicks = models.BigIntegerField(default=0)
    conversions = models.BigIntegerField(default=0)
    approved = models.BigIntegerField(default=0)
    declined = models.BigIntegerField(default=0)
    earnings = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(db_default=Now())

    class Meta(NetworkModel.Meta):
        constraints = []

    def __str__(self):
        return f"metrics of {self.offer_id}"

    @property
    def epc(self) -> int | None:
        """Units per unique click, None without clicks."""
        return self.earnings // self.unique_clicks if self.unique_clicks else None

    @property
    def cr(self) -> float | None:
        return self.conversions / self.unique_clicks if self.unique_clicks else None

    @property
    def approval_rate(self) -> float | None:
        decided = self.approved + self.declined
        return self.approved / decided if decided else None
