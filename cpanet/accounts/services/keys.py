"""API keys: made, shown once, revoked."""

import ipaddress
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.keys import new_key
from cpanet.accounts.models import ApiKey, Membership, User
from cpanet.accounts.scopes import SCOPES
from cpanet.core.errors import DomainError


class BadScope(DomainError):
    """This role cannot give these scopes to a key."""

    code = "bad_scope"
    field = "scopes"


class BadAddress(DomainError):
    """This is not an address or network."""

    code = "bad_address"
    field = "addresses"


def create_api_key(
    *,
    membership: Membership,
    name: str,
    scopes: list[str],
    actor: User,
    now: datetime,
    expires_at: datetime | None = None,
    addresses: list[str] | None = None,
) -> tuple[ApiKey, str]:
    """(the stored key, its text – to be shown once). Raises BadScope, BadAddress."""
    wrong = set(scopes) - set(SCOPES[membership.role])
    if wrong or not scopes:
        raise BadScope(_("Choose at least one scope of your role."))
    for address in addresses or []:
        _check_address(address)
    text, prefix, secret_hash = new_key()
    key = ApiKey.objects.create(
        membership=membership,
        name=name.strip(),
        prefix=prefix,
        secret_hash=secret_hash,
        scopes=sorted(scopes),
        addresses=addresses or [],
        created_at=now,
        expires_at=expires_at,
    )
    audit.record(action="api_key.created", subject=key, actor=actor, now=now, changes={"scopes": key.scopes})
    return key, text


def revoke_api_key(*, key: ApiKey, actor: User, now: datetime) -> None:
    """The key opens nothing any more. Doing it twice is no fault."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now):
        audit.record(action="api_key.revoked", subject=key, actor=actor, now=now)


def _check_address(address):
    try:
        ipaddress.ip_network(address, strict=False)
    except ValueError:
        raise BadAddress(_("“%s” is not an address: write 203.0.113.7 or 203.0.113.0/24.") % address) from None
