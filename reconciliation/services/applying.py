"""Accepted rows become decisions, each in a transaction of its own, so that a lead is never locked after another
lead's accounts. Killed at any point and run again it ends with the same books: a row is applied once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cpanet.accounts import audit
from cpanet.accounts.models import User
from cpanet.core.errors import DomainError
from cpanet.jobs.services import start_job
from cpanet.tenancy.scope import network_scope
from reconciliation.models import Statement, StatementRow
from reconciliation.selectors import decisions_of
from reconciliation.services.mappings import locked
from reconciliation.services.work import Clock, Tell, run_job, silent
from tracking.choices import DecisionSource, Status
from tracking.models import Conversion
from tracking.services.decisions import Decision, decide

TASK = "reconciliation.tasks.apply_statement"
CHUNK = 25  # rows between two words of progress
State, Action = Statement.State, StatementRow.Action
STATUS_OF = {Action.APPROVE: Status.APPROVED, Action.DECLINE: Status.DECLINED}


@transaction.atomic
def start_applying(*, statement: Statement, actor: User | None, now: datetime) -> Statement:
    """Queue the application of what was accepted; also goes on where an earlier one broke off. Raises Conflict."""
    statement = locked(statement.pk, State.MATCHED, State.APPLYING)
    rows = decisions_of(statement)
    statement.state = State.APPLYING
    statement.job = start_job(
        kind="statement_apply",
        task=TASK,
        arguments={"statement_id": statement.pk, "name": statement.file_name},
        actor=actor,
        total=rows.count(),
        advertiser=statement.advertiser,
    )
    statement.save()
    audit.record(
        action="statement.applied", subject=statement, actor=actor, now=now, changes={"rows": statement.job.total}
    )
    return statement


@transaction.atomic
def claim_for_applying(*, statement: Statement, actor: User | None, now: datetime) -> Statement:
    """Like `start_applying`, but the caller applies it himself, without the queue. Raises Conflict."""
    statement = locked(statement.pk, State.MATCHED, State.APPLYING)
    statement.state = State.APPLYING
    statement.save()
    audit.record(action="statement.applied", subject=statement, actor=actor, now=now)
    return statement


def work_on_apply(*, network_id: int, job_id: int, clock: Clock) -> None:
    """The application that a job asks for, whoever has sent for it."""

    def work(statement_id: int, tell: Tell) -> str:
        return apply(network_id=network_id, statement_id=statement_id, clock=clock, tell=tell)

    run_job(network_id=network_id, job_id=job_id, clock=clock, work=work)


def apply(*, network_id: int, statement_id: int, clock: Clock, tell: Tell = silent, actor: User | None = None) -> str:
    """Carry out every accepted row that is not yet, close the statement, and say so in a sentence."""
    with network_scope(network_id):
        statement = Statement.objects.select_related("job__started_by").get(pk=statement_id)
        rows = decisions_of(statement)
        waiting = list(rows.filter(applied_at__isnull=True).order_by("conversion_id").values_list("pk", flat=True))
        total = rows.count()
    actor = actor or (statement.job.started_by if statement.job else None)
    tell(total - len(waiting), total)
    for done, row_id in enumerate(waiting, start=total - len(waiting) + 1):
        with network_scope(network_id):
            apply_row(row_id=row_id, actor=actor, now=clock())
        if done % CHUNK == 0 or done == total:
            tell(done, total)
    with network_scope(network_id):
        return _close(statement_id, clock())


def apply_row(*, row_id: int, actor: User | None, now: datetime) -> StatementRow:
    """One row, if it has not been applied: its decision and what became of it are written together or not at all."""
    row = StatementRow.objects.select_for_update().get(pk=row_id)
    if row.applied_at:
        return row
    row.applied_at = now
    if row.action == Action.CONFIRM:
        row.outcome = str(_("It was so before."))
    else:
        _decide(row, actor, now)
    row.save()
    return row


def _decide(row: StatementRow, actor: User | None, now: datetime) -> None:
    lead = Conversion.objects.select_for_update(of=("self",)).get(pk=row.conversion_id)
    if lead.revision != row.conversion_revision:
        row.outcome = str(_("Not applied: the lead was changed after the comparison."))
        return
    before = _state(lead)
    try:
        with transaction.atomic():
            decision = decide(
                conversion_id=lead.pk,
                status=STATUS_OF[row.action],
                source=DecisionSource.STATEMENT,
                source_reference=row.reference,
                actor=actor,
                now=now,
                reason=row.decision_reason if row.action == Action.DECLINE else "",
                order_amount=row.order_amount,
            )
    except DomainError as error:
        row.outcome = str(_("Not applied: %s") % error)[:300]
        return
    row.outcome = _outcome(decision)[:300]
    if decision.changed:
        row.before = before | _gained(lead, decision.conversion)


def _state(lead: Conversion) -> dict:
    """What a lead must be given to be again what it is now."""
    names = ("status", "reason", "note", "revenue", "earning", "order_amount", "revision")
    return {name: getattr(lead, name) for name in names}


def _gained(before: Conversion, after: Conversion) -> dict:
    """What the books have gained, and the revision that says so."""
    return {
        "applied_revision": after.revision,
        "revenue_gained": after.recognised_revenue - before.recognised_revenue,
        "earning_gained": after.held + after.released - before.held - before.released,
    }


def _outcome(decision: Decision) -> str:
    if decision.conflict:
        return _("Not applied: a manager has decided otherwise; this word is kept beside his.")
    word = decision.conversion.get_status_display()
    return _("Now: %s.") % word if decision.changed else _("It was so before: %s.") % word


def _close(statement_id: int, now: datetime) -> str:
    statement = Statement.objects.select_for_update(of=("self",)).get(pk=statement_id)
    rows = decisions_of(statement).exclude(action=Action.CONFIRM)
    total, changed = rows.count(), rows.exclude(before={}).count()
    message = ngettext("%(changed)d of %(total)d lead decided.", "%(changed)d of %(total)d leads decided.", total)
    if statement.state == State.APPLYING:
        statement.state, statement.applied_at = State.CLOSED, now
        statement.message = message % {"changed": changed, "total": total}
        statement.save()
    return statement.message
