"""Many decisions at once; each stands or falls for itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from tracking.models import Conversion
from tracking.services.decisions import Decision, decide
from tracking.services.locks import lock_leads


@dataclass(frozen=True)
class RowResult:
    """What became of one lead; `ok` means that it is now as was asked."""

    conversion: Conversion
    ok: bool
    sentence: str


def decide_many(
    *,
    conversions: Iterable[Conversion],
    status: str,
    source: str,
    actor,
    now: datetime,
    reason: str = "",
    note: str = "",
) -> list[RowResult]:
    """The same decision about each of the conversions; a failure of one leaves the others as decided."""
    conversions = list(conversions)
    lock_leads(conversion.pk for conversion in conversions)
    common = {"status": status, "source": source, "actor": actor, "now": now, "reason": reason, "note": note}
    return [_decide_one(conversion, common) for conversion in conversions]


def _decide_one(conversion, common) -> RowResult:
    try:
        decision = decide(conversion_id=conversion.pk, **common)
    except DomainError as error:
        return RowResult(conversion, False, str(error))
    return RowResult(conversion, not decision.conflict, sentence_of(decision))


def sentence_of(decision: Decision) -> str:
    """A decision in a sentence, for the person who made it."""
    if decision.conflict:
        return _("A manager has decided otherwise; your decision is kept beside his.")
    word = decision.conversion.get_status_display()
    return _("Now: %s.") % word if decision.changed else _("It was so before: %s.") % word
