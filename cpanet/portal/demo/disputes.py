"""Decisions that a webmaster of the demo finds wrong: one answered, one waiting, one whose answer is late."""

from datetime import datetime, timedelta

from tracking.choices import DecisionSource, Status
from tracking.models import Conversion
from tracking.services.disputes import open_dispute, uphold

WORDS = (
    ("The customer has written to me that the goods arrived and are fine.", timedelta(days=9)),
    ("This order is no duplicate: it is of the next day and of another amount.", timedelta(days=2)),
    ("He paid cash on delivery; I have a picture of the receipt.", timedelta(hours=5)),
)
ANSWER = "Our warehouse took the parcel back: the return slip is attached to the order."


def dispute_some(until: datetime) -> int:
    """Open a few disputes about the newest declined leads of the network in scope; how many there are."""
    declined = Conversion.objects.filter(status=Status.DECLINED, decided_by=DecisionSource.ADVERTISER)
    leads = list(declined.select_related("affiliate").order_by("-status_updated_at")[: len(WORDS)])
    for lead, (text, ago) in zip(leads, WORDS, strict=False):
        member = lead.affiliate.memberships(manager="objects").first().user
        open_dispute(conversion_id=lead.pk, text=text, actor=member, now=until - ago)
    if len(leads) == len(WORDS):
        waiting = leads[1].disputes.get()
        uphold(
            dispute_id=waiting.pk, answer=ANSWER, source=DecisionSource.ADVERTISER, actor=None,
            now=until - timedelta(hours=20),
        )  # fmt: skip
    return len(leads)
