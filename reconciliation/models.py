"""Statements of advertisers: what they say about our leads, and what was made of it."""

from pathlib import PurePosixPath
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from cpanet.jobs.models import Job
from cpanet.tenancy.models import NetworkModel
from tracking.choices import DeclineReason
from tracking.models import Conversion


class StatementSource(NetworkModel):
    """Where an advertiser's statements come from and how their columns and words are read."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="statement_sources")
    name = models.CharField(_("name"), max_length=100)
    mapping = models.JSONField(default=dict)
    tolerance_absolute = models.BigIntegerField(_("tolerance, amount"), default=0)
    tolerance_relative = models.PositiveIntegerField(_("tolerance, percent"), default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint("network", "advertiser", "name", name="statement_source_name")]

    def __str__(self):
        return self.name


def file_path(statement, name: str) -> str:
    """Where the file of a statement is kept: under its network, by a name nobody can guess or choose."""
    ending = PurePosixPath(name).suffix.lower()
    ending = ending if ending in (".csv", ".txt", ".xlsx", ".zip", ".gz") else ".bin"
    return str(PurePosixPath("networks", str(statement.network_id), "statements", uuid4().hex + ending))


class Statement(NetworkModel):
    """One file of a source. uploaded → matched → applying → closed → withdrawing → withdrawn.

    `summary` is what the comparison found, and adds up: rows per class, leads per class, amounts per class and
    currency (units as text), rows without data, status words nobody has explained.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        MATCHED = "matched", _("Ready for review")
        APPLYING = "applying", _("Being applied")
        CLOSED = "closed", _("Applied")
        WITHDRAWING = "withdrawing", _("Being taken back")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REFUSED = "refused", _("Refused")

    source = models.ForeignKey(StatementSource, models.PROTECT, related_name="statements")
    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="statements")
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.UPLOADED)
    file = models.FileField(upload_to=file_path)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=16, blank=True, default="")
    encoding = models.CharField(max_length=32, blank=True, default="")
    mapping = models.JSONField(default=dict)
    period_from = models.DateTimeField(null=True)
    period_until = models.DateTimeField(null=True)
    summary = models.JSONField(default=dict)
    message = models.TextField(blank=True, default="")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        indexes = [models.Index(fields=["network", "advertiser", "-id"], name="statements_of_advertiser")]

    def __str__(self):
        return self.file_name

    @property
    def agreeing(self) -> int | None:
        """Rows that agree with our books; None before the comparison."""
        classes = self.summary.get("classes")
        return None if classes is None else classes.get("equal", 0) + classes.get("within_tolerance", 0)


class StatementRow(NetworkModel):
    """One row of a statement: what it says, what it was matched with, what should happen, whether it did.

    `identity` is the source's row id or a fingerprint with its occurrence number; `revision` counts other contents
    under the same identity over the statements of a source. A lead that only our books know is a row without a number.

    `action` is what happens if the row is accepted; `revenue_change` and `earning_change` are what the books then gain,
    in units of the lead's currency; `order_amount` is their amount where it shall replace ours. `conversion_revision`
    is the lead's revision at the comparison: a lead that was changed since is not touched. `before` is what the lead
    was when the row was applied, with the revision that applying made.
    """

    class Class(models.TextChoices):
        EQUAL = "equal", _("Equal")
        WITHIN_TOLERANCE = "within_tolerance", _("Within tolerance")
        AMOUNT_DIFFERS = "amount_differs", _("Amount differs")
        STATUS_DIFFERS = "status_differs", _("Status differs")
        CURRENCY_DIFFERS = "currency_differs", _("Currency differs")
        THEIRS_ONLY = "theirs_only", _("Only in their file")
        OURS_ONLY = "ours_only", _("Only in our books")
        DUPLICATE_IN_FILE = "duplicate_in_file", _("Twice in this file")
        DUPLICATE_ACROSS = "duplicate_across", _("In an earlier statement already")
        DUPLICATE_ACROSS_NETWORKS = "duplicate_across_networks", _("Claimed through another network")
        OUT_OF_PERIOD = "out_of_period", _("Outside the period")
        ROW_ERROR = "row_error", _("Cannot be read")

    class Action(models.TextChoices):
        NONE = "", _("Nothing happens")
        APPROVE = "approve", _("Approve")
        DECLINE = "decline", _("Decline")
        CONFIRM = "confirm", _("Stays as it is")

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(null=True)
    identity = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=1)
    content_hash = models.CharField(max_length=32, blank=True, default="")
    raw = models.JSONField(default=list)
    error = models.CharField(max_length=500, blank=True, default="")
    order_id = models.CharField(max_length=200, blank=True, default="")
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    status = models.CharField(max_length=16, blank=True, default="")
    status_word = models.CharField(max_length=100, blank=True, default="")
    occurred_at = models.DateTimeField(null=True)
    match_class = models.CharField(max_length=32, choices=Class, blank=True, default="")
    matched_by = models.CharField(max_length=24, blank=True, default="")
    conversion = models.ForeignKey(Conversion, models.SET_NULL, null=True, related_name="statement_rows")
    note = models.CharField(max_length=300, blank=True, default="")
    suggestions = models.JSONField(default=list)
    action = models.CharField(max_length=16, choices=Action, blank=True, default="")
    decision_reason = models.CharField(max_length=32, choices=DeclineReason, blank=True, default="")
    order_amount = models.BigIntegerField(null=True)
    conversion_revision = models.PositiveIntegerField(null=True)
    before = models.JSONField(default=dict)
    earning_change = models.BigIntegerField(default=0)
    revenue_change = models.BigIntegerField(default=0)
    is_accepted = models.BooleanField(default=True)
    applied_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True, default="")

    class Meta(NetworkModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("network", "statement", "number", name="statement_row_number"),
            models.UniqueConstraint(
                "network",
                "statement",
                "conversion",
                name="row_claims_conversion_once",
                condition=models.Q(conversion__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["network", "identity"], name="statement_row_identity")]

    def __str__(self):
        return f"row {self.number}" if self.number else f"lead {self.conversion_id}"

    @property
    def reference(self) -> str:
        """How a decision names the row it came from."""
        place = self.number if self.number else f"lead-{self.conversion_id}"
        return f"statement:{self.statement_id}:{place}:{self.revision}"
