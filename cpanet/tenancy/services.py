"""What changes a network."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from redis import Redis, RedisError

from cpanet.core.errors import DomainError
from cpanet.core.money import exponent
from cpanet.tenancy.models import Domain, Network

CONFIG_CHANNEL = "cpanet:config"
MOST_DOMAINS = 50


class HostTaken(DomainError):
    """This host name belongs to a network already."""

    code = "host_taken"
    field = "host"


class BadNetwork(DomainError):
    """These are not the data of a network."""

    code = "bad_network"


def create_network(*, name: str, host: str, currency: str, timezone: str = "UTC", **options) -> Network:
    """A new network that answers under `host`. Raises HostTaken, BadNetwork, core.money.BadAmount (currency)."""
    currency = currency.upper()
    exponent(currency)
    host = host.strip().lower().rstrip(".")
    if not name.strip():
        raise BadNetwork(_("Give the network a name."), field="name")
    network = Network(name=name.strip(), currency=currency, timezone=timezone, **options)
    try:
        with transaction.atomic():
            network.save()
            domain = Domain(network=network, host=host, is_primary=True)
            domain.clean_fields()
            domain.save()
    except ValidationError as error:
        raise BadNetwork(f"{host!r}: {' '.join(error.messages)}", field="host") from None
    except IntegrityError:
        raise HostTaken(_("The host name %s belongs to a network already: choose another.") % host) from None
    return network


def add_domain(*, network: Network, host: str) -> Domain:
    """One more host name of the network. Raises HostTaken, BadNetwork."""
    host = host.strip().lower().rstrip(".")
    if host in settings.OPERATOR_HOSTS or Domain.objects.filter(host=host).exists():
        raise HostTaken(_("The host name %s belongs to somebody already: choose another.") % host)
    if network.domains.count() >= MOST_DOMAINS:
        raise BadNetwork(_("A network has at most %d host names: remove one first.") % MOST_DOMAINS, field="host")
    domain = Domain(network=network, host=host)
    try:
        domain.clean_fields()
    except ValidationError as error:
        raise BadNetwork(" ".join(error.messages), field="host") from None
    domain.save()
    touch_config(network.pk)
    return domain


@transaction.atomic
def write_links_with(*, domain: Domain) -> None:
    """From now on pages and the API write tracking links with this host name; those given out before go on working."""
    Domain.objects.filter(network_id=domain.network_id, is_for_links=True).update(is_for_links=False)
    Domain.objects.filter(pk=domain.pk).update(is_for_links=True)


def remove_domain(*, domain: Domain) -> None:
    """Give up a host name: links that webmasters have placed with it lead nowhere then. Raises BadNetwork."""
    if domain.is_primary:
        raise BadNetwork(_("The primary host name stays: the cabinets answer under it."), field="host")
    domain.delete()
    touch_config(domain.network_id)


def touch_config(network_id: int) -> None:
    """Tell the click edges that something they decide by has changed: within seconds they decide by it."""
    Network.objects.filter(pk=network_id).update(config_version=F("config_version") + 1)
    transaction.on_commit(_wake_edges, robust=True)


def _wake_edges():
    """Only a hint: the edges' sidecars poll the version as well, so a dead Redis costs two seconds."""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1) as redis:
            redis.publish(CONFIG_CHANNEL, "changed")
    except (RedisError, OSError):
        pass
