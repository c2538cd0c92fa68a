"""How an advertiser pays."""

from django.db import models
from django.db.models.functions import Now

from cpanet.accounts.models import Advertiser
from cpanet.tenancy.models import NetworkModel


class AdvertiserReliability(NetworkModel):
    """How fast an advertiser has paid for his leads (median days of the last 90 days) and for how many days of his
    ordinary costs his deposit lasts. None: too few leads to tell. Written by payouts, shown in the catalogue."""

    advertiser = models.OneToOneField(Advertiser, models.CASCADE, related_name="reliability")
    days_to_pay = models.PositiveIntegerField(null=True)
    funded_days = models.PositiveIntegerField(null=True)
    counted_at = models.DateTimeField(db_default=Now())

    class Meta(NetworkModel.Meta):
        verbose_name_plural = "advertiser reliability"

    def __str__(self):
        return f"reliability of {self.advertiser_id}"
