"""Many decisions at once: looked at before, each standing or falling for itself, undone together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.core.money import to_units
from tracking.basket_verdicts import unjudged
from tracking.choices import Intake, Status
from tracking.models import BulkDecision, Conversion, ConversionRevision
from tracking.services.decisions import Decision, decide, put_back
from tracking.services.locks import lock_leads
from tracking.services.targets import STRENGTH, Change, Target, Wish, change_to, is_same, target_of

CHANGES, SAME, CONFLICT, REFUSED = "changes", "same", "conflict", "refused"


@dataclass(frozen=True)
class RowResult:
    """What became of one lead; `ok` means that it is now as was asked."""

    conversion: Conversion
    ok: bool
    sentence: str


@dataclass(frozen=True)
class Foreseen:
    """What a decision would do to one lead. `change` (units) is None unless it changes something."""

    conversion: Conversion
    outcome: str
    sentence: str
    change: Change | None = None


@dataclass
class Sums:
    """Of one currency, signed units: what advertisers pay, webmasters and referrers earn; `taken_back` (≤ 0) is what of
    it has left its hold already."""

    leads: int = 0
    revenue: int = 0
    earning: int = 0
    referral: int = 0
    taken_back: int = 0

    def add(self, change: Change) -> None:
        self.leads += 1
        self.revenue += change.revenue
        self.earning += change.earning
        self.referral += change.referral
        self.taken_back += change.released + change.referral_released


@dataclass(frozen=True)
class Preview:
    """Every lead with what would become of it, and the sums by currency."""

    lines: list[Foreseen]
    sums: dict[str, Sums] = field(default_factory=dict)

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)


def preview_many(
    *, conversions: Iterable[Conversion], status: str, source: str, reason: str = "", note: str = ""
) -> Preview:
    """What `decide_many` would do now. Nothing is written or locked."""
    wish = Wish(status, source, reason, note)
    lines = [_foresee(conversion, wish) for conversion in conversions]
    sums: dict[str, Sums] = defaultdict(Sums)
    for line in lines:
        if line.change is not None:
            sums[line.conversion.currency].add(line.change)
    return Preview(lines, dict(sums))


def _foresee(conversion, wish) -> Foreseen:
    try:
        target = target_of(conversion, wish)
    except DomainError as error:
        return Foreseen(conversion, REFUSED, str(error))
    if is_same(conversion, target):
        return Foreseen(conversion, SAME, _("It is so already."))
    if STRENGTH[wish.source] < STRENGTH[conversion.decided_by]:
        return Foreseen(conversion, CONFLICT, _("A manager has decided otherwise: his word stands."))
    return Foreseen(conversion, CHANGES, "", change_to(conversion, target))


@dataclass(frozen=True)
class Outcome:
    """The decision about many, by which it can be undone, and what became of each lead."""

    bulk: BulkDecision
    results: list[RowResult]


@transaction.atomic
def decide_many(
    *,
    conversions: Iterable[Conversion],
    status: str,
    source: str,
    actor,
    now: datetime,
    reason: str = "",
    note: str = "",
    advertiser: Advertiser | None = None,
) -> Outcome:
    """The same decision about each of the conversions; a failure of one leaves the others as decided. `advertiser`:
    whose people decide, None for the network's own."""
    conversions = list(conversions)
    lock_leads(conversion.pk for conversion in conversions)
    words = {"status": status, "source": source, "reason": reason, "note": note[:500], "actor": actor}
    asked = len(conversions)
    bulk = BulkDecision.objects.create(advertiser=advertiser, at=now, asked=asked, **_storable(words))
    results = [_decide_one(conversion, {**words, "now": now, "bulk": bulk}) for conversion in conversions]
    bulk.changed = ConversionRevision.objects.filter(bulk=bulk).count()
    bulk.save(update_fields=["changed"])
    return Outcome(bulk, results)


