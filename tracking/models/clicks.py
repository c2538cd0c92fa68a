"""Clicks as the edge wrote them, and the roll-up made from them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from cpanet.tenancy.models import NetworkModel

SUB_IDS = tuple(f"sub{number}" for number in range(1, 11))


class Click(NetworkModel):
    """One visit through a link. Partitioned by day of `clicked_at`; written by COPY alone; ids instead of foreign keys,
    because a click is kept whatever becomes of the link. Field order is COPY order (see tracking.edge)."""

    pk = models.CompositePrimaryKey("id", "clicked_at")
    id = models.UUIDField()
    network = models.ForeignKey("tenancy.Network", models.DO_NOTHING, related_name="+", db_constraint=False)
    clicked_at = models.DateTimeField()
    link_id = models.BigIntegerField()
    offer_id = models.BigIntegerField()
    landing_id = models.BigIntegerField(null=True)
    affiliate_id = models.BigIntegerField()
    advertiser_id = models.BigIntegerField()
    address = models.GenericIPAddressField(null=True)
    country = models.TextField()
    device = models.TextField()
    system = models.TextField()
    browser = models.TextField()
    language = models.TextField()
    referrer_host = models.TextField()
    user_agent = models.TextField()
    sub1 = models.TextField()
    sub2 = models.TextField()
    sub3 = models.TextField()
    sub4 = models.TextField()
    sub5 = models.TextField()
    sub6 = models.TextField()
    sub7 = models.TextField()
    sub8 = models.TextField()
    sub9 = models.TextField()
    sub10 = models.TextField()
    external_click_id = models.TextField()
    source = models.TextField()
    cost = models.TextField()
    deep_link = models.TextField()
    is_unique = models.BooleanField()
    flags = ArrayField(models.TextField())
    reason = models.TextField()
    config_version = models.BigIntegerField()

    class Meta(NetworkModel.Meta):
        managed = False
        db_table = "tracking_click"

    def __str__(self):
        return str(self.id)


class SpoolOffset(models.Model):
    """How far one segment of one edge's spool has been shipped; moved in the transaction of the COPY."""

    pk = models.CompositePrimaryKey("edge", "segment")
    edge = models.TextField()
    segment = models.TextField()
    position = models.BigIntegerField()
    shipped_at = models.DateTimeField(db_default=Now())

    def __str__(self):
        return f"{self.edge} {self.segment} {self.position}"


class DirtyHour(NetworkModel):
    """A mark: something has changed in this hour of clicks, its roll-up must be counted again.

    Marks are only added, never shared: whoever changes something waits for nobody else who does.
    """

    hour = models.DateTimeField()
    marked_at = models.DateTimeField(db_default=Now())

    class Meta(NetworkModel.Meta):
        indexes = [models.Index(fields=["network", "hour"], name="dirty_hours")]

    def __str__(self):
        return f"{self.hour:%Y-%m-%d %H}h"


class HourlyStats(NetworkModel):
    """Clicks and the conversions that came of them, by the hour of the click. Amounts in units of `currency`.

    Always counted anew for a whole hour from clicks and conversions, never added to: recounting gives the same.
    `quarter` (0 to 3) divides the hour, for the time zones whose days begin within an hour of UTC.
    """

    hour = models.DateTimeField()
    quarter = models.PositiveSmallIntegerField(default=0)
    offer_id = models.BigIntegerField()
    affiliate_id = models.BigIntegerField()
    advertiser_id = models.BigIntegerField()
    link_id = models.BigIntegerField()
    country = models.TextField()
    device = models.TextField()
    sub1 = models.TextField()
    sub2 = models.TextField()
    sub3 = models.TextField()
    sub4 = models.TextField()
    sub5 = models.TextField()
    currency = models.CharField(max_length=3)
    clicks = models.BigIntegerField(default=0)
    unique_clicks = models.BigIntegerField(default=0)
    bot_clicks = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    approved = models.BigIntegerField(default=0)
    declined = models.BigIntegerField(default=0)
    pending_earning = models.BigIntegerField(default=0)
    approved_earning = models.BigIntegerField(default=0)
    declined_earning = models.BigIntegerField(default=0)
    pending_revenue = models.BigIntegerField(default=0)
    approved_revenue = models.BigIntegerField(default=0)

    class Meta(NetworkModel.Meta):
        indexes = [
            models.Index(fields=["network", "hour"], name="stats_by_hour"),
            models.Index(fields=["network", "affiliate_id", "hour"], name="stats_of_affiliate"),
            models.Index(fields=["network", "offer_id", "hour"], name="stats_of_offer"),
            models.Index(fields=["network", "advertiser_id", "hour"], name="stats_of_advertiser"),
        ]

    def __str__(self):
        return f"{self.hour} {self.link_id}"


class HourlyLinkStats(NetworkModel):
    """The same sums by link alone, for the reports that ask for nothing finer: marks can be as many as clicks, links
    cannot. Counted together with HourlyStats, out of it."""

    hour = models.DateTimeField()
    offer_id = models.BigIntegerField()
    affiliate_id = models.BigIntegerField()
    advertiser_id = models.BigIntegerField()
    link_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    clicks = models.BigIntegerField(default=0)
    unique_clicks = models.BigIntegerField(default=0)
    bot_clicks = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    approved = models.BigIntegerField(default=0)
    declined = models.BigIntegerField(default=0)
    pending_earning = models.BigIntegerField(default=0)
    approved_earning = models.BigIntegerField(default=0)
    declined_earning = models.BigIntegerField(default=0)
    pending_revenue = models.BigIntegerField(default=0)
    approved_revenue = models.BigIntegerField(default=0)

    class Meta(NetworkModel.Meta):
        indexes = [
            models.Index(fields=["network", "hour"], name="link_stats_by_hour"),
            models.Index(fields=["network", "affiliate_id", "hour"], name="link_stats_of_affiliate"),
            models.Index(fields=["network", "offer_id", "hour"], name="link_stats_of_offer"),
            models.Index(fields=["network", "advertiser_id", "hour"], name="link_stats_of_advertiser"),
        ]

    def __str__(self):
        return f"{self.hour} {self.link_id}"
