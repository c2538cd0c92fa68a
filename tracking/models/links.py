"""Tracking links of webmasters."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.core.ids import short_code
from cpanet.tenancy.models import NetworkModel
from offers.choices import TrafficSource
from offers.models import Landing, Offer


class TrackingLink(NetworkModel):
    """A webmaster's link to an offer, with its settings. The code is part of its public address for ever."""

    code = models.CharField(max_length=32, default=short_code, editable=False)
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="links")
    affiliate = models.ForeignKey(Affiliate, models.PROTECT, related_name="links")
    landing = models.ForeignKey(
        Landing, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("landing")
    )
    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    traffic_source = models.CharField(
        _("kind of traffic"), max_length=32, choices=TrafficSource, blank=True, default=""
    )
    deep_link = models.CharField(_("page on the shop's site"), max_length=2000, blank=True, default="")
    sub1 = models.CharField(max_length=600, blank=True, default="")
    sub2 = models.CharField(max_length=600, blank=True, default="")
    sub3 = models.CharField(max_length=600, blank=True, default="")
    sub4 = models.CharField(max_length=600, blank=True, default="")
    sub5 = models.CharField(max_length=600, blank=True, default="")
    fallback_url = models.URLField(_("fallback address"), max_length=2000, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [models.UniqueConstraint("network", "code", name="link_code")]
        indexes = [models.Index(fields=["network", "affiliate", "-id"], name="links_of_affiliate")]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        """What its owner calls it."""
        return self.name or self.code
