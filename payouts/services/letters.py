"""E-mails to webmasters about their payouts; they leave through the outbox, with the transaction that caused them."""

from collections import defaultdict
from datetime import UTC

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from cpanet.accounts.models import Membership
from cpanet.core.money import format_money
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from payouts.models import Payout, PayoutDetails


def tell(payouts: list[Payout], event: str) -> None:
    """Write to the members of each payout's webmaster that it was paid, rejected, failed or returned (`event`).

    Payouts come with method and affiliate loaded.
    """
    members = _members({payout.affiliate_id for payout in payouts})
    network = Network.objects.get(pk=current_network_id())
    address = f"{settings.WEB_ADDRESS.format(host=network.primary_host)}/webmaster/payouts/"
    for payout in payouts:
        for user in members[payout.affiliate_id]:
            with translation.override(user.language or settings.LANGUAGE_CODE):
                _write(user, payout, event, network, address)


def tell_of_details(details: PayoutDetails, event: str) -> None:
    """Write to the webmaster's members that an account was added or removed (`event`): if it was not they, they must
    hear of it."""
    network = Network.objects.get(pk=current_network_id())
    address = f"{settings.WEB_ADDRESS.format(host=network.primary_host)}/webmaster/payout-details/"
    for user in _members({details.affiliate_id})[details.affiliate_id]:
        with translation.override(user.language or settings.LANGUAGE_CODE):
            values = {"details": details, "network": network, "user": user, "address": address, "event": event}
            values["usable_at"] = details.usable_at and format_datetime(details.usable_at)
            subject = _("%(network)s: your payout details were changed") % {"network": network.name}
            body = render_to_string("payouts/emails/details.txt", values)
            send_mail(" ".join(subject.split()), body, None, [user.email])


def format_datetime(moment) -> str:
    """The moment for a letter: UTC, to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _members(affiliate_ids):
    found = defaultdict(list)
    rows = Membership.objects.filter(affiliate_id__in=affiliate_ids, is_active=True, user__is_active=True)
    for row in rows.select_related("user"):
        found[row.affiliate_id].append(row.user)
    return found


def _write(user, payout, event, network, address):
    amount = format_money(payout.net, payout.currency)
    subject = {
        "paid": _("%(network)s: %(amount)s paid to you"),
        "rejected": _("%(network)s: your payout of %(amount)s was rejected"),
        "failed": _("%(network)s: your payout of %(amount)s did not arrive"),
        "returned": _("%(network)s: your payout of %(amount)s came back"),
    }[event] % {"network": network.name, "amount": amount}
    values = {"payout": payout, "network": network, "user": user, "amount": amount, "address": address}
    values["requested"] = format_money(payout.amount, payout.currency)
    values["fee"] = format_money(payout.fee, payout.currency)
    body = render_to_string(f"payouts/emails/{event}.txt", values)
    send_mail(" ".join(subject.split()), body, None, [user.email])
