"""Product feeds of advertisers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.jobs.models import Job
from cpanet.tenancy.models import NetworkModel
from offers.models.offers import Offer


class ProductFeed(NetworkModel):
    """Where the goods of an offer come from, and how the last import went."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="feeds")
    name = models.CharField(_("name"), max_length=100, default="", blank=True)
    url = models.URLField(_("address"), max_length=2000, blank=True, default="")
    refresh_hours = models.PositiveSmallIntegerField(_("fetched every, hours"), default=24)
    is_active = models.BooleanField(_("active"), default=True)
    format = models.CharField(max_length=32, blank=True, default="", editable=False)
    encoding = models.CharField(max_length=32, blank=True, default="", editable=False)
    shop_name = models.CharField(max_length=200, blank=True, default="", editable=False)
    last_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", editable=False)
    imported_at = models.DateTimeField(null=True, editable=False)
    next_fetch_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]

    def __str__(self):
        return self.name or self.shop_name or f"feed {self.pk}"


class Product(NetworkModel):
    """One item of a feed. `external_id` is text as the shop wrote it; a removed item stays, unavailable."""

    feed = models.ForeignKey(ProductFeed, models.CASCADE, related_name="products")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=500)
    url = models.CharField(max_length=2000, blank=True, default="")
    price = models.BigIntegerField(null=True)
    old_price = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    category_path = ArrayField(models.CharField(max_length=200), default=list)
    vendor = models.CharField(max_length=200, blank=True, default="")
    vendor_code = models.CharField(max_length=200, blank=True, default="")
    barcode = models.CharField(max_length=200, blank=True, default="")
    pictures = ArrayField(models.CharField(max_length=2000), default=list)
    description = models.TextField(blank=True, default="")
    params = models.JSONField(default=list)
    group_id = models.CharField(max_length=200, blank=True, default="")
    is_available = models.BooleanField(default=True)
    is_listed = models.BooleanField(default=True)
    content_hash = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint("network", "feed", "external_id", name="product_in_feed")]
        indexes = [models.Index(fields=["network", "feed", "is_listed", "id"], name="products_of_feed")]

    def __str__(self):
        return self.name

    @property
    def category(self) -> str:
        """The path of the category from the root, as text."""
        return " / ".join(self.category_path)
