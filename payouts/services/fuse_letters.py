"""The e-mail that says that the automatic part stands still."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cpanet.accounts import letters
from cpanet.ledger.models import Fuse


@transaction.atomic
def tell_of_fuse(*, now: datetime) -> None:
    """Write to the staff once for every time the fuse blows."""
    row = Fuse.objects.filter(blown_at__isnull=False, told_at__isnull=True).select_for_update(of=("self",)).first()
    if row is None:
        return
    row.told_at = now
    row.save(update_fields=["told_at"])
    letters.write(
        letters.staff_who_may("payouts.confirm", "leads.decide"),
        template="payouts/emails/fuse.txt", values=lambda: {"figures": row.figures},
        subject=lambda: _("automatic work has stopped and asks for you"), path=reverse("manager:fuse"),
    )  # fmt: skip
