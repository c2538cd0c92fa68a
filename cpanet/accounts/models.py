"""People: users, what they are in a network, whom they act for, and the record of what they did."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.roles import Role
from cpanet.core.ids import public_id, uuid7
from cpanet.tenancy.models import Network, NetworkModel
from cpanet.tenancy.scope import current_network_id_or_none


class UserManager(BaseUserManager):
    """Users of the network in scope; outside any scope the operators, who belong to no network."""

    use_in_migrations = False

    def get_queryset(self):
        return super().get_queryset().filter(network_id=current_network_id_or_none())

    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_operator=True, **fields)

    def get_by_natural_key(self, username):
        return self.get(email=username.lower())


class User(AbstractBaseUser):
    """A person who signs in to one network (or an operator of the installation: `network` is None)."""

    network = models.ForeignKey(Network, models.PROTECT, null=True, related_name="+", editable=False)
    email = models.EmailField(_("e-mail"))
    full_name = models.CharField(_("name"), max_length=150, blank=True, default="")
    language = models.CharField(_("language"), max_length=8, blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    is_operator = models.BooleanField(_("operator of the installation"), default=False)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()
    all_networks = models.Manager()

    class Meta:
        base_manager_name = "all_networks"
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint("network", Lower("email"), name="unique_email_in_network", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(is_operator=False) | models.Q(network__isnull=True), name="operators_have_no_network"
            ),
        ]

    def __str__(self):
        return self.display_name

    def save(self, *args, **kwargs):
        if self._state.adding and self.network_id is None:
            self.network_id = current_network_id_or_none()
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        return self.full_name or self.email

    @property
    def is_staff(self):
        """For Django's admin, which is the operator's alone."""
        return self.is_operator

    def has_perm(self, perm, obj=None):
        return self.is_active and self.is_operator

    def has_module_perms(self, app_label):
        return self.is_active and self.is_operator


class Advertiser(NetworkModel):
    """Pays the network for results."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        BLOCKED = "blocked", _("Blocked")

    uid = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=150)
    website = models.URLField(_("website"), blank=True, default="", max_length=500)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.ACTIVE)
    note = models.TextField(_("note of the manager"), blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("network", "uid", name="advertiser_uid"),
            models.UniqueConstraint("network", Lower("name"), name="advertiser_name"),
        ]

    def __str__(self):
        return self.name

    @property
    def public_id(self):
        return public_id("adv", self.uid)


class Affiliate(NetworkModel):
    """A webmaster: brings traffic, earns."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Awaiting approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        BLOCKED = "blocked", _("Blocked")

    uid = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=150)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.PENDING)
    status_reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    messenger = models.CharField(_("messenger"), max_length=100, blank=True, default="")
    about = models.TextField(_("how he works"), blank=True, default="", max_length=2000)
    manager = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    fallback_url = models.URLField(_("fallback address"), blank=True, default="", max_length=2000)
    # Through whose link he registered; written once, with the row itself.
    referrer = models.ForeignKey("self", models.PROTECT, null=True, related_name="referred", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("network", "uid", name="affiliate_uid"),
            # The one who refers was there before: nobody refers himself, and there are no circles.
            models.CheckConstraint(
                name="referrer_was_there_before",
                condition=models.Q(referrer__isnull=True) | models.Q(referrer__lt=models.F("id")),
            ),
        ]
        indexes = [models.Index(fields=["network", "status", "-id"], name="affiliate_inbox")]

    def __str__(self):
        return self.name

    @property
    def public_id(self):
        return public_id("aff", self.uid)


class Site(NetworkModel):
    """A site, channel or account from which a webmaster brings traffic."""

    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="sites")
    url = models.URLField(_("address"), max_length=500)
    traffic_source = models.CharField(_("kind of traffic"), max_length=32)
    description = models.CharField(_("description"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint("network", "affiliate", "url", name="site_once_per_affiliate")]

    def __str__(self):
        return self.url


class Membership(NetworkModel):
    """What a user is in his network: a role of the staff, or a member of an advertiser or of an affiliate."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=24, choices=Role)
    advertiser = models.ForeignKey(Advertiser, models.PROTECT, null=True, blank=True, related_name="memberships")
    affiliate = models.ForeignKey(Affiliate, models.PROTECT, null=True, blank=True, related_name="memberships")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "network", "user", "role", "advertiser", "affiliate", name="membership_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="membership_acts_for_what_its_role_says",
                condition=(
                    models.Q(role=Role.ADVERTISER, advertiser__isnull=False, affiliate__isnull=True)
                    | models.Q(role=Role.AFFILIATE, affiliate__isnull=False, advertiser__isnull=True)
                    | (
                        ~models.Q(role__in=[Role.ADVERTISER, Role.AFFILIATE])
                        & models.Q(advertiser__isnull=True, affiliate__isnull=True)
                    )
                ),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.get_role_display()}"


class Invitation(NetworkModel):
    """An e-mail that makes its receiver a member. The token itself is never stored."""

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=24, choices=Role)
    advertiser = models.ForeignKey(Advertiser, models.CASCADE, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [models.UniqueConstraint("network", "token_hash", name="invitation_token")]

    def __str__(self):
        return f"{self.email} – {self.get_role_display()}"


class ApiKey(NetworkModel):
    """A key of the REST API: acts for one membership, within its scopes. Only a hash of it is stored: the secret is 256
    random bits, so that a plain SHA-256 is as good as a slow hash."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=24, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"), default=list)
    addresses = ArrayField(
        models.CharField(max_length=50), verbose_name=_("allowed addresses"), default=list, blank=True
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        verbose_name = _("API key")
        constraints = [models.UniqueConstraint("network", "prefix", name="api_key_prefix")]

    def __str__(self):
        return self.name


class IdempotencyRecord(NetworkModel):
    """The answer to a write of the API, kept under the caller's Idempotency-Key to be given again."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=120)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", "membership", "path", "key", name="idempotency_key_once")]

    def __str__(self):
        return f"{self.path} {self.key}"


class AuditEntry(NetworkModel):
    """Who did what, when, from where. Append-only."""

    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+")
    actor_label = models.CharField(max_length=200)
    action = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(max_length=300)
    changes = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["network", "subject_type", "subject_id", "-id"], name="audit_of_subject"),
            models.Index(fields=["network", "-id"], name="audit_timeline"),
        ]

    def __str__(self):
        return f"{self.action} {self.subject_label}"
