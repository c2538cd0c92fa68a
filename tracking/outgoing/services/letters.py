"""E-mail to a webmaster whose receiver was paused; it leaves with the transaction that paused it."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cpanet.accounts.models import Membership
from cpanet.tenancy.models import Network
from tracking.models import PostbackReceiver


def tell_of_pause(receiver: PostbackReceiver) -> None:
    """Write to each member of the receiver's webmaster what happened and where it is resumed."""
    network = Network.objects.get(pk=receiver.network_id)
    page = reverse("webmaster:postback", args=[receiver.pk])
    address = settings.WEB_ADDRESS.format(host=network.primary_host) + page
    members = Membership.objects.filter(affiliate=receiver.affiliate_id, is_active=True, user__is_active=True)
    for member in members.select_related("user"):
        with translation.override(member.user.language or settings.LANGUAGE_CODE):
            _write(member.user, receiver, network, address)


def _write(user, receiver, network, address):
    subject = _("%(network)s: “%(receiver)s” no longer answers, we have paused it") % {
        "network": network.name, "receiver": receiver.name,
    }  # fmt: skip
    values = {"user": user, "receiver": receiver, "network": network, "address": address}
    body = render_to_string("tracking/emails/receiver_paused.txt", values)
    send_mail(" ".join(subject.split()), body, None, [user.email])
