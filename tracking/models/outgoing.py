"""Who is told of a webmaster's leads, what he is told, and every attempt to tell him."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.core.ids import public_id, uuid7
from cpanet.core.secrets import EncryptedTextField
from cpanet.tenancy.models import NetworkModel
from offers.models import Goal, Offer
from tracking.models.conversions import Conversion
from tracking.outgoing.words import OPEN, DeliveryState, Event, Method, ReceiverKind, ReceiverState


class PostbackReceiver(NetworkModel):
    """A webmaster's system that is told of his leads: of all, of one offer, or of one goal.

    A postback is an address with macros; a webhook gets signed JSON. Two secrets of a webhook may live at once.
    """

    kind = models.CharField(max_length=16, choices=ReceiverKind)
    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="receivers")
    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=2000)
    method = models.CharField(_("method"), max_length=8, choices=Method, default=Method.GET)
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, blank=True, related_name="+")
    goal = models.ForeignKey(Goal, models.CASCADE, null=True, blank=True, related_name="+")
    events = models.JSONField(default=list)
    words = models.JSONField(default=dict)
    secret = EncryptedTextField(blank=True, default="")
    old_secret = EncryptedTextField(blank=True, default="")
    old_secret_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=ReceiverState, default=ReceiverState.ACTIVE)
    pause_reason = models.CharField(max_length=300, blank=True, default="")
    paused_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="goal_names_its_offer", condition=Q(goal=None) | Q(offer__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["network", "affiliate"], name="receivers_of_affiliate", condition=Q(removed_at=None)),
        ]

    def __str__(self):
        return self.name

    @property
    def is_webhook(self) -> bool:
        return self.kind == ReceiverKind.WEBHOOK

    def live_secrets(self, now) -> list[str]:
        """The secrets that sign now, the newest first."""
        old_lives = self.old_secret and self.old_secret_until and self.old_secret_until > now
        return [self.secret, self.old_secret] if old_lives else [self.secret]


class PostbackDelivery(NetworkModel):
    """One event for one receiver: written in the transaction of the event, sent later, never enqueued twice.

    `facts` are the lead or payout as it was at the event; the address is filled in when it is sent. While
    `leased_until` lies ahead a worker is sending it. `attempts` counts those since it was last put in line, for the
    waits between them.
    `payout_uid` has no foreign key: payouts know this table, it does not know them.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    receiver = models.ForeignKey(PostbackReceiver, models.CASCADE, related_name="deliveries")
    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="+")
    conversion = models.ForeignKey(Conversion, models.CASCADE, null=True, related_name="deliveries")
    payout_uid = models.UUIDField(null=True, editable=False)
    event = models.CharField(max_length=16, choices=Event)
    event_key = models.CharField(max_length=100)
    is_test = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.WAITING)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=500, blank=True, default="")
    # Since when its facts and its attempts are gone: see tracking.services.old_details.
    details_removed_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "receiver", "event_key", name="one_delivery_per_event"),
            models.UniqueConstraint("network", "uid", name="delivery_uid"),
            models.CheckConstraint(
                name="delivery_of_lead_payout_or_test",
                condition=Q(is_test=True, conversion=None, payout_uid=None)
                | Q(is_test=False, conversion__isnull=False, payout_uid=None)
                | Q(is_test=False, conversion=None, payout_uid__isnull=False, event="payout"),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["network", "receiver", "next_attempt_at"],
                name="deliveries_open",
                condition=Q(state__in=["waiting", "retrying"]),
            ),
            models.Index(fields=["network", "affiliate", "-id"], name="deliveries_of_affiliate"),
            models.Index(fields=["network", "conversion"], name="deliveries_of_conversion"),
            models.Index(
                fields=["network", "finished_at"], name="deliveries_with_details", condition=Q(details_removed_at=None)
            ),
            models.Index(
                fields=["network", "payout_uid"], name="deliveries_of_payout", condition=Q(payout_uid__isnull=False)
            ),
        ]

    def __str__(self):
        return self.public_id

    @property
    def public_id(self) -> str:
        return public_id("msg", self.uid)

    @property
    def payout_id(self) -> str:
        """The public id of the payout it tells of, else empty."""
        return public_id("payout", self.payout_uid) if self.payout_uid else ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class PostbackAttempt(NetworkModel):
    """One call as it was sent, and what came back."""

    delivery = models.ForeignKey(PostbackDelivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    url = models.TextField()
    body = models.TextField(blank=True, default="")
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, default="")
    error = models.CharField(max_length=500, blank=True, default="")
    duration_ms = models.PositiveIntegerField()

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["network", "delivery", "id"], name="attempts_of_delivery")]

    def __str__(self):
        return f"attempt {self.pk}"

    @property
    def sent(self) -> str:
        """The request as people read it."""
        return "\n".join(filter(None, [f"{self.method} {self.url}", self.body]))

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
