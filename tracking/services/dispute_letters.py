"""E-mail about disputes; it leaves with the transaction that caused it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cpanet.accounts import letters
from tracking.choices import DecisionSource
from tracking.models import Dispute


def tell_opened(dispute: Dispute) -> None:
    """Write to those who are to answer: the advertiser's people, or the network's where it has decided itself."""
    if dispute.conversion.decided_by == DecisionSource.MANAGER:
        people, page = letters.staff_who_may("leads.decide"), "manager:lead"
    else:
        people, page = letters.people_of_advertiser(dispute.conversion.advertiser_id), "advertiser:lead"
    letters.write(
        people, template="tracking/emails/dispute_opened.txt", values=lambda: {"dispute": dispute},
        subject=lambda: _("a webmaster disputes the decision about lead № %s") % dispute.conversion_id,
        path=reverse(page, args=[dispute.conversion_id]),
    )  # fmt: skip


def tell_answered(dispute: Dispute) -> None:
    """Write the answer to the webmaster's people."""
    letters.write(
        letters.people_of_affiliate(dispute.conversion.affiliate_id),
        template="tracking/emails/dispute_answered.txt", values=lambda: {"dispute": dispute},
        subject=lambda: _("your dispute about lead № %s is answered") % dispute.conversion_id,
        path=reverse("webmaster:lead", args=[dispute.conversion_id]),
    )  # fmt: skip
