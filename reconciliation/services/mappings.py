"""How the columns and words of a statement are read: previewed, checked, kept for the next file of its source."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.accounts.models import User
from cpanet.core.errors import Conflict, DomainError
from cpanet.jobs.services import start_job
from reconciliation.lines import ParsedStatement, parse_statement
from reconciliation.mapping import StatementMapping
from reconciliation.models import Statement, StatementRow
from reconciliation.services.uploads import table_of

PREVIEW_ROWS = 8
LOOK_AT = 5_000
MATCH_TASK = "reconciliation.tasks.match_statement"


class ColumnMissing(DomainError):
    """A column that is needed cannot be found."""

    code = "column_missing"


@dataclass(frozen=True)
class Preview:
    """The beginning of a file as it would be read. `rows` are lines and row errors by their number; `unknown` are the
    status words, of the first LOOK_AT rows, that nobody has explained, with how often they came."""

    heading: list[str]
    parsed: ParsedStatement
    rows: list
    unknown: Counter
    warnings: list[str]


def preview(statement: Statement, mapping: StatementMapping) -> Preview:
    """Read the first rows; stores nothing. Raises FileGone, FileRefused."""
    with table_of(statement) as table:
        parsed = parse_statement(islice(table, LOOK_AT), mapping)
        rows = sorted([*parsed.lines, *parsed.errors], key=lambda row: row.number)
        return Preview(table.heading, parsed, rows[:PREVIEW_ROWS], parsed.unknown_words, table.warnings)


def check_mapping(mapping: StatementMapping, heading: list[str]) -> None:
    """Raises ColumnMissing unless rows can be told apart, understood and are all there."""
    gone = mapping.missing(heading)
    if gone:
        names = ", ".join(f"“{name}”" for name in gone)
        raise ColumnMissing(_("The file has no column %s.") % names)
    if not (mapping.columns.get("order_id") or mapping.columns.get("click_id")):
        raise ColumnMissing(
            _("Say which column holds the order id or our click id: without it no row can be matched."),
            field="order_id",
        )
    if not (mapping.columns.get("status") or mapping.default_status):
        raise ColumnMissing(
            _("Say which column holds the status, or what every row of this file means."), field="status"
        )


def is_ready(statement: Statement) -> bool:
    """Whether the statement can be compared without asking: its source's mapping fits and knows all words."""
    if not statement.source.mapping:
        return False
    mapping = StatementMapping.from_dict(statement.mapping)
    found = preview(statement, mapping)
    return not mapping.missing(found.heading) and not found.unknown


@transaction.atomic
def save_mapping(
    *,
    statement: Statement,
    mapping: StatementMapping,
    actor: User | None,
    now: datetime,
    period: tuple[datetime | None, datetime | None] = (None, None),
    tolerance: tuple[int, int] = (0, 0),
) -> Statement:
    """Read the statement by this mapping from now on, and the next files of its source too. `tolerance` is (units of
    the default currency, percent). Raises ColumnMissing, Conflict (it is applied already), FileRefused."""
    statement = locked(statement.pk, Statement.State.UPLOADED, Statement.State.MATCHED)
    with table_of(statement) as table:
        check_mapping(mapping, table.heading)
    statement.mapping = mapping.as_dict()
    statement.period_from, statement.period_until = period
    statement.save()
    source = statement.source
    source.mapping = replace(mapping, status_words={**mapping.status_words}).as_dict()
    source.tolerance_absolute, source.tolerance_relative = tolerance
    source.save()
    audit.record(
        action="statement.mapped", subject=statement, actor=actor, now=now, changes={"columns": dict(mapping.columns)}
    )
    return statement


@transaction.atomic
def start_matching(*, statement: Statement, actor: User | None) -> Statement:
    """Queue the comparison with our books; what an earlier comparison found is forgotten. Raises Conflict."""
    statement = locked(statement.pk, Statement.State.UPLOADED, Statement.State.MATCHED)
    forget_comparison(statement)
    statement.job = start_job(
        kind="statement_match",
        task=MATCH_TASK,
        arguments={"statement_id": statement.pk, "name": statement.file_name},
        actor=actor,
        advertiser=statement.advertiser,
    )
    statement.save()
    return statement


def forget_comparison(statement: Statement) -> None:
    """Back to the file alone: no rows, no findings."""
    StatementRow.objects.filter(statement=statement).delete()
    statement.state, statement.summary, statement.message = Statement.State.UPLOADED, {}, ""


def locked(statement_id: int, *states: str) -> Statement:
    """The statement, locked until the transaction ends, in one of these states. Raises Conflict."""
    statement = (
        Statement.objects.select_for_update(of=("self",))
        .select_related("source", "advertiser", "job")
        .get(pk=statement_id)
    )
    if statement.state not in states:
        raise Conflict(_("The statement is %s meanwhile: load the page again.") % statement.get_state_display().lower())
    if statement.job and statement.job.is_open:
        raise Conflict(_("The statement is being worked on: wait until that has ended."))
    return statement
