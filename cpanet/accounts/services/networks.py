"""A network begins with its owner."""

from datetime import datetime

from django.db import transaction

from cpanet.accounts.roles import Role
from cpanet.accounts.services.invitations import invite
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from cpanet.tenancy.services import create_network


@transaction.atomic
def found_network(
    *, name: str, host: str, currency: str, now: datetime, timezone: str = "UTC", owner_email: str = ""
) -> tuple[Network, str]:
    """(the new network, the address of its owner's invitation or ""). Raises what create_network and invite raise."""
    network = create_network(name=name, host=host, currency=currency, timezone=timezone)
    return network, invite_owner(network=network, email=owner_email, now=now) if owner_email else ""


def invite_owner(*, network: Network, email: str, now: datetime) -> str:
    """Invite an owner on the operator's behalf; the network's audit log shows it."""
    with network_scope(network.pk):
        return invite(network=network, email=email, role=Role.OWNER, actor=None, now=now)
