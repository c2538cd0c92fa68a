"""What became of the payouts of a batch, many at once: looked at first, written down then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from payouts.models import Payout, PayoutBatch
from payouts.results import ResultRow
from payouts.services import outcomes
from payouts.services.states import lock_money, lock_payouts

Status = Payout.Status
POSSIBLE = {
    Status.PAID: Payout.UNDERWAY,
    Status.FAILED: Payout.UNDERWAY,
    Status.RETURNED: (Status.PAID,),
    Status.UNKNOWN: (Status.SENT,),
}


@dataclass(frozen=True)
class Verdict:
    """What a row does: `payout` None when it is not of this batch, `problem` says why nothing happens; `is_done`: it
    stands there already."""

    row: ResultRow
    payout: Payout | None
    problem: str = ""
    is_done: bool = False

    @property
    def is_effective(self) -> bool:
        return not (self.problem or self.is_done)


def look_at(*, batch: PayoutBatch, rows: Sequence[ResultRow]) -> list[Verdict]:
    """What each row would do; changes nothing."""
    return _verdicts(list(batch.payouts.select_related("affiliate")), rows)


@transaction.atomic
def apply_results(*, batch_id: int, rows: Sequence[ResultRow], actor, now: datetime) -> list[Verdict]:
    """Write down what the rows say of the payouts of a batch; rows with a problem and those that were written down
    before do nothing. Answers what each row did. Raises PayoutBatch.DoesNotExist."""
    batch = PayoutBatch.objects.get(pk=batch_id)
    payouts = lock_payouts(batch=batch)
    verdicts = _verdicts(payouts, rows)
    effective = [verdict for verdict in verdicts if verdict.is_effective]
    lock_money([verdict.payout for verdict in effective])
    for verdict in effective:
        _apply(verdict.payout, verdict.row, actor, now)
    return verdicts


def _verdicts(payouts, rows):
    by_name = {name: payout for payout in payouts for name in (payout.public_id, str(payout.pk))}
    seen, verdicts = set(), []
    for row in rows:
        payout = by_name.get(row.payout)
        verdicts.append(_verdict(row, payout, seen))
        if payout:
            seen.add(payout.pk)
    return verdicts


def _verdict(row, payout, seen):
    if row.problem:
        return Verdict(row, payout, row.problem)
    if payout is None:
        return Verdict(row, None, _("There is no such payout in this batch."))
    if payout.pk in seen:
        return Verdict(row, payout, _("The payout stands in the file twice."))
    if payout.status == row.outcome:
        return Verdict(row, payout, is_done=True)
    if payout.status not in POSSIBLE[row.outcome]:
        return Verdict(row, payout, _("The payout is “%s”: that cannot be.") % payout.get_status_display())
    try:
        outcomes.refuse_rails_own([payout])
    except DomainError as error:
        return Verdict(row, payout, str(error))
    return Verdict(row, payout)


def _apply(payout, row, actor, now):
    if row.outcome == Status.PAID:
        outcomes.mark_paid(payout_ids=[payout.pk], actor=actor, now=now)
    elif row.outcome == Status.FAILED:
        outcomes.mark_failed(payout_id=payout.pk, reason=row.reason, actor=actor, now=now)
    elif row.outcome == Status.RETURNED:
        outcomes.mark_returned(payout_id=payout.pk, reason=row.reason, actor=actor, now=now)
    else:
        outcomes.mark_unknown(payout_id=payout.pk, reason=row.reason, actor=actor, now=now)
