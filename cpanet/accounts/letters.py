"""E-mails to people of the network in scope, each in his language; they leave with the transaction that caused them.

A letter is a text template that knows the person (`user`), the `network`, the full `address` of the page where he goes
on, and what else its writer gives.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from cpanet.accounts.models import Membership, User
from cpanet.accounts.roles import STAFF_ROLES, may
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id


def write(
    people: Iterable[User], *, template: str, subject: Callable[[], str], path: str, values: Callable[[], dict] = dict
) -> None:
    """One e-mail to each of `people`; `subject()` and `values()` are asked anew in each one's language. The network's
    name stands before the subject."""
    network = Network.objects.get(pk=current_network_id())
    address = settings.WEB_ADDRESS.format(host=network.primary_host) + path
    for user in people:
        with translation.override(user.language or settings.LANGUAGE_CODE):
            words = {"user": user, "network": network, "address": address, **values()}
            line = " ".join(f"{network.name}: {subject()}".split())
            send_mail(line, render_to_string(template, words), None, [user.email])


def people_of_affiliate(affiliate_id: int) -> list[User]:
    """Everybody who works for a webmaster."""
    return _people(Membership.objects.filter(affiliate=affiliate_id))


def people_of_advertiser(advertiser_id: int) -> list[User]:
    """Everybody who works for an advertiser."""
    return _people(Membership.objects.filter(advertiser=advertiser_id))


def staff_who_may(*permissions: str) -> list[User]:
    """The network's own people who hold one of the permissions."""
    roles = [role for role in STAFF_ROLES if any(may(role, permission) for permission in permissions)]
    return _people(Membership.objects.filter(role__in=roles))


def _people(members: QuerySet[Membership]) -> list[User]:
    """Each once, and none who may no longer come in."""
    rows = members.filter(is_active=True, user__is_active=True).select_related("user").order_by("pk")
    return list(dict.fromkeys(row.user for row in rows))
