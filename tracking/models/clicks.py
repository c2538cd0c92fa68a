"""Clicks as the edge wrote them, and what marks their hours for the statistics."""

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
