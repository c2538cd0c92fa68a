"""A statement against our books: read, matched, stored row by row, added up. Decides nothing."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cpanet.core.errors import Conflict
from cpanet.tenancy.scope import network_scope
from reconciliation.conservation import DoesNotAddUp, amounts_by_class
from reconciliation.facts import Class, MatchResult, Rules
from reconciliation.lines import ParsedStatement, parse_statement
from reconciliation.mapping import StatementMapping
from reconciliation.matching import match
from reconciliation.models import Statement
from reconciliation.selectors import adds_up
from reconciliation.services.facts_of import Facts, batches, facts_for, period_of
from reconciliation.services.rows import row_builder
from reconciliation.services.uploads import table_of
from reconciliation.services.work import Clock, Tell, run_job, silent
from reconciliation.similarity import suggest

_STORED_AT_ONCE = 500
SHOWN_SKIPPED = 50


def work_on_match(*, network_id: int, job_id: int, clock: Clock) -> None:
    """The comparison that a job asks for, whoever has sent for it."""

    def work(statement_id: int, tell: Tell) -> str:
        return compare(network_id=network_id, statement_id=statement_id, tell=tell)

    run_job(network_id=network_id, job_id=job_id, clock=clock, work=work)


def compare(*, network_id: int, statement_id: int, tell: Tell = silent) -> str:
    """Compare the statement, store what was found, and say so in a sentence. Opens its own scopes; cut off at any
    point and run again it finds the same. Raises Conflict, FileGone, FileRefused."""
    with network_scope(network_id):
        statement = _to_be_compared(statement_id)
        statement.rows.all().delete()
        parsed = _parsed(statement)
        period = period_of(statement, parsed.lines)
        facts = facts_for(statement, parsed, period)
        rows = row_builder(statement, parsed, facts)
    result = match(facts.rows, facts.conversions, _rules(statement))
    tell(0, len(result.rows) + result.conversion_counts().get(Class.OURS_ONLY, 0))
    hints = suggest(facts.rows, facts.conversions, result)
    _store(network_id, rows.of(result, hints), tell)
    with network_scope(network_id):
        return _close(statement_id, parsed, facts, result, period)


def _to_be_compared(statement_id: int) -> Statement:
    statement = Statement.objects.select_for_update(of=("self",)).select_related("source").get(pk=statement_id)
    if statement.state != Statement.State.UPLOADED:
        raise Conflict(_("The statement is %s meanwhile.") % statement.get_state_display().lower())
    return statement


def _parsed(statement: Statement) -> ParsedStatement:
    with table_of(statement) as table:
        return parse_statement(table, StatementMapping.from_dict(statement.mapping))


def _rules(statement: Statement) -> Rules:
    """Only a period that somebody gave rules rows out; one told from the file itself does not."""
    return Rules(
        tolerance_units=statement.source.tolerance_absolute,
        tolerance_percent=Decimal(statement.source.tolerance_relative),
        period_from=statement.period_from,
        period_until=statement.period_until,
        strip_leading_zeros=StatementMapping.from_dict(statement.mapping).strip_leading_zeros,
    )


def _store(network_id: int, rows: Iterator, tell: Tell) -> None:
    done = 0
    for part in batches(rows, _STORED_AT_ONCE):
        with network_scope(network_id):
            type(part[0]).objects.bulk_create(part)
        done += len(part)
        tell(done)


def _close(statement_id: int, parsed: ParsedStatement, facts: Facts, result: MatchResult, period) -> str:
    """The sums, checked against what is stored. A comparison that does not add up is not shown."""
    statement = _to_be_compared(statement_id)
    statement.summary = _summary(parsed, facts, result, period)
    if not adds_up(statement):
        raise DoesNotAddUp("stored rows")
    statement.state = Statement.State.MATCHED
    statement.save()
    counts = result.row_counts()
    agreed = counts.get(Class.EQUAL, 0) + counts.get(Class.WITHIN_TOLERANCE, 0)
    return ngettext(
        "%(rows)d row read, %(agreed)d agree.", "%(rows)d rows read, %(agreed)d agree.", len(facts.rows)
    ) % {
        "rows": len(facts.rows),
        "agreed": agreed,
    }


def _summary(parsed: ParsedStatement, facts: Facts, result: MatchResult, period) -> dict:
    return {
        "rows": len(facts.rows),
        "leads": len(result.conversions),
        "outside": len(result.outside),
        "classes": {name.value: count for name, count in result.row_counts().items()},
        "conversions": {name.value: count for name, count in result.conversion_counts().items()},
        "amounts": {name.value: sums for name, sums in amounts_by_class(facts.rows, result).items()},
        "period": [moment.isoformat() if moment else None for moment in period],
        "unknown_words": dict(parsed.unknown_words),
        "skipped": len(parsed.skipped),
        "skipped_rows": [[row.number, row.reason, " · ".join(row.raw)[:200]] for row in parsed.skipped[:SHOWN_SKIPPED]],
    }
