"""Who calls the API, and whether he may."""

import ipaddress
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from cpanet.accounts.keys import hash_of, prefix_of
from cpanet.accounts.models import ApiKey
from cpanet.accounts.roles import Role

USED_EVERY = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer cpa_live_…` (or `Api-Key`); `request.auth` becomes the key, `request.user` its owner."""

    def authenticate(self, request):
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() not in ("bearer", "api-key"):
            return None
        if request._request.network is None:
            raise AuthenticationFailed(_("Call the API under your network's host name."))
        found = usable_key(key.strip(), request._request.client_address, timezone.now())
        if found is None:
            raise AuthenticationFailed(
                _("This API key is unknown here, expired, revoked or not allowed from your address.")
            )
        return found.membership.user, found

    def authenticate_header(self, request):
        return 'Bearer realm="api"'


def usable_key(key, address, now):
    """The key behind the text, or None: unknown, revoked, expired, foreign and misplaced keys look the same."""
    people = ApiKey.objects.select_related("membership__user", "membership__affiliate", "membership__advertiser")
    row = people.filter(prefix=prefix_of(key), secret_hash=hash_of(key), revoked_at__isnull=True).first()
    if row is None or (row.expires_at and row.expires_at <= now) or not row.membership.is_active:
        return None
    if not row.membership.user.is_active or not _allowed_from(row, address):
        return None
    if row.last_used_at is None or now - row.last_used_at > USED_EVERY:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


def _allowed_from(row, address):
    if not row.addresses:
        return True
    try:
        mine = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(mine in ipaddress.ip_network(allowed, strict=False) for allowed in row.addresses)


def membership_of(request):
    """For whom the call acts: the key's membership, or for our own pages the session's first one."""
    if isinstance(request.auth, ApiKey):
        return request.auth.membership
    memberships = getattr(request._request, "memberships", [])
    return memberships[0] if memberships else None


class HasScope(BasePermission):
    """The view's `scope` ("conversions") with `:read` or `:write` by method, and its `audiences` (roles)."""

    message = _("This key does not have the scope for this call.")

    def has_permission(self, request, view):
        membership = membership_of(request)
        if membership is None or membership.role not in getattr(view, "audiences", (Role.AFFILIATE,)):
            return False
        if membership.role == Role.AFFILIATE and membership.affiliate.status != "approved":
            return False
        if not isinstance(request.auth, ApiKey):
            return True
        action = "read" if request.method in ("GET", "HEAD", "OPTIONS") else "write"
        return f"{view.scope}:{action}" in request.auth.scopes
