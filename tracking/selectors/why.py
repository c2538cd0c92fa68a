"""What belongs to a click beside itself: its leads, and the calls about it that became none."""

import uuid

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from cpanet.core.ids import time_of
from tracking.choices import Verdict
from tracking.models import Click, Conversion, InboundPostback
from tracking.selectors.clicks import find_click

LOOKED_THROUGH = 5_000
SHOWN = 20
WITHOUT_LEAD = (Verdict.WAITING, Verdict.REFUSED, Verdict.PARKED, Verdict.ELSEWHERE)


def click_of(text: str) -> Click | None:
    """The click of an id as people write it (32 digits, hyphens or not); None when there is none."""
    try:
        click_id = uuid.UUID(text.strip())
        time_of(click_id)
    except (ValueError, OverflowError, OSError):
        return None
    return find_click(click_id)


def leads_of_click(click: Click) -> QuerySet[Conversion]:
    """The leads of a click, the oldest first."""
    return Conversion.objects.filter(click_id=click.id).select_related("offer", "goal").order_by("id")


def calls_without_lead(click: Click) -> list[InboundPostback]:
    """Waiting and refused calls that name this click, among the newest 5,000 such calls of its advertiser."""
    calls = InboundPostback.objects.filter(
        advertiser_id=click.advertiser_id, verdict__in=WITHOUT_LEAD, received_at__gte=click.clicked_at
    )
    newest = calls.order_by("-id").values("pk")[:LOOKED_THROUGH]
    text = Cast("parameters", TextField())
    named = Q(click_id=click.id) | Q(text__icontains=click.id.hex) | Q(text__icontains=str(click.id))
    found = InboundPostback.objects.filter(pk__in=newest).annotate(text=text).filter(named)
    return list(found.order_by("-id")[:SHOWN])
