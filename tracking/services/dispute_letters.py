"""E-mail about disputes; it leaves with the transaction that caused it."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cpanet.accounts.models import Membership
from cpanet.accounts.roles import PERMISSIONS
from cpanet.tenancy.models import Network
from tracking.choices import DecisionSource
from tracking.models import Dispute

_DECIDERS = [role for role, permissions in PERMISSIONS.items() if "leads.decide" in permissions]


def tell_opened(dispute: Dispute) -> None:
    """Write to those who are to answer: the advertiser's people, or the network's where it has decided itself."""
    if dispute.conversion.decided_by == DecisionSource.MANAGER:
        members, page = Membership.objects.filter(role__in=_DECIDERS), "manager:lead"
    else:
        members, page = Membership.objects.filter(advertiser=dispute.conversion.advertiser_id), "advertiser:lead"
    _write_to(members, dispute, page, "tracking/emails/dispute_opened.txt", _opened)


def tell_answered(dispute: Dispute) -> None:
    """Write the answer to the webmaster's people."""
    members = Membership.objects.filter(affiliate=dispute.conversion.affiliate_id)
    _write_to(members, dispute, "webmaster:lead", "tracking/emails/dispute_answered.txt", _answered)


def _opened(values):
    return _("%(network)s: a webmaster disputes the decision about lead № %(lead)s") % values


def _answered(values):
    return _("%(network)s: your dispute about lead № %(lead)s is answered") % values


def _write_to(members, dispute, page, template, subject):
    network = Network.objects.get(pk=dispute.network_id)
    address = settings.WEB_ADDRESS.format(host=network.primary_host) + reverse(page, args=[dispute.conversion_id])
    for member in members.filter(is_active=True, user__is_active=True).select_related("user"):
        with translation.override(member.user.language or settings.LANGUAGE_CODE):
            line = subject({"network": network.name, "lead": dispute.conversion_id})
            values = {"user": member.user, "dispute": dispute, "network": network, "address": address}
            send_mail(" ".join(line.split()), render_to_string(template, values), None, [member.user.email])
