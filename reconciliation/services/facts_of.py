"""Rows and leads as plain facts, read from the file and the database for one comparison."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from cpanet.core.ids import parse_public_id, public_id
from cpanet.core.money import BadAmount, round_to_units
from offers.models import Goal
from reconciliation.cells import normal_order_id
from reconciliation.facts import ConversionFact, StatementFact
from reconciliation.lines import ParsedStatement, StatementLine
from reconciliation.models import Statement, StatementRow
from tracking.choices import Intake
from tracking.models import Conversion

_BATCH = 5_000
SUBS = ("sub1", "sub2", "sub3", "sub4", "sub5")
COLUMNS = (
    "pk",
    "uid",
    "click_id",
    "order_id",
    "offer_id",
    "goal__code",
    *SUBS,
    "order_amount",
    "currency",
    "status",
    "created_at",
)
SETTLED = (Statement.State.APPLYING, Statement.State.CLOSED)


@dataclass(slots=True)
class RowRevision:
    """Which content of its identity a row is, and whether it differs from the one before."""

    number: int = 1
    is_change: bool = False


@dataclass(slots=True)
class Facts:
    """What matching takes; `revisions` by the rows' identity."""

    rows: list[StatementFact] = field(default_factory=list)
    conversions: list[ConversionFact] = field(default_factory=list)
    revisions: dict[str, RowRevision] = field(default_factory=dict)


def facts_for(statement: Statement, parsed: ParsedStatement, period: tuple) -> Facts:
    """Everything that matching needs. Leads: those that the file names, and those of the period."""
    goals = _goal_words(statement)
    rows = [fact_of_line(line, goals) for line in parsed.lines]
    rows += [StatementFact(row_id=str(error.number), error=error.reason) for error in parsed.errors]
    revisions = _revisions(statement, parsed.lines)
    leads = _leads(statement, parsed.lines, period)
    claims = _claims(statement, revisions, leads)
    return Facts(rows, [_fact_of_lead(row, claims.get(pk, "")) for pk, row in leads.items()], revisions)


def fact_of_line(line: StatementLine, goals: dict[str, str]) -> StatementFact:
    """One line; an amount that the ledger cannot hold makes it an error."""
    error, units = "", None
    try:
        units = None if line.amount is None or not line.currency else round_to_units(line.amount, line.currency)
    except BadAmount as problem:
        error = str(problem)
    return StatementFact(
        row_id=str(line.number),
        click_id=_plain_id(line.click_id),
        order_id=line.order_id,
        goal=goals.get(line.goal.casefold(), ""),
        sub_ids=line.sub_ids,
        amount_units=units,
        currency=line.currency,
        occurred_at=line.occurred_at,
        status=line.status,
        error=error,
    )


def period_of(statement: Statement, lines: Iterable[StatementLine]) -> tuple[datetime | None, datetime | None]:
    """The period that somebody gave, else from the first to the last moment in the file: leads of this time that the
    file does not name are only ours. (None, None) for a file without dates."""
    if statement.period_from or statement.period_until:
        return statement.period_from, statement.period_until
    moments = [line.occurred_at for line in lines if line.occurred_at]
    return (min(moments), max(moments) + timedelta(seconds=1)) if moments else (None, None)


def batches(values: Iterable, size: int = _BATCH) -> Iterator[list]:
    """Lists of at most `size` values."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def _goal_words(statement: Statement) -> dict[str, str]:
    """The names and codes of the advertiser's goals → code. A word that is none of them contradicts no lead."""
    words = {}
    for code, name in Goal.objects.filter(offer__advertiser=statement.advertiser_id).values_list("code", "name"):
        words[name.casefold()] = words[code.casefold()] = code
    return words


def _plain_id(text: str) -> str:
    """A click id or a lead's id as we keep it, whatever the advertiser's system made of its hyphens and letters."""
    uid, lead = _uuid(text), _public(text)
    return uid.hex if uid else public_id("conv", lead) if lead else text


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _leads(statement, lines, period) -> dict[int, tuple]:
    """COLUMNS of every lead that takes part, by its number."""
    ours = Conversion.objects.filter(advertiser=statement.advertiser_id, intake=Intake.VALID).order_by()
    found: dict[int, tuple] = {}
    for query in _queries(ours, lines, period):
        found.update((row[0], row) for row in query.values_list(*COLUMNS))
    return found


def _queries(ours, lines, period):
    orders = {spelling for line in lines if line.order_id for spelling in _spellings(line.order_id)}
    clicks = {uid for line in lines if line.click_id and (uid := _uuid(line.click_id))}
    publics = {uid for line in lines if (uid := _public(line.click_id))}
    for part in batches(orders):
        yield ours.filter(order_id__in=part)
    for part in batches(clicks):
        yield ours.filter(click_id__in=part)
    for part in batches(publics):
        yield ours.filter(uid__in=part)
    if any(period):
        begin, end = period
        inside = ours.filter(created_at__gte=begin) if begin else ours
        yield inside.filter(created_at__lt=end) if end else inside


def _spellings(order_id: str) -> set[str]:
    """How our books may have written this order."""
    normal = normal_order_id(order_id)
    return {order_id, normal, f"#{normal}", normal.upper(), f"#{normal.upper()}"}


def _public(text: str) -> uuid.UUID | None:
    try:
        return parse_public_id("conv", text)
    except ValueError:
        return None


def _fact_of_lead(row: tuple, claimed_by: str) -> ConversionFact:
    pk, uid, click_id, order_id, offer_id, goal, *rest = row
    subs, (amount, currency, status, created_at) = rest[: len(SUBS)], rest[len(SUBS) :]
    return ConversionFact(
        id=pk,
        public_id=public_id("conv", uid),
        click_id=click_id.hex if click_id else "",
        order_id=order_id,
        offer_id=str(offer_id),
        goal=goal,
        sub_ids=tuple((name, value) for name, value in zip(SUBS, subs, strict=True) if value),
        amount_units=amount,
        currency=currency,
        status=status,
        created_at=created_at,
        claimed_by=claimed_by,
    )


def _revisions(statement: Statement, lines: list[StatementLine]) -> dict[str, RowRevision]:
    """By identity: the same content as in an applied statement of this source is the same revision, other content the
    next one."""
    settled = StatementRow.objects.filter(statement__source=statement.source_id, statement__state__in=SETTLED)
    hashes = {line.identity: line.content_hash for line in lines}
    found: dict[str, RowRevision] = {}
    for part in batches(hashes):
        rows = settled.filter(identity__in=part).exclude(statement=statement.pk).order_by("statement_id")
        for identity, content, revision in rows.values_list("identity", "content_hash", "revision"):
            changed = content != hashes[identity]
            found[identity] = RowRevision(revision + changed, changed)
    return found


def _claims(statement: Statement, revisions: dict[str, RowRevision], leads: Iterable[int]) -> dict[int, str]:
    """Lead → the row of another statement that settled it last. A row that this file changes holds its lead no more,
    and a lead that was declined because no row named it is held by none."""
    settled = StatementRow.objects.filter(applied_at__isnull=False, withdrawn_at__isnull=True, number__isnull=False)
    settled = settled.exclude(statement=statement.pk).order_by("statement_id")
    claims: dict[int, str] = {}
    for part in batches(leads):
        for lead, source, identity, statement_id, number in settled.filter(conversion__in=part).values_list(
            "conversion_id", "statement__source_id", "identity", "statement_id", "number"
        ):
            revision = revisions.get(identity) if source == statement.source_id else None
            claims[lead] = "" if revision and revision.is_change else f"{statement_id}:{number}"
    return claims
