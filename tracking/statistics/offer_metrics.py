"""Writes how offers do into the catalogue's table."""

from datetime import datetime, timedelta

from django.db.models import F, Sum

from offers.models import OfferMetrics
from tracking.models import HourlyLinkStats
from tracking.statistics.bases import CLICK, rows_of

WINDOW = timedelta(days=30)
FIELDS = ("clicks", "unique_clicks", "conversions", "approved", "declined", "earnings")


def refresh_offer_metrics(*, now: datetime) -> int:
    """Write OfferMetrics of the network in scope from the last 30 days; returns how many offers have figures.

    Earnings are approved and pending ones, as in EPC. Offers without figures fall back to nothing.
    """
    rows = _sums(now - WINDOW, now)
    OfferMetrics.objects.exclude(offer_id__in=[row.offer_id for row in rows]).update(
        **dict.fromkeys(FIELDS, 0), counted_at=now
    )
    OfferMetrics.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["offer"], update_fields=[*FIELDS, "counted_at"]
    )
    return len(rows)


def _sums(since, now):
    grouped = (
        HourlyLinkStats.objects.filter(hour__gte=since, hour__lte=now, offer_id__gt=0, basis__in=rows_of(CLICK, ()))
        .values("offer_id")
        .order_by("offer_id")
    )
    sums = grouped.annotate(
        all_clicks=Sum("clicks"),
        all_unique=Sum("unique_clicks"),
        leads=Sum(F("pending") + F("approved") + F("declined")),
        yes=Sum("approved"),
        no=Sum("declined"),
        earned=Sum(F("approved_earning") + F("pending_earning")),
    )
    return [
        OfferMetrics(
            offer_id=row["offer_id"],
            clicks=row["all_clicks"],
            unique_clicks=row["all_unique"],
            conversions=row["leads"],
            approved=row["yes"],
            declined=row["no"],
            earnings=row["earned"],
            counted_at=now,
        )
        for row in sums
    ]
