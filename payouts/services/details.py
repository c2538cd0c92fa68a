"""Where webmasters want their money."""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from payouts.accounts import check_account, check_holder
from payouts.models import PayoutDetails, PayoutMethod


class MethodClosed(DomainError):
    """This payout method is not offered any more: choose another."""

    code = "method_closed"
    field = "method"


@transaction.atomic
def add_details(
    *, affiliate: Affiliate, method_id: int, account: str, holder: str = "", actor, now: datetime
) -> PayoutDetails:
    """The webmaster's details with a method from now on; older ones with this method retire, payouts already
    requested keep theirs. The same details again change nothing.

    Raises payouts.accounts.BadAccount, MethodClosed, PayoutMethod.DoesNotExist.
    """
    method = PayoutMethod.objects.get(pk=method_id)
    if not method.is_active:
        raise MethodClosed(_("This payout method is not offered any more: choose another."))
    checked, name = check_account(method.kind, account), check_holder(method.kind, holder)
    Affiliate.objects.select_for_update(of=("self",)).get(pk=affiliate.pk)  # one change of details at a time
    present = PayoutDetails.objects.filter(affiliate=affiliate, method=method, is_active=True).first()
    if present and (present.account, present.holder) == (checked.value, name):
        return present
    PayoutDetails.objects.filter(affiliate=affiliate, method=method, is_active=True).update(is_active=False)
    details = PayoutDetails.objects.create(
        affiliate=affiliate,
        method=method,
        holder=name,
        account=checked.value,
        masked=checked.masked,
        fingerprint=fingerprint(method.kind, checked.value),
    )
    changes = {"account": [present.masked if present else None, details.masked]}
    audit.record(action="payout_details.added", subject=details, actor=actor, now=now, changes=changes)
    return details


@transaction.atomic
def remove_details(*, affiliate: Affiliate, details_id: int, actor, now: datetime) -> PayoutDetails:
    """Retire details; payouts already requested keep them. Raises PayoutDetails.DoesNotExist for another's."""
    details = PayoutDetails.objects.select_related("method").get(pk=details_id, affiliate=affiliate)
    if PayoutDetails.objects.filter(pk=details.pk, is_active=True).update(is_active=False):
        details.is_active = False
        audit.record(action="payout_details.removed", subject=details, actor=actor, now=now)
    return details


def fingerprint(kind: str, account: str) -> str:
    """A keyed hash of an account, the same for the same account."""
    key = settings.ENCRYPTION_KEYS[-1].encode()  # the oldest: it stays when a new one is put in front
    return hmac.new(key, f"{kind}:{account}".encode(), hashlib.sha256).hexdigest()
