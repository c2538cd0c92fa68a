"""When the books do not agree, payouts stop until a person has seen why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import Conflict
from cpanet.ledger.checks import Finding
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from payouts.books import examine_books
from payouts.models import PayoutFreeze


class BooksDiffer(Conflict):
    """The books still differ: payouts stay frozen."""

    code = "books_differ"


@transaction.atomic
def check_books(*, now: datetime) -> list[Finding]:
    """Examine the network in scope; a difference is written to the audit log and freezes its payouts.

    Answers every finding. Nothing is repaired, and a freeze in force stays.
    """
    findings = examine_books(network_id=current_network_id(), now=now)
    broken = [finding for finding in findings if not finding.holds]
    if broken:
        _freeze(broken, now)
    return findings


def _freeze(broken, now):
    told = [finding.as_dict() for finding in broken]
    network = Network.objects.select_for_update().get(pk=current_network_id())  # one freeze at a time
    PayoutFreeze.objects.get_or_create(lifted_at=None, defaults={"frozen_at": now, "findings": told})
    changes = {finding.name: finding.differences for finding in broken}
    audit.record(action="books.differ", subject=network, actor=None, now=now, changes=changes)


@transaction.atomic
def lift_freeze(*, actor, now: datetime) -> None:
    """Let payouts go on, once every invariant holds again. Raises BooksDiffer."""
    findings = examine_books(network_id=current_network_id(), now=now)
    if broken := [finding for finding in findings if not finding.holds]:
        words = "; ".join(f"{finding.says}: {finding.differences}" for finding in broken)
        raise BooksDiffer(_("The books still differ: %s.") % words)
    for freeze in PayoutFreeze.objects.select_for_update(of=("self",)).filter(lifted_at__isnull=True):
        freeze.lifted_at, freeze.lifted_by = now, actor
        freeze.save(update_fields=["lifted_at", "lifted_by"])
        audit.record(action="payouts.unfrozen", subject=freeze, actor=actor, now=now)
