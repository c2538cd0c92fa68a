"""Stored rows of a comparison, made of what was read, what was matched, and what the books say now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from offers.models import Rate
from reconciliation.facts import CLAIMING, Class, MatchResult, RowMatch
from reconciliation.lines import ParsedStatement, StatementLine
from reconciliation.models import Statement, StatementRow
from reconciliation.parsers.rows import RowError
from reconciliation.proposals import DECLINE, LeadState, Proposal, propose, propose_for_ours_only
from reconciliation.reasons import decline_reason
from reconciliation.services.facts_of import Facts, batches
from reconciliation.similarity import Suggestion
from tracking.choices import DecisionSource, DeclineReason
from tracking.models import Conversion
from tracking.services.decisions import STRENGTH

MAX_RAW = 200  # characters of a cell that are kept for people
_STATE = (
    "pk",
    "status",
    "revenue",
    "earning",
    "recognised_revenue",
    "held",
    "released",
    "order_amount",
    "revision",
    "decided_by",
    "rate_id",
    "currency",
    "pricing__parts",
    "basket",
)


class RowBuilder:
    """Builds the rows of one statement. `leads` are what the books said when the facts were read."""

    def __init__(self, statement: Statement, parsed: ParsedStatement, facts: Facts, leads: dict[int, LeadState]):
        self.statement, self.leads, self.revisions = statement, leads, facts.revisions
        self.lines = {line.number: line for line in parsed.lines}
        self.errors = {error.number: error for error in parsed.errors}
        self.facts = {fact.row_id: fact for fact in facts.rows}

    def of(self, result: MatchResult, hints: Iterable[Suggestion]) -> Iterator[StatementRow]:
        """Every row of the file, then every lead in scope that the file does not name."""
        by_row = defaultdict(list)
        for hint in hints:
            by_row[hint.row_id].append({"lead": hint.conversion_id, "reasons": list(hint.reasons)})
        for found in sorted(result.rows.values(), key=lambda found: int(found.row_id)):
            number = int(found.row_id)
            if number in self.errors:
                yield self._of_error(self.errors[number])
            else:
                yield self._of_line(self.lines[number], found, by_row[found.row_id])
        for lead_id, name in sorted(result.conversions.items()):
            if name == Class.OURS_ONLY:
                yield self._of_lead(lead_id)

    def _of_error(self, error: RowError) -> StatementRow:
        return StatementRow(
            statement=self.statement, number=error.number, identity=f"error:{error.number}", raw=_kept(error.raw),
            error=error.reason[:500], match_class=Class.ROW_ERROR, is_accepted=False,
        )  # fmt: skip

    def _of_line(self, line: StatementLine, found: RowMatch, hints: list[dict]) -> StatementRow:
        fact, revision = self.facts[found.row_id], self.revisions.get(line.identity)
        row = StatementRow(
            statement=self.statement, number=line.number, identity=line.identity, content_hash=line.content_hash,
            revision=revision.number if revision else 1, raw=_kept(line.raw), order_id=line.order_id,
            amount=fact.amount_units, currency=line.currency, status=line.status, status_word=line.status_word[:100],
            occurred_at=line.occurred_at, match_class=found.match_class, matched_by=found.matched_by,
            error=fact.error[:500], note="" if fact.error else found.note[:300], is_accepted=False,
            suggestions=hints,
        )  # fmt: skip
        if found.match_class in CLAIMING:
            lead = self.leads[found.conversion_id]
            self._claim(row, found.conversion_id, lead, propose(
                found.match_class, line.status, fact.amount_units, found.difference_units, lead
            ))  # fmt: skip
            if row.action == DECLINE:
                row.decision_reason = decline_reason(line.status_word, line.reason)
        elif found.conversion_id:
            row.suggestions = [{"lead": found.conversion_id, "reasons": ["repeats"]}]
        return row

    def _of_lead(self, lead_id: int) -> StatementRow:
        row = StatementRow(statement=self.statement, identity=f"lead:{lead_id}", match_class=Class.OURS_ONLY)
        self._claim(row, lead_id, self.leads[lead_id], propose_for_ours_only(self.leads[lead_id]))
        if row.action == DECLINE:
            row.decision_reason = DeclineReason.NOT_FOUND
        return row

    def _claim(self, row: StatementRow, lead_id: int, lead: LeadState, proposal: Proposal) -> None:
        row.conversion_id, row.conversion_revision = lead_id, lead.revision
        row.action, row.is_accepted, row.order_amount = proposal.action, proposal.is_accepted, proposal.order_amount
        row.revenue_change, row.earning_change = proposal.revenue_change, proposal.earning_change


def row_builder(statement: Statement, parsed: ParsedStatement, facts: Facts) -> RowBuilder:
    """A builder that knows the present state of all leads that may be matched."""
    return RowBuilder(statement, parsed, facts, lead_states(fact.id for fact in facts.conversions))


def lead_states(lead_ids: Iterable[int]) -> dict[int, LeadState]:
    """What the books say of these leads now."""
    ids = list(lead_ids)
    rows = [row for part in batches(ids) for row in Conversion.objects.filter(pk__in=part).order_by().values(*_STATE)]
    rates = Rate.objects.in_bulk({row["rate_id"] for row in rows})
    return {row["pk"]: _state_of(row, rates) for row in rows}


def _state_of(row: dict, rates: dict[int, Rate]) -> LeadState:
    return LeadState(
        status=row["status"],
        revenue=row["revenue"],
        earning=row["earning"],
        recognised=(row["recognised_revenue"], row["held"] + row["released"]),
        order_amount=row["order_amount"],
        revision=row["revision"],
        rate=rates[row["rate_id"]],
        is_ours_to_decide=STRENGTH[DecisionSource.STATEMENT] >= STRENGTH[row["decided_by"]],
        currency=row["currency"],
        parts=row["pricing__parts"],
        basket=row["basket"] if row["pricing__parts"] else [],
    )


def _kept(raw: tuple[str, ...]) -> list[str]:
    return [cell[:MAX_RAW] for cell in raw]
