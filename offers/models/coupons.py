"""Promo codes that attribute a sale without a link."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.tenancy.models import NetworkModel
from offers.models.offers import Offer


class Coupon(NetworkModel):
    """A promo code of an advertiser, given to one webmaster for one offer. Letters' case never matters: `code_key` is
    the code as it is compared (see `offers.coupon_codes.key_of`)."""

    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="coupons")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="coupons", verbose_name=_("offer"))
    affiliate = models.ForeignKey(
        Affiliate, models.PROTECT, null=True, blank=True, related_name="coupons", verbose_name=_("webmaster")
    )
    code = models.CharField(_("promo code"), max_length=60)
    code_key = models.CharField(max_length=60, editable=False)
    description = models.CharField(_("what it gives the customer"), max_length=200, blank=True, default="")
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    given_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "advertiser", "code_key", name="coupon_code_of_advertiser"),
            models.CheckConstraint(
                name="coupon_ends_after_start",
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gt=models.F("valid_from")),
                violation_error_message=_("The end must come after the start."),
            ),
        ]
        indexes = [models.Index(fields=["network", "affiliate", "-id"], name="coupons_of_affiliate")]

    def __str__(self):
        return self.code
