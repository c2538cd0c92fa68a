"""Leads that the advertiser left undecided until their deadline, where the offer says that they are approved then."""

from datetime import datetime

from tracking.choices import DecisionSource, Intake, Status
from tracking.models import Conversion
from tracking.services.decisions import decide


def overdue_leads(*, now: datetime, limit: int = 500) -> list[int]:
    """Ids of the pending leads of the network in scope whose deadline has passed and whose offer approves by itself."""
    overdue = Conversion.objects.filter(status=Status.PENDING, decide_by__lte=now, offer__auto_approve=True)
    return list(overdue.filter(intake=Intake.VALID).order_by("decide_by").values_list("pk", flat=True)[:limit])


def approve_overdue(*, conversion_id: int, now: datetime) -> bool:
    """Approve one of them in the name of its deadline. False when somebody has decided meanwhile."""
    conversion = Conversion.objects.get(pk=conversion_id)
    if conversion.status != Status.PENDING:
        return False
    reference = f"deadline:{conversion.decide_by.isoformat()}"
    decision = decide(
        conversion_id=conversion_id, status=Status.APPROVED, source=DecisionSource.AUTO, actor=None, now=now,
        source_reference=reference,
    )  # fmt: skip
    return decision.changed