def _storable(words):
    return words | {"status": words["status"][:16], "reason": words["reason"][:32]}


def _decide_one(conversion, common) -> RowResult:
    try:
        with transaction.atomic():
            decision = decide(conversion_id=conversion.pk, source_reference=f"bulk:{common['bulk'].pk}", **common)
    except DomainError as error:
        return RowResult(conversion, False, str(error))
    return RowResult(conversion, not decision.conflict, sentence_of(decision))


def sentence_of(decision: Decision) -> str:
    """A decision in a sentence, for the person who made it."""
    if decision.conflict:
        return _("A manager has decided otherwise; your decision is kept beside his.")
    word = decision.conversion.get_status_display()
    return _("Now: %s.") % word if decision.changed else _("It was so before: %s.") % word


@transaction.atomic
def undo_many(*, bulk_id: int, actor, now: datetime) -> list[RowResult]:
    """Put every lead of a decision about many back to what it was, by a new decision each; those that somebody has
    decided since stay as they are, and the results say so. Undone once: again, it changes nothing and answers []."""
    rows = BulkDecision.objects.select_for_update(of=("self",))
    bulk = rows.get(pk=bulk_id)
    if bulk.undone_at:
        return []
    bulk.undone_at = now
    bulk.save(update_fields=["undone_at"])
    revisions = {row.conversion_id: row for row in ConversionRevision.objects.filter(bulk=bulk)}
    lock_leads(revisions)
    leads = Conversion.objects.filter(pk__in=revisions).select_related("offer").order_by("pk")
    results = [_undo_one(lead, revisions[lead.pk], bulk, actor, now) for lead in leads]
    changes = {"undone": sum(result.ok for result in results), "of": len(results)}
    audit.record(action="bulk_decision.undone", subject=bulk, actor=actor, now=now, changes=changes)
    return results


def _undo_one(lead, revision, bulk, actor, now) -> RowResult:
    if lead.revision != revision.number:
        return RowResult(lead, False, _("Not undone: somebody has decided about it since."))
    before = ConversionRevision.objects.filter(conversion=lead, number=revision.number - 1).first()
    decision = put_back(
        conversion_id=lead.pk, target=_target_before(lead, before), source=bulk.source, actor=actor, now=now,
        decided_by=_standing(lead, revision.number - 1), source_reference=_reference_of_undo(bulk),
    )  # fmt: skip
    return RowResult(lead, True, _("As before: %s.") % decision.conversion.get_status_display())


def _reference_of_undo(bulk) -> str:
    return f"undo:{bulk.pk}"


def _standing(lead, number: int) -> str:
    """By whose word the lead stood at its revision of that number. An undo is nobody's word: there it was that of the
    revision before the one that was undone."""
    rows = ConversionRevision.objects.filter(conversion=lead, number__lte=number).select_related("bulk")
    revisions = {row.number: row for row in rows}
    while found := revisions.get(number):
        undone = revisions.get(number - 1)
        if not (undone and undone.bulk and found.source_reference == _reference_of_undo(undone.bulk)):
            return found.source
        number -= 2
    return ""


def _target_before(lead, before: ConversionRevision | None) -> Target:
    """What the lead was by its revision, or as it came in."""
    if before is None:
        return _as_it_came(lead)
    return Target(
        before.status, before.reason, before.note, before.revenue, before.earning, before.order_amount, before.basket,
        before.whole_amount,
    )  # fmt: skip


def _as_it_came(lead: Conversion) -> Target:
    facts, is_test = lead.pricing, lead.intake == Intake.TEST
    revenue, earning = (to_units(facts[name], lead.currency) for name in ("revenue", "earning"))
    basis = facts["basis"]
    amount = None if basis is None else to_units(basis, lead.currency)
    worth = (0, 0) if is_test else (revenue, earning)
    return Target(Status.PENDING, "", "", *worth, amount, unjudged(lead.basket), None)
