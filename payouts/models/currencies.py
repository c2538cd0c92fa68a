"""Exchange rates, and what was exchanged by them."""

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.core.ids import public_id, uuid7
from cpanet.tenancy.models import NetworkModel

MOST_SPREAD = 2000  # basis points


class CurrencyRules(NetworkModel):
    """How a network comes by its rates, and what it keeps of an exchange (`spread`, basis points)."""

    source_url = models.URLField(_("address of the rates"), blank=True, default="", max_length=500)
    max_age_days = models.PositiveSmallIntegerField(
        _("days a rate may be old"), default=4, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    spread = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_SPREAD)])
    last_attempt_at = models.DateTimeField(null=True, editable=False)
    last_failure = models.CharField(max_length=500, blank=True, default="", editable=False)

    class Meta(NetworkModel.Meta):
        constraints = [
            models.UniqueConstraint("network", name="currency_rules_of_network"),
            models.CheckConstraint(name="spread_within_bounds", condition=Q(spread__lte=MOST_SPREAD)),
        ]

    def __str__(self):
        return "rules for currencies"


class CurrencyRate(NetworkModel):
    """`base_amount` of `base` were worth `currency_amount` of `currency` on `day` (major units), as `source` says."""

    source = models.CharField(max_length=8)
    day = models.DateField()
    base = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    base_amount = models.DecimalField(max_digits=24, decimal_places=12)
    currency_amount = models.DecimalField(max_digits=24, decimal_places=12)
    imported_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["-day", "source", "currency"]
        constraints = [
            models.UniqueConstraint("network", "source", "day", "currency", name="one_rate_a_day"),
            models.CheckConstraint(
                name="rates_above_zero", condition=Q(base_amount__gt=0, currency_amount__gt=0) & ~Q(currency="")
            ),
        ]

    def __str__(self):
        return f"{self.base_amount.normalize():f} {self.base} = {self.currency_amount.normalize():f} {self.currency}"


class HeldRates(NetworkModel):
    """A table of rates that moved too far to be taken in unseen: it waits for a person. One of a source at a time.

    `rates`: [base, currency, base_amount, currency_amount] as text; `moves`: what has moved, in words.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    source = models.CharField(max_length=8)
    day = models.DateField()
    rates = models.JSONField()
    moves = models.JSONField()
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.WAITING)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        verbose_name_plural = "held rates"
        constraints = [
            models.UniqueConstraint("network", "source", name="one_held_table_a_source", condition=Q(status="waiting"))
        ]

    def __str__(self):
        return f"{self.source} {self.day}"


class Wallet(NetworkModel):
    """The currency a webmaster wants his money in: what becomes available in another is exchanged by itself."""

    affiliate = models.OneToOneField(Affiliate, models.CASCADE, related_name="wallet")
    currency = models.CharField(_("currency"), max_length=3)
    changed_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", "affiliate", name="wallet_of_webmaster")]

    def __str__(self):
        return self.currency


class CurrencyExchange(NetworkModel):
    """Available money of a webmaster that became another currency: by which rate, and what the network kept.

    Amounts are units: `sold` of `source`, `bought` and `fair` (at the rate itself) of `target`. `price` is how much of
    `target` one major unit of `source` was worth. Never changed.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="exchanges")
    source = models.CharField(max_length=3)
    target = models.CharField(max_length=3)
    sold = models.BigIntegerField()
    bought = models.BigIntegerField()
    fair = models.BigIntegerField()
    price = models.CharField(max_length=40)
    rate_origin = models.CharField(max_length=8)
    rate_day = models.DateField()
    spread = models.PositiveSmallIntegerField()
    idempotency_key = models.CharField(max_length=120)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "uid", name="exchange_uid"),
            models.UniqueConstraint("network", "affiliate", "idempotency_key", name="exchange_key"),
            models.CheckConstraint(
                name="exchange_of_two_currencies",
                condition=Q(sold__gt=0, bought__gt=0, fair__gte=models.F("bought")) & ~Q(source=models.F("target")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="exchange_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return self.public_id

    @property
    def public_id(self) -> str:
        return public_id("ex", self.uid)

    @property
    def pair(self) -> str:
        """ "EUR → USD"."""
        return f"{self.source} → {self.target}"

    @property
    def kept(self) -> int:
        """What the spread left with the network, in units of the target."""
        return self.fair - self.bought
