"""What a person changes before a statement is applied: which rows count, and why declined leads are declined."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.accounts.models import User
from cpanet.core.errors import DomainError
from reconciliation.models import Statement, StatementRow
from reconciliation.services.mappings import locked
from tracking.choices import DeclineReason

Action = StatementRow.Action


class NothingToChoose(DomainError):
    """None of these rows can be put in: they decide nothing."""

    code = "nothing_to_choose"


@transaction.atomic
def accept_rows(
    *, statement: Statement, rows: QuerySet[StatementRow], accepted: bool, actor: User | None, now: datetime
) -> int:
    """Put rows in, or take them out; answers how many can be. Rows that decide nothing cannot. Raises Conflict (the
    statement is not under review), NothingToChoose."""
    statement = locked(statement.pk, Statement.State.MATCHED)
    changed = _deciding(statement, rows).update(is_accepted=accepted)
    if not changed:
        raise NothingToChoose(_("None of these rows can be put in or taken out: they decide nothing."))
    facts = {"accepted": accepted, "rows": changed}
    audit.record(action="statement.rows_chosen", subject=statement, actor=actor, now=now, changes=facts)
    return changed


@transaction.atomic
def set_reason(
    *, statement: Statement, rows: QuerySet[StatementRow], reason: str, actor: User | None, now: datetime
) -> int:
    """The reason that webmasters will read on those of the rows that decline. Raises Conflict, NothingToChoose."""
    statement = locked(statement.pk, Statement.State.MATCHED)
    if reason not in DeclineReason.values:
        raise NothingToChoose(_("Choose a reason from the list."), field="reason")
    changed = _deciding(statement, rows).filter(action=Action.DECLINE).update(decision_reason=reason)
    if not changed:
        raise NothingToChoose(_("None of these rows declines a lead."))
    facts = {"reason": reason, "rows": changed}
    audit.record(action="statement.reason_chosen", subject=statement, actor=actor, now=now, changes=facts)
    return changed


def _deciding(statement: Statement, rows: QuerySet[StatementRow]) -> QuerySet[StatementRow]:
    return rows.order_by().filter(statement=statement, action__in=(Action.APPROVE, Action.DECLINE))
