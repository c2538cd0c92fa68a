"""The tenant, its host names, and the base of every table that belongs to a tenant."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cpanet.tenancy.scope import WrongNetwork, current_network_id

host_validator = RegexValidator(
    r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
    _("Write a host name such as partners.example.com: letters, digits, dots, hyphens; no https://, no port."),
)


class Network(models.Model):
    """One CPA network. Its table is not under row-level security: it is the list of tenants itself."""

    name = models.CharField(_("name"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)
    support_email = models.EmailField(_("support e-mail"), blank=True, default="")
    fallback_url = models.URLField(_("fallback address"), blank=True, default="", max_length=2000)
    uniqueness_hours = models.PositiveSmallIntegerField(_("hours a visitor counts once"), default=24)
    address_days = models.PositiveSmallIntegerField(
        _("days visitors' addresses are kept whole"),
        default=90,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    signup_open = models.BooleanField(_("webmasters may sign up"), default=True)
    config_version = models.BigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def primary_host(self) -> str:
        """The host name of the cabinets."""
        domain = self.domains.order_by("-is_primary", "id").first()
        return domain.host if domain else ""

    @cached_property
    def click_host(self) -> str:
        """The host name that tracking links are written with; links with any other of its names work as well."""
        domain = self.domains.order_by("-is_for_links", "-is_primary", "id").first()
        return domain.host if domain else ""


class Domain(models.Model):
    """A host name under which a network answers."""

    network = models.ForeignKey(Network, models.PROTECT, related_name="domains")
    host = models.CharField(_("host name"), max_length=253, unique=True, validators=[host_validator])
    is_primary = models.BooleanField(_("primary"), default=False)
    is_for_links = models.BooleanField(_("tracking links are written with it"), default=False)

    class Meta:
        ordering = ["-is_primary", "host"]
        constraints = [
            models.UniqueConstraint(
                "network", condition=models.Q(is_primary=True), name="one_primary_domain_per_network"
            ),
            models.UniqueConstraint(
                "network", condition=models.Q(is_for_links=True), name="one_domain_for_links_per_network"
            ),
        ]

    def __str__(self):
        return self.host


class NetworkQuerySet(models.QuerySet):
    """A queryset of one network's rows. Bulk writes are held to the scope as `save()` is."""

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for obj in objs:
            fill_network(obj)
        return super().bulk_create(objs, *args, **kwargs)


class NetworkManager(models.Manager.from_queryset(NetworkQuerySet)):
    """Rows of the network in scope; raises NoNetworkScope outside a scope."""

    use_in_migrations = False

    def get_queryset(self):
        return super().get_queryset().filter(network_id=current_network_id())


def fill_network(obj) -> None:
    """Set the row's network from the scope; raise WrongNetwork when it already names another one."""
    network_id = current_network_id()
    if obj.network_id is None:
        obj.network_id = network_id
    elif obj.network_id != network_id:
        raise WrongNetwork(f"{obj._meta.label} of network {obj.network_id} in the scope of network {network_id}")


class NetworkModel(models.Model):
    """Base of every tenant table. The scoped manager comes first; `all_networks` is the one bypass of the ORM wall
    (row-level security still stands behind it)."""

    network = models.ForeignKey(Network, models.PROTECT, related_name="+", editable=False)

    objects = NetworkManager()
    all_networks = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "all_networks"
        default_manager_name = "objects"

    def save(self, *args, **kwargs):
        fill_network(self)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        fill_network(self)
        return super().delete(*args, **kwargs)
