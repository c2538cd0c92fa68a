"""Money moved by hand, by two persons."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cpanet.ledger.kinds import AccountKind
from cpanet.tenancy.models import NetworkModel


class Adjustment(NetworkModel):
    """`amount` units from one account to another, proposed by one person and confirmed by another.

    Owners are ids of a webmaster or advertiser, 0 for the network. A webmaster's debt goes with what is available, what
    an advertiser owes with his deposit: the ledger keeps the two apart by itself.
    """

    class Kind(models.TextChoices):
        ADJUSTMENT = "adjustment", _("Adjustment")
        WRITE_OFF = "write_off", _("Bad debt")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        BOOKED = "booked", _("Booked")
        REFUSED = "refused", _("Refused")

    ACCOUNTS = (
        AccountKind.AVAILABLE, AccountKind.HOLD, AccountKind.DEPOSIT, AccountKind.REVENUE, AccountKind.COST,
        AccountKind.FEES, AccountKind.CASH, AccountKind.BAD_DEBT, AccountKind.ROUNDING,
    )  # fmt: skip
    OF_WEBMASTER = (AccountKind.AVAILABLE, AccountKind.HOLD)
    OF_ADVERTISER = (AccountKind.DEPOSIT,)

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ADJUSTMENT)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PROPOSED)
    debit_kind = models.CharField(max_length=16, choices=[(kind.value, kind.label) for kind in ACCOUNTS])
    debit_owner = models.BigIntegerField(default=0)
    credit_kind = models.CharField(max_length=16, choices=[(kind.value, kind.label) for kind in ACCOUNTS])
    credit_owner = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=300)
    refusal = models.CharField(max_length=300, blank=True, default="")
    idempotency_key = models.CharField(max_length=60, editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "idempotency_key", name="adjustment_once"),
            models.CheckConstraint(name="adjustment_moves_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="adjustment_has_two_sides",
                condition=~Q(debit_kind=F("credit_kind"), debit_owner=F("credit_owner")),
            ),
            models.CheckConstraint(
                name="adjustment_has_two_persons",
                condition=~Q(status="booked") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                violation_error_message=_("A second person must confirm: you proposed this yourself."),
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def subject(self) -> str:
        """Its name in the ledger."""
        return f"adjustment:{self.pk}"
