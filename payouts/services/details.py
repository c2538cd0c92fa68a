"""Where webmasters want their money."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from payouts.kinds import check_details, identity
from payouts.models import PayoutDetails, PayoutMethod
from payouts.selectors.agreed import rules_of_network
from payouts.services import letters


class MethodClosed(DomainError):
    """This payout method is not offered any more: choose another."""

    code = "method_closed"
    field = "method"


@transaction.atomic
def add_details(
    *, affiliate: Affiliate, method_id: int, account: str, holder: str = "", more: Mapping[str, str] | None = None,
    actor, now: datetime,
) -> PayoutDetails:  # fmt: skip
    """The webmaster's details with a method from now on; older ones with this method retire, payouts already
    requested keep theirs. The same details again change nothing. His first ones can be used at once, others when the
    network's days of cooling off are over. He is told by e-mail. `more`: what the kind asks for (payouts.kinds).

    Raises payouts.account_words.BadAccount, MethodClosed, PayoutMethod.DoesNotExist.
    """
    method = PayoutMethod.objects.get(pk=method_id)
    if not method.is_active:
        raise MethodClosed(_("This payout method is not offered any more: choose another."))
    checked = check_details(
        method.kind, account=account, holder=holder, more=more or {}, countries=method.countries
    )  # fmt: skip
    Affiliate.objects.select_for_update(of=("self",)).get(pk=affiliate.pk)  # one change of details at a time
    present = PayoutDetails.objects.filter(affiliate=affiliate, method=method, is_active=True).first()
    if present and (present.account, present.holder, present.fields) == (
        checked.account.value,
        checked.holder,
        checked.more,
    ):
        return present
    usable_at = _usable_at(affiliate, now)
    PayoutDetails.objects.filter(affiliate=affiliate, method=method, is_active=True).update(is_active=False)
    details = PayoutDetails.objects.create(
        affiliate=affiliate,
        method=method,
        holder=checked.holder,
        account=checked.account.value,
        more=json.dumps(checked.more, ensure_ascii=False) if checked.more else "",
        masked=checked.account.masked,
        fingerprint=fingerprint(method.kind, identity(method.kind, checked)),
        usable_at=usable_at,
    )
    changes = {"account": [present.masked if present else None, details.masked]}
    audit.record(action="payout_details.added", subject=details, actor=actor, now=now, changes=changes)
    letters.tell_of_details(details, "added")
    return details


def _usable_at(affiliate, now):
    """Whoever has taken over an account would name another account: so anything but the first one waits."""
    days = rules_of_network().cooling_days
    if not days or not PayoutDetails.objects.filter(affiliate=affiliate).exists():
        return None
    return now + timedelta(days=days)


@transaction.atomic
def remove_details(*, affiliate: Affiliate, details_id: int, actor, now: datetime) -> PayoutDetails:
    """Retire details; payouts already requested keep them. Raises PayoutDetails.DoesNotExist for another's."""
    details = PayoutDetails.objects.select_related("method").get(pk=details_id, affiliate=affiliate)
    if PayoutDetails.objects.filter(pk=details.pk, is_active=True).update(is_active=False):
        details.is_active = False
        audit.record(action="payout_details.removed", subject=details, actor=actor, now=now)
        letters.tell_of_details(details, "removed")
    return details


def fingerprint(kind: str, account: str) -> str:
    """A keyed hash of an account, the same for the same account."""
    key = settings.ENCRYPTION_KEYS[-1].encode()  # the oldest: it stays when a new one is put in front
    return hmac.new(key, f"{kind}:{account}".encode(), hashlib.sha256).hexdigest()
