"""What the bank says came in: the files, and every payment in them once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from cpanet.tenancy.models import NetworkModel


class BankStatement(NetworkModel):
    """A file as somebody uploaded it: how many payments it held, and how many of them were new."""

    class Format(models.TextChoices):
        MT940 = "mt940", "MT940"
        ONEC = "1c", "1C"
        OFX = "ofx", "OFX"
        CSV = "csv", "CSV"

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=8, choices=Format)
    payments_found = models.PositiveIntegerField()
    payments_new = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField()  # what went out, and lines about nothing
    warnings = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]

    def __str__(self):
        return self.file_name


class BankPayment(NetworkModel):
    """Money that came to the network's account. `identity` makes it one, in whatever file it is met again; `amount` in
    units. Booked, it is a deposit of `advertiser`; `proposed` and `proposed_why` say whose it seems to be and why."""

    class Status(models.TextChoices):
        NEW = "new", _("To be confirmed")
        BOOKED = "booked", _("Booked")
        SET_ASIDE = "set_aside", _("Set aside")

    class Match(models.TextChoices):
        INVOICE = "invoice", _("Names our invoice")
        TAX_ID = "tax_id", _("Tax number")
        CONTRACT = "contract", _("Names the contract")
        BEFORE = "before", _("Paid from here before")
        NAME = "name", _("Name")

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="payments")
    identity = models.CharField(max_length=60, editable=False)
    on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    account = models.CharField(max_length=64, blank=True, default="")
    payer = models.CharField(max_length=300, blank=True, default="")
    payer_tax_id = models.CharField(max_length=20, blank=True, default="")
    payer_account = models.CharField(max_length=64, blank=True, default="")
    purpose = models.CharField(max_length=1_000, blank=True, default="")
    reference = models.CharField(max_length=80, blank=True, default="")
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NEW)
    proposed = models.ForeignKey(Advertiser, models.PROTECT, null=True, related_name="+")
    proposed_why = models.CharField(max_length=12, choices=Match, blank=True, default="")
    advertiser = models.ForeignKey(Advertiser, models.PROTECT, null=True, related_name="bank_payments")
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint("network", "identity", name="bank_payment_once"),
            models.CheckConstraint(name="bank_payment_came_in", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="booked_payment_has_its_advertiser",
                condition=Q(status="booked", advertiser__isnull=False)
                | (~Q(status="booked") & Q(advertiser__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["network", "status", "-on", "-id"], name="bank_inbox")]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def deposit_key(self) -> str:
        """What makes its deposit one deposit."""
        return f"bank-{self.pk}"
