"""Who is written to about an advertiser's money, and the e-mail itself."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from cpanet.accounts.models import Membership
from cpanet.accounts.roles import Role
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id

STAFF = (Role.OWNER, Role.FINANCE, Role.ADVERTISER_MANAGER)


def write_to_advertiser(advertiser_id: int, *, template: str, subject, values, path: str) -> None:
    """An e-mail to every member of an advertiser; `subject` and `values` are made anew in each one's language:
    `subject()` a text, `values()` what the template needs beside user, network and address (of `path`)."""
    _write(Membership.objects.filter(advertiser=advertiser_id), template, subject, values, path)


def write_to_staff(*, template: str, subject, values, path: str, roles=STAFF) -> None:
    """The same to those of the staff who see to advertisers' money, or to other `roles`."""
    _write(Membership.objects.filter(role__in=roles), template, subject, values, path)


def _write(members, template, subject, values, path):
    network = Network.objects.get(pk=current_network_id())
    address = settings.WEB_ADDRESS.format(host=network.primary_host) + path
    members = members.filter(is_active=True, user__is_active=True).select_related("user")
    for user in dict.fromkeys(member.user for member in members.order_by("pk")):
        with translation.override(user.language or settings.LANGUAGE_CODE):
            words = {"user": user, "network": network, "address": address, **values()}
            body = render_to_string(f"payouts/emails/{template}.txt", words)
            send_mail(" ".join(f"{network.name}: {subject()}".split()), body, None, [user.email])
