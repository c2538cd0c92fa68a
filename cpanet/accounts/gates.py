"""One gate per audience. A stranger is sent to sign in; a signed-in person without the membership gets 404 (the
cabinet does not exist for him); a member of the staff without the right gets 403."""

from functools import wraps
from urllib.parse import quote

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect

from cpanet.accounts.models import Affiliate
from cpanet.accounts.roles import STAFF_ROLES, Role, may

LONGEST_WAY_BACK = 2_000  # characters; of a longer one nobody is sent back after signing in


def affiliate_view(view=None, *, approved=True):
    """Members of a webmaster; sets `request.affiliate`. Unless `approved=False`, one who is not (yet) approved is
    sent to his home page, which says why."""

    def gate(request, *args, **kwargs):
        membership = _membership(request, {Role.AFFILIATE})
        request.affiliate = membership.affiliate
        if approved and request.affiliate.status != Affiliate.Status.APPROVED:
            return redirect("webmaster:home")
        return gate.view(request, *args, **kwargs)

    return _gate(gate, view)


def advertiser_view(view=None):
    """Members of an advertiser; sets `request.advertiser`."""

    def gate(request, *args, **kwargs):
        request.advertiser = _membership(request, {Role.ADVERTISER}).advertiser
        return gate.view(request, *args, **kwargs)

    return _gate(gate, view)


def manager_view(permission):
    """The network's staff with the permission (see accounts.roles); sets `request.role`."""

    def gate(request, *args, **kwargs):
        request.role = _membership(request, set(STAFF_ROLES)).role
        if not may(request.role, permission):
            raise PermissionDenied
        return gate.view(request, *args, **kwargs)

    return _gate(gate, None)


def _gate(gate, view):
    def decorate(view):
        gate.view = view

        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.network is None:
                raise Http404
            if not request.user.is_authenticated:
                return redirect_to_login(_way_back(request))
            return gate(request, *args, **kwargs)

        return guarded

    return decorate(view) if view else decorate


def _way_back(request) -> str:
    """Where he goes when he has signed in: the address he asked for, without its query where that is too long."""
    asked = request.get_full_path()
    return asked if len(quote(asked)) <= LONGEST_WAY_BACK else request.path


def _membership(request, roles):
    for membership in request.memberships:
        if membership.role in roles:
            request.membership = membership
            return membership
    raise Http404


def can(request, permission: str) -> bool:
    """For templates and views: whether the member of the staff holds another permission as well."""
    return may(getattr(request, "role", ""), permission)
