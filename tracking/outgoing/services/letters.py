"""E-mail to a webmaster whose receiver was paused."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cpanet.accounts import letters
from tracking.models import PostbackReceiver


def tell_of_pause(receiver: PostbackReceiver) -> None:
    """Write to each member of the receiver's webmaster what happened and where it is resumed."""
    letters.write(
        letters.people_of_affiliate(receiver.affiliate_id), template="tracking/emails/receiver_paused.txt",
        subject=lambda: _("“%s” no longer answers, we have paused it") % receiver.name,
        values=lambda: {"receiver": receiver}, path=reverse("webmaster:postback", args=[receiver.pk]),
    )  # fmt: skip
