"""Money on its way to webmasters."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.core.ids import public_id, uuid7
from cpanet.core.secrets import EncryptedTextField
from cpanet.tenancy.models import NetworkModel
from payouts.models.methods import PayoutDetails, PayoutMethod


class PayoutBatch(NetworkModel):
    """Payouts that leave together in one register file. Made by one person, confirmed by another."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("In review")
        CONFIRMED = "confirmed", _("Confirmed")
        SENT = "sent", _("Sent")
        CLOSED = "closed", _("Closed")
        DISSOLVED = "dissolved", _("Dissolved")

    method = models.ForeignKey(PayoutMethod, models.PROTECT, related_name="batches")
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    register_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="batch_has_two_persons",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("created_by")),
                violation_error_message=_("A second person must confirm: you made this batch yourself."),
            ),
            models.CheckConstraint(
                name="batch_confirmed_before_sent",
                condition=~Q(status__in=["confirmed", "sent", "closed"]) | Q(confirmed_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="batch_states",
                field="status",
                transitions=[
                    ("draft", "confirmed"),
                    ("draft", "dissolved"),
                    ("confirmed", "sent"),
                    ("confirmed", "dissolved"),
                    ("sent", "closed"),
                ],
            )
        ]

    def __str__(self):
        return f"#{self.pk}"


class BatchRegister(NetworkModel):
    """The file of a batch for the bank, kept as it was made at the confirmation. It holds accounts: encrypted."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        XML = "xml", "ISO 20022"

    batch = models.ForeignKey(PayoutBatch, models.PROTECT, related_name="registers")
    format = models.CharField(max_length=4, choices=Format)
    sha256 = models.CharField(max_length=64)
    content = EncryptedTextField()
    made_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["format"]
        constraints = [models.UniqueConstraint("network", "batch", "format", name="one_register_per_format")]

    def __str__(self):
        return f"{self.batch_id}.{self.format}"


class Payout(NetworkModel):
    """One payment to one webmaster. `amount` leaves his balance, `amount - fee` reaches him; units of `currency`."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        APPROVED = "approved", _("In a batch")
        SUBMITTING = "submitting", _("Being sent")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Outcome unknown")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        RETURNED = "returned", _("Returned")
        REJECTED = "rejected", _("Rejected")

    BEFORE_SENDING = (Status.REQUESTED, Status.APPROVED, Status.SUBMITTING)
    UNDERWAY = (Status.SENT, Status.UNKNOWN)
    OPEN = BEFORE_SENDING + UNDERWAY

    uid = models.UUIDField(default=uuid7, editable=False)
    affiliate = models.ForeignKey(Affiliate, models.PROTECT, related_name="payouts")
    method = models.ForeignKey(PayoutMethod, models.PROTECT, related_name="payouts")
    details = models.ForeignKey(PayoutDetails, models.PROTECT, related_name="payouts")
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, related_name="payouts")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.REQUESTED)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    idempotency_key = models.CharField(max_length=120, editable=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    status_updated_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    external_reference = models.CharField(max_length=120, blank=True, default="")
    # Of rails only: which attempt is under way under which reference, what is due when, what the rail said last.
    attempt = models.PositiveSmallIntegerField(default=0, editable=False)
    reference = models.CharField(max_length=80, blank=True, default="", editable=False)
    submit_at = models.DateTimeField(null=True, editable=False)
    look_up_at = models.DateTimeField(null=True, editable=False)
    look_ups = models.PositiveSmallIntegerField(default=0, editable=False)
    answer_version = models.BigIntegerField(default=0, editable=False)
    attention = models.CharField(max_length=300, blank=True, default="", editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "uid", name="payout_uid"),
            models.UniqueConstraint("network", "affiliate", "idempotency_key", name="payout_once"),
            models.CheckConstraint(name="payout_amount_above_fee", condition=Q(amount__gt=F("fee"), fee__gte=0)),
            models.CheckConstraint(
                name="payout_submitting_under_a_reference",
                condition=~Q(status="submitting") | (Q(attempt__gte=1) & ~Q(reference="")),
            ),
            models.UniqueConstraint("network", "reference", name="payout_reference", condition=~Q(reference="")),
        ]
        indexes = [
            models.Index(fields=["network", "status", "id"], name="payout_inbox"),
            models.Index(fields=["network", "affiliate", "-id"], name="payouts_of_affiliate"),
            models.Index(fields=["network", "submit_at"], name="due_payouts", condition=Q(submit_at__isnull=False)),
            models.Index(
                fields=["network", "look_up_at"], name="payouts_to_look_up", condition=Q(look_up_at__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="payout_states",
                field="status",
                transitions=[
                    ("requested", "approved"),
                    ("requested", "rejected"),
                    ("approved", "requested"),
                    ("approved", "rejected"),
                    ("approved", "submitting"),
                    ("approved", "sent"),
                    ("submitting", "sent"),
                    ("submitting", "unknown"),
                    ("unknown", "approved"),
                    ("unknown", "sent"),
                    ("unknown", "paid"),
                    ("unknown", "failed"),
                    ("sent", "paid"),
                    ("sent", "failed"),
                    ("sent", "unknown"),
                    ("paid", "returned"),
                ],
            )
        ]

    def __str__(self):
        return self.public_id

    @property
    def public_id(self):
        return public_id("payout", self.uid)

    @property
    def is_open(self) -> bool:
        """Whether its money is still on the way, or may yet come back."""
        return self.status in self.OPEN

    @property
    def net(self) -> int:
        """What reaches the webmaster."""
        return self.amount - self.fee

    @property
    def subject(self) -> str:
        """Its name in the ledger."""
        return f"payout:{self.pk}"
