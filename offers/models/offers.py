"""What may be promoted, at what rate, under which rules."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.core.ids import public_id, uuid7
from cpanet.tenancy.models import NetworkModel
from offers.choices import PaymentModel, TrafficPolicy, TrafficSource
from offers.week import in_words


class Vertical(NetworkModel):
    """A subject class of offers."""

    name = models.CharField(_("name"), max_length=80)

    class Meta(NetworkModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint("network", Lower("name"), name="vertical_name")]

    def __str__(self):
        return self.name


class Offer(NetworkModel):
    """An advertiser's proposal to webmasters."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        ARCHIVED = "archived", _("Archived")

    class Access(models.TextChoices):
        OPEN = "open", _("Open to every approved webmaster")
        REQUEST = "request", _("After a request")
        INVITE = "invite", _("By invitation only")

    uid = models.UUIDField(default=uuid7, editable=False)
    advertiser = models.ForeignKey(Advertiser, models.PROTECT, related_name="offers", verbose_name=_("advertiser"))
    vertical = models.ForeignKey(
        Vertical, models.PROTECT, related_name="offers", null=True, blank=True, verbose_name=_("theme")
    )
    name = models.CharField(_("name"), max_length=150)
    summary = models.CharField(_("in one sentence"), max_length=250, blank=True, default="")
    description = models.TextField(_("description"), blank=True, default="", max_length=20_000)
    rules = models.TextField(_("rules in words"), blank=True, default="", max_length=20_000)
    logo = models.FileField(_("logo"), upload_to="logos/", blank=True)
    site_url = models.URLField(_("site"), blank=True, default="", max_length=500)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.DRAFT)
    access = models.CharField(_("access"), max_length=16, choices=Access, default=Access.REQUEST)
    countries = ArrayField(models.CharField(max_length=2), verbose_name=_("countries"), default=list, blank=True)
    devices = ArrayField(models.CharField(max_length=16), verbose_name=_("devices"), default=list, blank=True)
    systems = ArrayField(models.CharField(max_length=16), verbose_name=_("systems"), default=list, blank=True)
    browsers = ArrayField(models.CharField(max_length=16), verbose_name=_("browsers"), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=3), verbose_name=_("languages"), default=list, blank=True)
    # Hours of the week in the network's time zone, Monday 00:00 being 0, Sunday 23:00 being 167; empty: always.
    hours = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("hours"), default=list, blank=True)
    deep_link_domains = ArrayField(
        models.CharField(max_length=253), verbose_name=_("domains for deep links"), default=list, blank=True
    )
    fallback_url = models.URLField(_("fallback address"), blank=True, default="", max_length=2000)
    hold_days = models.PositiveSmallIntegerField(_("hold, days"), default=14, validators=[MaxValueValidator(365)])
    decision_days = models.PositiveSmallIntegerField(
        _("decision within, days"), default=30, validators=[MaxValueValidator(365)]
    )
    auto_approve = models.BooleanField(_("approve by itself at the deadline"), default=False)
    needs_funding = models.BooleanField(_("hold until the advertiser has paid"), default=False)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "uid", name="offer_uid"),
            models.CheckConstraint(
                name="offer_ends_after_start",
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("The end must come after the start."),
            ),
        ]
        indexes = [
            models.Index(fields=["network", "status", "-id"], name="offer_catalogue"),
            models.Index(fields=["network", "advertiser", "-id"], name="offers_of_advertiser"),
        ]

    def __str__(self):
        return self.name

    @property
    def public_id(self):
        return public_id("offer", self.uid)

    @property
    def hours_in_words(self) -> str:
        """When it takes visitors, in the network's time."""
        return in_words(self.hours)


class TrafficRule(NetworkModel):
    """Whether one kind of traffic is welcome at an offer. A kind without a rule is forbidden."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="traffic_rules")
    traffic_source = models.CharField(max_length=32, choices=TrafficSource)
    policy = models.CharField(max_length=16, choices=TrafficPolicy)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta(NetworkModel.Meta):
        constraints = [
            models.UniqueConstraint("network", "offer", "traffic_source", name="one_rule_per_traffic_source")
        ]

    def __str__(self):
        return f"{self.get_traffic_source_display()}: {self.get_policy_display()}"


class Landing(NetworkModel):
    """A page a click ends on. The address may hold macros."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="landings")
    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("address"), max_length=2000)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(0), MaxValueValidator(1000)]
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]

    def __str__(self):
        return self.name


