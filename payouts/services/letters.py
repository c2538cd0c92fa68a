"""E-mails to webmasters about their payouts."""

from datetime import UTC

from django.urls import reverse
from django.utils.translation import gettext as _

from cpanet.accounts import letters
from cpanet.core.money import format_money
from payouts.models import Payout, PayoutDetails


def tell(payouts: list[Payout], event: str) -> None:
    """Write to the members of each payout's webmaster that it was paid, rejected, failed or returned (`event`).

    Payouts come with method and affiliate loaded.
    """
    for payout in payouts:
        letters.write(
            letters.people_of_affiliate(payout.affiliate_id), template=f"payouts/emails/{event}.txt",
            subject=lambda payout=payout: _subject(payout, event), values=lambda payout=payout: _values(payout),
            path=reverse("webmaster:payouts"),
        )  # fmt: skip


def tell_of_details(details: PayoutDetails, event: str) -> None:
    """Write to the webmaster's members that an account was added or removed (`event`): if it was not they, they must
    hear of it."""
    usable_at = details.usable_at and format_datetime(details.usable_at)
    letters.write(
        letters.people_of_affiliate(details.affiliate_id), template="payouts/emails/details.txt",
        subject=lambda: _("your payout details were changed"),
        values=lambda: {"details": details, "event": event, "usable_at": usable_at},
        path=reverse("webmaster:payout_details"),
    )  # fmt: skip


def format_datetime(moment) -> str:
    """The moment for a letter: UTC, to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _subject(payout, event):
    amount = format_money(payout.net, payout.currency)
    return {
        "paid": _("%s paid to you"),
        "rejected": _("your payout of %s was rejected"),
        "failed": _("your payout of %s did not arrive"),
        "returned": _("your payout of %s came back"),
    }[event] % amount


def _values(payout):
    net, requested, fee = (format_money(units, payout.currency) for units in (payout.net, payout.amount, payout.fee))
    return {"payout": payout, "amount": net, "requested": requested, "fee": fee}
