"""Conversions, their decisions, and the calls they came from."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.core.ids import public_id, uuid7
from cpanet.core.secrets import EncryptedTextField
from cpanet.tenancy.models import NetworkModel
from offers.models import Coupon, Goal, Offer, Rate
from tracking.choices import (
    AttributedBy,
    DecisionSource,
    DeclineReason,
    Intake,
    Origin,
    ReferralBase,
    Status,
    Verdict,
)
from tracking.models.links import TrackingLink


class PostbackKey(NetworkModel):
    """An advertiser's secret for postbacks. Two may live at once, so that it can be changed without a gap."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="postback_keys")
    secret = EncryptedTextField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]

    def __str__(self):
        return f"key {self.pk} of {self.advertiser}"


class InboundPostback(NetworkModel):
    """A call as it came, kept before anything is made of it, with what was made of it."""

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="postbacks")
    received_at = models.DateTimeField()
    method = models.CharField(max_length=8)
    address = models.GenericIPAddressField(null=True)
    parameters = models.JSONField(default=dict)
    verdict = models.CharField(max_length=16, choices=Verdict)
    explanation = models.CharField(max_length=500, blank=True, default="")
    conversion = models.ForeignKey("Conversion", models.SET_NULL, null=True, related_name="postbacks")
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.POSTBACK)
    authenticated_by = models.CharField(max_length=60, blank=True, default="")
    signature = models.CharField(max_length=64, blank=True, default="", editable=False)
    click_id = models.UUIDField(null=True, editable=False)  # of a call that waits for its click
    batch = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    place = models.PositiveIntegerField(null=True)  # in its batch

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            # A signed call is taken once: played back within its window it finds itself here.
            models.UniqueConstraint(
                "network", "advertiser", "signature", name="signed_call_once", condition=~Q(signature="")
            ),
            models.UniqueConstraint("network", "batch", "place", name="item_of_batch"),
        ]
        indexes = [
            models.Index(fields=["network", "advertiser", "-id"], name="postbacks_of_advertiser"),
            models.Index(fields=["network", "verdict", "-id"], name="postbacks_by_verdict"),
            models.Index(
                fields=["network", "received_at"], name="postbacks_waiting", condition=Q(verdict=Verdict.WAITING)
            ),
        ]

    def __str__(self):
        return f"postback {self.pk}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters for templates, which would take a parameter called “items” for the method."""
        return list(self.parameters.items())


