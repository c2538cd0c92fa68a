"""Decisions that a webmaster of the demo finds wrong: one answered, one waiting, one whose answer is late."""

from datetime import datetime, timedelta

from tracking.choices import DecisionSource, Status
from tracking.models import Conversion
from tracking.services.disputes import open_dispute, uphold

WORDS = (
    ("The customer has written to me that everything is in order at his end.", timedelta(days=9)),
    ("This cannot be: the same customer was approved with his other order.", timedelta(days=2)),
    ("He has paid; I have a picture of the receipt.", timedelta(hours=5)),
)
ANSWER = "He withdrew from the contract on the same day: the letter is attached to the order."


def dispute_some(until: datetime) -> int:
    """Open a few disputes about the newest declined leads of the network in scope; how many there are."""
    declined = Conversion.objects.filter(status=Status.DECLINED, decided_by=DecisionSource.ADVERTISER)
    opened = []
    for text, ago in WORDS:
        known = declined.filter(status_updated_at__lt=until - ago, disputes__isnull=True)
        lead = known.select_related("affiliate").order_by("-status_updated_at").first()
        if lead:
            member = lead.affiliate.memberships(manager="objects").first().user
            opened.append(open_dispute(conversion_id=lead.pk, text=text, actor=member, now=until - ago))
    if len(opened) == len(WORDS):
        uphold(
            dispute_id=opened[1].pk, answer=ANSWER, source=DecisionSource.ADVERTISER, actor=None,
            now=until - timedelta(hours=20),
        )  # fmt: skip
    return len(opened)