class Goal(NetworkModel):
    """One paid action of an offer."""

    class DuplicatePolicy(models.TextChoices):
        ONCE_PER_CLICK = "once_per_click", _("One per click when there is no order id")
        ONCE_PER_PERIOD = "once_per_period", _("One per click and period when there is no order id")
        EVERY_CALL = "every_call", _("Every call is a new action when there is no order id")
        UPDATE_AMOUNT = "update_amount", _("One per click; a repeat with another amount changes the amount")

    uid = models.UUIDField(default=uuid7, editable=False)
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="goals")
    name = models.CharField(_("name"), max_length=100)
    code = models.SlugField(_("code for postbacks"), max_length=40)
    payment_model = models.CharField(
        _("payment model"), max_length=16, choices=PaymentModel, default=PaymentModel.FIXED
    )
    attribution_days = models.PositiveSmallIntegerField(
        _("attribution window, days"), default=30, validators=[MaxValueValidator(365)]
    )
    hold_days = models.PositiveSmallIntegerField(
        _("hold, days"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    duplicate_policy = models.CharField(
        _("repeats"), max_length=24, choices=DuplicatePolicy, default=DuplicatePolicy.ONCE_PER_CLICK
    )
    duplicate_hours = models.PositiveSmallIntegerField(
        _("period of repeats, hours"), default=24, validators=[MinValueValidator(1), MaxValueValidator(8760)]
    )
    takes_leads = models.BooleanField(_("webmasters' servers may submit leads"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("network", "uid", name="goal_uid"),
            models.UniqueConstraint("network", "offer", "code", name="goal_code_in_offer"),
        ]

    def __str__(self):
        return self.name


class Rate(NetworkModel):
    """Revenue and earning of a goal, for everybody or one webmaster, everywhere or one country, all goods or one
    category of them, for a period.

    Fixed amounts are ledger units of the offer's currency; percents are basis points of the order amount. A rate is
    never edited: a change ends this row (`valid_until`) and begins another, so that a conversion can always name the
    rule that priced it. The most specific rate wins: the category's, then affiliate and country > affiliate > country >
    everybody. A category's rate prices lines of an order, its fixed amounts each piece; the others' count once.
    """

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="rates")
    affiliate = models.ForeignKey(Affiliate, models.CASCADE, null=True, blank=True, related_name="rates")
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    category = models.CharField(_("category of goods"), max_length=100, blank=True, default="")
    revenue_fixed = models.BigIntegerField(_("paid by the advertiser"), default=0)
    revenue_percent = models.PositiveIntegerField(
        _("percent from the advertiser"), default=0, validators=[MaxValueValidator(10_000)]
    )
    earning_fixed = models.BigIntegerField(_("paid to the webmaster"), default=0)
    earning_percent = models.PositiveIntegerField(
        _("percent to the webmaster"), default=0, validators=[MaxValueValidator(10_000)]
    )
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="rate_amounts_not_negative",
                condition=Q(revenue_fixed__gte=0, earning_fixed__gte=0),
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.UniqueConstraint(
                "network",
                "goal",
                "affiliate",
                "country",
                "category",
                name="one_current_rate",
                condition=Q(valid_until__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return f"rate {self.pk}"


class Creative(NetworkModel):
    """A banner or text a webmaster may use."""

    class Kind(models.TextChoices):
        BANNER = "banner", _("Banner")
        TEXT = "text", _("Text")

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="creatives")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.BANNER)
    name = models.CharField(_("name"), max_length=100)
    image = models.FileField(_("image"), upload_to="creatives/", blank=True)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    text = models.TextField(_("text"), blank=True, default="", max_length=2000)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]

    def __str__(self):
        return self.name