class Conversion(NetworkModel):
    """One goal reached. Three axes that never mix: intake (final), decision (`status`), money (hold → available).

    Priced once at intake; `dedup_key` is what makes a repeat a repeat. `recognised_revenue`, `held` and `released` say
    what the ledger holds of it now; only `tracking.services.decisions` and the release of holds change them, in the
    transaction of the journal.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="conversions")
    affiliate = models.ForeignKey(Affiliate, models.PROTECT, related_name="conversions")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="conversions")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="conversions")
    # Without a click (a promo code, a submitted lead) there is no click id, and `clicked_at` is the time of the action;
    # by promo code there is no link either.
    link = models.ForeignKey(TrackingLink, models.PROTECT, null=True, related_name="conversions")
    click_id = models.UUIDField(null=True)
    clicked_at = models.DateTimeField()
    coupon = models.ForeignKey(Coupon, models.PROTECT, null=True, related_name="conversions")
    promo_code = models.CharField(_("promo code"), max_length=60, blank=True, default="")
    origin = models.CharField(_("came by"), max_length=16, choices=Origin, default=Origin.POSTBACK)
    attributed_by = models.CharField(
        _("attributed by"), max_length=16, choices=AttributedBy, default=AttributedBy.CLICK
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    order_id = models.CharField(_("order id"), max_length=200, blank=True, default="")
    dedup_key = models.CharField(max_length=260, editable=False)
    intake = models.CharField(max_length=16, choices=Intake, default=Intake.VALID)
    # Copied from the click, so that a report never depends on how long clicks are kept.
    country = models.CharField(max_length=2, blank=True, default="")
    device = models.CharField(max_length=16, blank=True, default="")
    sub1 = models.CharField(max_length=600, blank=True, default="")
    sub2 = models.CharField(max_length=600, blank=True, default="")
    sub3 = models.CharField(max_length=600, blank=True, default="")
    sub4 = models.CharField(max_length=600, blank=True, default="")
    sub5 = models.CharField(max_length=600, blank=True, default="")
    # The price, in units of `currency`.
    currency = models.CharField(max_length=3)
    order_amount = models.BigIntegerField(null=True)
    revenue = models.BigIntegerField()
    earning = models.BigIntegerField()
    # Lines {id, category, name, price, quantity}, amounts as text; `approved` is added where only some are. Then
    # `whole_amount` keeps what the order was before.
    basket = models.JSONField(default=list)
    whole_amount = models.BigIntegerField(null=True)
    rate = models.ForeignKey(Rate, models.PROTECT, related_name="+")
    pricing = models.JSONField(default=dict)
    # The decision.
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.PENDING)
    status_updated_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=32, choices=DeclineReason, blank=True, default="")
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    decided_by = models.CharField(max_length=16, choices=DecisionSource, blank=True, default="")
    decide_by = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    # The money.
    hold_days = models.PositiveSmallIntegerField()
    hold_until = models.DateTimeField()
    is_blocked = models.BooleanField(default=False)
    block_reason = models.CharField(max_length=300, blank=True, default="")
    recognised_revenue = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)
    released_at = models.DateTimeField(null=True)
    # Where the offer says so the hold does not end before the advertiser has paid; when he has is known of every lead.
    needs_funding = models.BooleanField(default=False)
    funded_at = models.DateTimeField(null=True)
    # The referrer's part, by the terms of the day the lead came in; the percent in basis points.
    referrer = models.ForeignKey(Affiliate, models.PROTECT, null=True, related_name="referral_conversions")
    referral_percent = models.PositiveIntegerField(default=0)
    referral_base = models.CharField(max_length=8, choices=ReferralBase, blank=True, default="")
    referral = models.BigIntegerField(default=0)
    referral_held = models.BigIntegerField(default=0)
    referral_released = models.BigIntegerField(default=0)
    fraud_checked_at = models.DateTimeField(null=True, editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "uid", name="conversion_uid"),
            models.UniqueConstraint("network", "goal", "dedup_key", name="one_conversion_per_action"),
            models.CheckConstraint(
                name="conversion_amounts_not_negative",
                condition=Q(revenue__gte=0, earning__gte=0, held__gte=0, released__gte=0),
            ),
            models.CheckConstraint(name="decline_has_a_reason", condition=~Q(status=Status.DECLINED) | ~Q(reason="")),
            models.CheckConstraint(
                name="money_follows_decision",
                condition=(
                    Q(status=Status.APPROVED) & Q(held=F("earning") - F("released"), recognised_revenue=F("revenue"))
                )
                | (~Q(status=Status.APPROVED) & Q(held=0, released=0, recognised_revenue=0)),
            ),
            models.CheckConstraint(
                name="referral_follows_decision",
                condition=Q(referral__gte=0, referral_held__gte=0, referral_released__gte=0)
                & (
                    (Q(status=Status.APPROVED) & Q(referral_held=F("referral") - F("referral_released")))
                    | (~Q(status=Status.APPROVED) & Q(referral_held=0, referral_released=0))
                ),
            ),
            models.CheckConstraint(
                name="referral_has_another_referrer",
                condition=Q(referrer__isnull=True, referral=0)
                | (Q(referrer__isnull=False) & ~Q(referrer=F("affiliate"))),
            ),
        ]
        indexes = [
            models.Index(fields=["network", "affiliate", "-id"], name="conversions_of_affiliate"),
            models.Index(fields=["network", "advertiser", "status", "-id"], name="lead_queue"),
            models.Index(
                fields=["network", "hold_until"], name="holds_due", condition=Q(held__gt=0) | Q(referral_held__gt=0)
            ),
            models.Index(
                fields=["network", "advertiser", "currency", "status_updated_at", "id"],
                name="leads_unpaid",
                condition=Q(status=Status.APPROVED, funded_at__isnull=True),
            ),
            models.Index(
                fields=["network", "referrer", "-id"], name="leads_of_referrer", condition=Q(referrer__isnull=False)
            ),
            models.Index(fields=["network", "id"], name="leads_unchecked", condition=Q(fraud_checked_at__isnull=True)),
            models.Index(fields=["network", "clicked_at"], name="conversions_by_click"),
            models.Index(fields=["network", "created_at"], name="conversions_by_creation"),
            models.Index(fields=["network", "click_id"], name="conversions_of_click"),
            models.Index(fields=["network", "advertiser", "order_id"], name="conversions_by_order"),
            models.Index(fields=["network", "updated_at", "id"], name="conversions_updated"),
        ]

    def __str__(self):
        return self.public_id

    @property
    def public_id(self):
        return public_id("conv", self.uid)

    @property
    def subject(self) -> str:
        """Its name in the ledger."""
        return f"conversion:{self.pk}"

    @property
    def money_state(self) -> str:
        """Where the earning is: "pending", "hold", "available" or "none"."""
        if self.status == Status.PENDING:
            return "pending"
        if self.held:
            return "hold"
        return "available" if self.released else "none"


class BulkDecision(NetworkModel):
    """One decision about many leads at once, so that it can be looked at later and undone."""

    source = models.CharField(max_length=16, choices=DecisionSource)
    advertiser = models.ForeignKey(Advertiser, models.CASCADE, null=True, related_name="+")  # whose people decided
    status = models.CharField(max_length=16, choices=Status)
    reason = models.CharField(max_length=32, choices=DeclineReason, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    asked = models.PositiveIntegerField()  # how many leads were chosen
    changed = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        indexes = [models.Index(fields=["network", "actor", "-id"], name="bulk_decisions_of_actor")]

    def __str__(self):
        return f"bulk decision {self.pk}"


class ConversionRevision(NetworkModel):
    """One decision about a conversion. Append-only."""

    conversion = models.ForeignKey(Conversion, models.DO_NOTHING, related_name="revisions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=16, choices=Status)
    revenue = models.BigIntegerField()
    earning = models.BigIntegerField()
    referral = models.BigIntegerField(default=0)
    order_amount = models.BigIntegerField(null=True)
    basket = models.JSONField(default=list)
    whole_amount = models.BigIntegerField(null=True)
    bulk = models.ForeignKey(BulkDecision, models.DO_NOTHING, null=True, related_name="revisions")
    source = models.CharField(max_length=16, choices=DecisionSource)
    source_reference = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=32, choices=DeclineReason, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+")
    actor_label = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint("network", "conversion", "number", name="revision_number")]
        indexes = [models.Index(fields=["network", "at"], name="revisions_by_time")]
        triggers = [pgtrigger.Protect(name="revision_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.conversion_id} r{self.number}"
