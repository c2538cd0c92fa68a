"""Taking a statement back: every lead it changed gets back the state it had, by another decision, never by deletion.
A lead that somebody has decided since is left as it is, and its row says so."""

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
from reconciliation.services.applying import CHUNK
from reconciliation.services.mappings import locked
from reconciliation.services.work import Clock, Tell, run_job, silent
from tracking.choices import DecisionSource
from tracking.models import Conversion
from tracking.services.decisions import decide

TASK = "reconciliation.tasks.withdraw_statement"
State = Statement.State


@transaction.atomic
def discard(*, statement: Statement, actor: User | None, now: datetime) -> Statement:
    """Put away a statement of which nothing was applied; its file may then be uploaded again. Raises Conflict."""
    statement = locked(statement.pk, State.UPLOADED, State.MATCHED)
    statement.state, statement.withdrawn_at = State.WITHDRAWN, now
    statement.message = str(_("Put away before anything was applied."))
    statement.save()
    audit.record(action="statement.discarded", subject=statement, actor=actor, now=now)
    return statement


@transaction.atomic
def start_withdrawing(*, statement: Statement, actor: User | None, now: datetime) -> Statement:
    """Queue the taking back of everything the statement has changed. Raises Conflict."""
    statement = locked(statement.pk, State.CLOSED, State.WITHDRAWING)
    statement.state = State.WITHDRAWING
    statement.job = start_job(
        kind="statement_withdraw",
        task=TASK,
        arguments={"statement_id": statement.pk, "name": statement.file_name},
        actor=actor,
        total=applied_rows(statement).count(),
        advertiser=statement.advertiser,
    )
    statement.save()
    audit.record(action="statement.withdrawn", subject=statement, actor=actor, now=now)
    return statement


def work_on_withdraw(*, network_id: int, job_id: int, clock: Clock) -> None:
    """The taking back that a job asks for, whoever has sent for it."""

    def work(statement_id: int, tell: Tell) -> str:
        return withdraw(network_id=network_id, statement_id=statement_id, clock=clock, tell=tell)

    run_job(network_id=network_id, job_id=job_id, clock=clock, work=work)


def withdraw(*, network_id: int, statement_id: int, clock: Clock, tell: Tell = silent) -> str:
    """Take back every applied row that is not yet, and say in a sentence what became of them."""
    with network_scope(network_id):
        statement = Statement.objects.select_related("job__started_by").get(pk=statement_id)
        rows = applied_rows(statement)
        waiting = list(rows.filter(withdrawn_at__isnull=True).order_by("conversion_id").values_list("pk", flat=True))
        total = rows.count()
    actor = statement.job.started_by if statement.job else None
    for done, row_id in enumerate(waiting, start=total - len(waiting) + 1):
        with network_scope(network_id):
            withdraw_row(row_id=row_id, actor=actor, now=clock())
        if done % CHUNK == 0 or done == total:
            tell(done, total)
    with network_scope(network_id):
        return _close(statement_id, clock())


def applied_rows(statement: Statement):
    """Rows that have settled a lead."""
    return StatementRow.objects.filter(statement=statement, applied_at__isnull=False)


def withdraw_row(*, row_id: int, actor: User | None, now: datetime) -> None:
    """One row, if it is not yet taken back."""
    row = StatementRow.objects.select_for_update().get(pk=row_id)
    if row.withdrawn_at:
        return
    row.withdrawn_at = now
    if row.before:
        row.outcome = _give_back(row, actor, now)[:300]
    row.save()


def _give_back(row: StatementRow, actor: User | None, now: datetime) -> str:
    lead = Conversion.objects.select_for_update(of=("self",)).get(pk=row.conversion_id)
    was = row.before
    if lead.revision != was["applied_revision"]:
        return _("Left as it is: somebody has decided about this lead since.")
    try:
        with transaction.atomic():
            decision = decide(
                conversion_id=lead.pk,
                status=was["status"],
                source=DecisionSource.STATEMENT,
                source_reference=f"{row.reference}:withdrawn",
                actor=actor,
                now=now,
                reason=was["reason"],
                note=was["note"],
                revenue=was["revenue"],
                earning=was["earning"],
                order_amount=was["order_amount"],
            )
    except DomainError as error:
        return _("Left as it is: %s") % error
    row.before = was | {"given_back": True}
    return _("Taken back; now: %s.") % decision.conversion.get_status_display()


def _close(statement_id: int, now: datetime) -> str:
    statement = Statement.objects.select_for_update(of=("self",)).get(pk=statement_id)
    rows = applied_rows(statement).exclude(before={})
    total, back = rows.count(), rows.filter(before__given_back=True).count()
    message = ngettext("%(back)d of %(total)d lead taken back.", "%(back)d of %(total)d leads taken back.", total)
    statement.message = message % {"back": back, "total": total}
    if statement.state == State.WITHDRAWING:
        statement.state, statement.withdrawn_at = State.WITHDRAWN, now
    statement.save()
    return statement.message
