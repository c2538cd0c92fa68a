"""What an advertiser owes for a closed period, and the leads behind every figure."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from cpanet.core.ids import uuid7
from cpanet.tenancy.models import NetworkModel
from offers.models import Goal, Offer
from payouts.fees import in_whole_coins
from tracking.models import Conversion


class Invoice(NetworkModel):
    """An invoice or a credit note. Amounts are units of `currency`; a credit note's are negative.

    Days are those of the network's time zone, `until` is the first day after the period. Seller and buyer are written
    down as they were at the issue.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        PARTLY_PAID = "partly_paid", _("Partly paid")
        PAID = "paid", _("Paid")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = (Status.ISSUED, Status.PARTLY_PAID)
    LIVE = (Status.DRAFT, *OPEN, Status.PAID)

    uid = models.UUIDField(default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.INVOICE)
    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="invoices")
    currency = models.CharField(max_length=3)
    since = models.DateField()
    until = models.DateField()
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    number = models.PositiveIntegerField(null=True)
    number_text = models.CharField(_("number"), max_length=32, blank=True, default="")
    total = models.BigIntegerField(default=0)
    settled = models.BigIntegerField(default=0)
    cancels = models.OneToOneField("self", models.PROTECT, null=True, related_name="cancelled_by_note")
    seller = models.JSONField(default=dict)
    buyer = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    due_date = models.DateField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "uid", name="invoice_uid"),
            models.UniqueConstraint("network", "number", name="invoice_number_once"),
            models.UniqueConstraint(
                "network", "advertiser", "currency", "kind", name="one_draft_at_a_time", condition=Q(status="draft")
            ),
            models.CheckConstraint(name="invoice_period_runs_forward", condition=Q(until__gt=models.F("since"))),
            models.CheckConstraint(
                name="issued_invoice_is_numbered", condition=Q(status="draft", number__isnull=True)
                | (~Q(status="draft") & Q(number__isnull=False, issued_at__isnull=False)),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["network", "advertiser", "-id"], name="invoices_of_advertiser")]
        triggers = [
            pgtrigger.Protect(
                name="issued_invoice_stays", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__status__df="draft")
            ),
            pgtrigger.Protect(
                name="issued_total_stays", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__df="draft", new__total__df=pgtrigger.F("old__total")),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.number_text or f"#{self.pk}"

    @property
    def payable(self) -> int:
        """What is to be paid: whole coins; what is less stays on the balance."""
        return in_whole_coins(self.total) if self.total > 0 else 0

    @property
    def unpaid(self) -> int:
        return self.payable - self.settled


class InvoiceReminder(NetworkModel):
    """The advertiser was reminded of an overdue invoice: written with the e-mail, so that none is sent twice."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint("network", "invoice", "number", name="reminded_once")]

    def __str__(self):
        return f"reminder {self.number} of {self.invoice_id}"


class InvoiceLine(NetworkModel):
    """So many leads of one offer and goal. Corrections of leads that an earlier invoice holds stand apart."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    is_correction = models.BooleanField(default=False)
    title = models.CharField(max_length=300)
    leads = models.PositiveIntegerField()
    amount = models.BigIntegerField()

    class Meta(NetworkModel.Meta):
        ordering = ["is_correction", "title", "id"]
        constraints = [models.UniqueConstraint("network", "invoice", "goal", "is_correction", name="one_line_per_goal")]

    def __str__(self):
        return self.title


class InvoiceRow(NetworkModel):
    """A lead in a line: what it adds to the invoice, at which revision. `is_void`: the invoice was cancelled, so that
    the lead may be in another one."""

    line = models.ForeignKey(InvoiceLine, models.CASCADE, related_name="rows")
    conversion = models.ForeignKey(Conversion, models.PROTECT, related_name="+")
    is_correction = models.BooleanField(default=False)
    is_void = models.BooleanField(default=False)
    revision = models.PositiveIntegerField()
    amount = models.BigIntegerField()

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "network", "conversion", name="lead_is_invoiced_once", condition=Q(is_correction=False, is_void=False)
            )
        ]
        indexes = [models.Index(fields=["network", "conversion"], name="rows_of_lead")]

    def __str__(self):
        return f"{self.conversion_id} in {self.line_id}"
