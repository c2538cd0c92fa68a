"""Rules against fraud as a network runs them, its block-lists, and what the rules have found."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.tenancy.models import NetworkModel
from offers.models import Offer
from tracking.antifraud.catalogue import FlagAction, FlagClass, FlagState, ListKind, RuleCode
from tracking.models.conversions import Conversion

LONGEST_HOLD = 180


class FraudRule(NetworkModel):
    """How a rule runs where it does not run as the catalogue says: in the whole network, or at one offer."""

    code = models.CharField(max_length=24, choices=RuleCode)
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, related_name="+")
    is_on = models.BooleanField(_("on"), default=True)
    action = models.CharField(_("what follows"), max_length=8, choices=FlagAction, default=FlagAction.HOLD)
    hold_days = models.PositiveSmallIntegerField(
        _("longer hold, days"), default=14, validators=[MaxValueValidator(LONGEST_HOLD)]
    )
    limits = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("network", "code", name="fraud_rule_of_network", condition=Q(offer__isnull=True)),
            models.UniqueConstraint(
                "network", "offer", "code", name="fraud_rule_of_offer", condition=Q(offer__isnull=False)
            ),
        ]

    def __str__(self):
        return str(self.get_code_display())


class BlockEntry(NetworkModel):
    """One line of a block-list. Leads that match it are flagged, never dropped."""

    kind = models.CharField(_("list"), max_length=16, choices=ListKind)
    value = models.CharField(_("what is blocked"), max_length=300)
    note = models.CharField(_("note"), max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [models.UniqueConstraint("network", "kind", "value", name="block_entry_once")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.value}"


class LeadTrace(NetworkModel):
    """What the rules need of a lead and its click, kept beyond both. Addresses and devices are keyed digests."""

    conversion = models.ForeignKey(Conversion, models.CASCADE, related_name="traces")
    at = models.DateTimeField()
    affiliate_id = models.BigIntegerField()
    offer_id = models.BigIntegerField()
    goal_id = models.BigIntegerField()
    seconds = models.PositiveIntegerField(null=True)
    address_key = models.BigIntegerField(null=True)
    device_key = models.BigIntegerField(null=True)
    flags = ArrayField(models.TextField(), default=list)
    is_own_visit = models.BooleanField(default=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [models.UniqueConstraint("network", "conversion", name="one_trace_per_lead")]
        indexes = [
            models.Index(fields=["network", "address_key", "at"], name="traces_by_address"),
            models.Index(fields=["network", "device_key", "at"], name="traces_by_device"),
            models.Index(fields=["network", "goal_id", "-at"], name="traces_of_goal"),
            models.Index(fields=["network", "at"], name="traces_by_time"),
        ]

    def __str__(self):
        return f"trace of lead {self.conversion_id}"


class ConversionFlag(NetworkModel):
    """A rule has caught a lead: why, with the figures of that moment, what followed, and what a person made of it.

    Once per lead and rule, so that looking twice does nothing twice. `action` is what was done: a lead whose money was
    released before is only marked.
    """

    conversion = models.ForeignKey(Conversion, models.CASCADE, related_name="flags")
    rule = models.CharField(max_length=24, choices=RuleCode)
    kind = models.CharField(max_length=16, choices=FlagClass)
    action = models.CharField(max_length=8, choices=FlagAction)
    figures = models.JSONField(default=dict)
    at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=FlagState, default=FlagState.OPEN)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint("network", "conversion", "rule", name="one_flag_per_rule")]
        indexes = [
            models.Index(fields=["network", "conversion"], name="flags_to_review", condition=Q(state="open")),
            models.Index(fields=["network", "rule", "-at"], name="flags_by_rule"),
        ]

    def __str__(self):
        return f"{self.rule} of lead {self.conversion_id}"
