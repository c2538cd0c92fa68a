"""Finds the network by the host name and opens its scope around the whole request."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import transaction
from django.http import Http404
from django.shortcuts import render

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope

UNSCOPED_PATHS = ("/health/",)
# In SQL, for it is asked at every request.
_OF_HOST = """
    SELECT network.* FROM tenancy_network network JOIN tenancy_domain domain ON domain.network_id = network.id
    WHERE domain.host = %s AND network.is_active
"""


class NetworkMiddleware:
    """`request.network` is the network of the host, or None on the operator's hosts (which have other addresses).

    The request is one transaction: an answer of 500 and above rolls it back, and so does one of 400, which says that
    nothing was understood.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.network = None
        if request.path in UNSCOPED_PATHS:
            return self.get_response(request)
        host = host_of(request)
        request.network = network_of_host(host)
        if request.network is not None:
            with network_scope(request.network.pk):
                return self._answer(request)
        if host in settings.OPERATOR_HOSTS:
            request.urlconf = settings.OPERATOR_URLCONF
            with transaction.atomic():
                return self._answer(request)
        return render(request, "tenancy/unknown_host.html", {"host": host}, status=404)

    def _answer(self, request):
        response = self.get_response(request)
        if response.status_code == 400 or response.status_code >= 500:
            transaction.set_rollback(True)
        return response


def host_of(request) -> str:
    """The request's host name without its port, in small letters; "" when it is malformed."""
    try:
        return request.get_host().rpartition("@")[2].partition(":")[0].lower().rstrip(".")
    except DisallowedHost:
        return ""


def network_of_host(host: str) -> Network | None:
    """The active network that answers under `host`."""
    return next(iter(Network.objects.raw(_OF_HOST, [host])), None) if host else None


def require_network(request):
    """The request's network; 404 on the operator's hosts."""
    if request.network is None:
        raise Http404
    return request.network
