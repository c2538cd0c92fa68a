"""How a payout changes its status: locked, compared, set. Shared by the services of this package."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import Conflict, DomainError
from cpanet.ledger.journal import Ref, lock_accounts
from cpanet.ledger.kinds import AccountKind
from payouts.models import Payout, PayoutFreeze
from payouts.services.telling import tell_of_payout


class Frozen(DomainError):
    """The books of this network do not agree, so no money leaves it."""

    code = "payouts_frozen"
    status = 409


class ReasonMissing(DomainError):
    """Say why: the webmaster will read it."""

    code = "reason_missing"
    field = "reason"


def refuse_while_frozen() -> None:
    """Raises Frozen while the payouts of the network are frozen."""
    if PayoutFreeze.objects.filter(lifted_at__isnull=True).exists():
        raise Frozen(_("The nightly check found a difference in the books: payouts are frozen until it is settled."))


def require_reason(text: str) -> str:
    """The reason in one line. Raises ReasonMissing."""
    reason = " ".join(text.split())[:300]
    if not reason:
        raise ReasonMissing(_("Say why: the webmaster will read it."))
    return reason


def lock_payout(payout_id: int) -> Payout:
    """One payout, locked, with its method and webmaster. Raises Payout.DoesNotExist."""
    return _locked().get(pk=payout_id)


def lock_payouts(**conditions) -> list[Payout]:
    """The payouts that meet the conditions, locked in the order of their ids, with methods and webmasters."""
    return list(_locked().filter(**conditions).order_by("id"))


def _locked():
    return Payout.objects.select_for_update(of=("self",)).select_related("method", "affiliate", "details")


def move(payout: Payout, sources: Iterable[str], target: str, now: datetime, **fields) -> bool:
    """Take a locked payout from one of `sources` to `target` and tell who wants to hear of it; False when it has
    arrived there before.

    Raises Conflict when it stands anywhere else.
    """
    if payout.status == target:
        return False
    words = _("The payout %(id)s is “%(status)s” meanwhile: load the page again.")
    told = words % {"id": payout.public_id, "status": payout.get_status_display()}
    changes = {"status": target, "status_updated_at": now, **fields}
    if payout.status not in sources or not Payout.objects.filter(pk=payout.pk, status=payout.status).update(**changes):
        raise Conflict(told)
    for name, value in changes.items():
        setattr(payout, name, value)
    tell_of_payout(payout, now)
    return True


def lock_money(payouts: Iterable[Payout]) -> None:
    """Lock every account that journals about these payouts touch, before the first of them is posted."""
    refs = set()
    for payout in payouts:
        kinds = (AccountKind.AVAILABLE, AccountKind.DEBT, AccountKind.IN_PAYOUT)
        refs |= {Ref(kind, payout.affiliate_id, payout.currency) for kind in kinds}
        refs |= {Ref(AccountKind.CLEARING, payout.method_id, payout.currency)}
        refs |= {Ref(kind, 0, payout.currency) for kind in (AccountKind.CASH, AccountKind.FEES)}
    if refs:
        lock_accounts(list(refs))


def facts(payout: Payout, event: str) -> dict:
    """What every journal about a payout says of it."""
    return {"key": f"payout:{payout.pk}:{event}", "subject": payout.subject, "currency": payout.currency}
