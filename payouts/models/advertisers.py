"""On what terms an advertiser works with the network, and who both are on paper."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from cpanet.tenancy.models import NetworkModel


class AdvertiserTerms(NetworkModel):
    """Terms of one advertiser; amounts in units of `currency`.

    `credit_limit`: how far his deposit less what he owes may fall below zero before his offers pause (None: any far).
    `warn_below`: below this deposit he is told to pay (None: never). The row is what locks his invoices.
    """

    class Mode(models.TextChoices):
        PREPAID = "prepaid", _("Pays in advance")
        POSTPAID = "postpaid", _("Pays invoices")

    class Period(models.TextChoices):
        NONE = "none", _("By hand only")
        WEEK = "week", _("Every week")
        HALF_MONTH = "half_month", _("Twice a month")
        MONTH = "month", _("Every month")

    advertiser = models.OneToOneField(Advertiser, models.CASCADE, related_name="terms")
    mode = models.CharField(_("how he pays"), max_length=12, choices=Mode, default=Mode.POSTPAID)
    currency = models.CharField(_("currency"), max_length=3)
    credit_limit = models.BigIntegerField(_("may owe up to"), null=True)
    warn_below = models.BigIntegerField(_("warn below"), null=True)
    invoice_period = models.CharField(_("invoices"), max_length=12, choices=Period, default=Period.NONE)
    due_days = models.PositiveSmallIntegerField(_("days to pay"), default=14)
    legal_name = models.CharField(_("name on paper"), max_length=200, blank=True, default="")
    tax_id = models.CharField(_("tax number"), max_length=20, blank=True, default="")
    contract = models.CharField(_("contract"), max_length=60, blank=True, default="")
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    # What the watch over his balance has done.
    paused_at = models.DateTimeField(null=True, editable=False)
    paused_offers = models.JSONField(default=list, editable=False)  # ids of the offers that the pause has stopped
    warned_at = models.DateTimeField(null=True, editable=False)

    class Meta(NetworkModel.Meta):
        verbose_name_plural = "advertiser terms"
        constraints = [
            models.CheckConstraint(
                name="credit_limit_not_negative", condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0)
            )
        ]

    def __str__(self):
        return f"terms of {self.advertiser_id}"


class NetworkDetails(NetworkModel):
    """Who the network is on its invoices, and how they are numbered. One row; its lock is what numbers stand on."""

    legal_name = models.CharField(_("name on paper"), max_length=200, blank=True, default="")
    tax_id = models.CharField(_("tax number"), max_length=20, blank=True, default="")
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    bank = models.CharField(_("bank details"), max_length=500, blank=True, default="")
    invoice_prefix = models.CharField(_("numbers begin with"), max_length=12, blank=True, default="INV-")
    reminds_overdue = models.BooleanField(_("remind advertisers of overdue invoices"), default=True)
    last_number = models.PositiveIntegerField(default=0, editable=False)

    class Meta(NetworkModel.Meta):
        verbose_name_plural = "network details"
        constraints = [models.UniqueConstraint("network", name="one_details_per_network")]

    def __str__(self):
        return self.legal_name
