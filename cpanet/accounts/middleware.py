"""Puts the person on the request: his memberships, address, language and time zone."""

import zoneinfo

from django.conf import settings
from django.utils import timezone

from cpanet.core.client_address import client_address


class PersonMiddleware:
    """`request.memberships`: the active memberships of the user in this network (a list, [] for a stranger)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.client_address = client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.headers.get("X-Forwarded-For", ""),
            trusted_proxies=settings.TRUSTED_PROXIES,
        )
        request.memberships = []
        if request.user.is_authenticated and request.network is not None:
            self._introduce(request)
        with timezone.override(zone_of(request)):
            return self.get_response(request)

    def _introduce(self, request):
        request.user.current_address = request.client_address or None
        found = request.user.memberships(manager="objects").filter(is_active=True)
        request.memberships = list(found.select_related("advertiser", "affiliate"))


def zone_of(request) -> zoneinfo.ZoneInfo:
    """The user's time zone, else the network's, else UTC; names that the system does not know fall through."""
    names = [getattr(request.user, "timezone", ""), getattr(request.network, "timezone", ""), "UTC"]
    for name in filter(None, names):
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
    return zoneinfo.ZoneInfo("UTC")
