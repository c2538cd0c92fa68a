"""Caps of offers, filled: by conversions in their own transaction, by clicks every few seconds."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from offers.cap_periods import period_of
from offers.choices import CapMeasure
from offers.models import Cap, CapCounter
from offers.selectors.caps import network_zone
from offers.services.caps import Place, set_clicks
from tracking.choices import DecisionSource, DeclineReason, Status
from tracking.models import Conversion
from tracking.services.decisions import decide

SETTLED_AFTER = timedelta(hours=2)  # clicks come in within seconds; after two hours nobody waits for one
# What a person was let through to see. Bots, looks ahead and refused visitors fill nobody's cap.
_CLICKS = """
    SELECT count(*) FILTER (WHERE clicked_at < %(border)s), count(*) FROM tracking_click
    WHERE network_id = %(network)s AND offer_id = %(offer)s AND clicked_at >= %(start)s AND clicked_at < %(now)s
      AND reason = '' AND NOT flags && '{bot,head,prefetch}'
"""


def cap_facts(places: list[Place]) -> list[dict]:
    """What stays on a conversion of the caps it came under, as they stood before it."""
    return [
        {
            "cap": place.cap.pk,
            "measure": place.cap.measure,
            "period": place.cap.period,
            "limit": place.cap.limit,
            "used": place.counter.used,
            "policy": place.cap.policy,
            "since": place.counter.starts_at.isoformat(),
            "reached_at": place.counter.reached_at and place.counter.reached_at.isoformat(),
        }
        for place in places
    ]


def decline_over_cap(*, conversion: Conversion, place: Place, now: datetime) -> Conversion:
    """The conversion declined, with the cap that was full as its reason."""
    note = _("The cap was full when the visitor clicked: %(cap)s, reached at %(at)s UTC.") % {
        "cap": place.cap,
        "at": f"{place.counter.reached_at:%Y-%m-%d %H:%M}",
    }
    return decide(
        conversion_id=conversion.pk, status=Status.DECLINED, source=DecisionSource.AUTO, actor=None, now=now,
        reason=DeclineReason.OVER_CAP, note=note[:500], source_reference=f"cap:{place.cap.pk}",
    ).conversion  # fmt: skip


def count_clicks(*, now: datetime) -> int:
    """Count the clicks of all caps of clicks of the network in scope; how many caps there are."""
    zone, count = network_zone(), 0
    for cap in Cap.objects.filter(measure=CapMeasure.CLICKS):
        starts_at, _end = period_of(cap.period, now, zone)
        _count(cap, max(starts_at, cap.created_at), starts_at, now)
        count += 1
    return count


@transaction.atomic
def _count(cap: Cap, since: datetime, starts_at: datetime, now: datetime) -> None:
    counter = CapCounter.objects.filter(cap=cap, starts_at=starts_at).first()
    settled = counter.settled if counter else 0
    start = (counter and counter.settled_until) or since
    border = max(start, now - SETTLED_AFTER)
    values = {"network": cap.network_id, "offer": cap.offer_id, "start": start, "border": border, "now": now}
    statement = _CLICKS
    if cap.affiliate_id:
        statement, values = f"{statement} AND affiliate_id = %(affiliate)s", values | {"affiliate": cap.affiliate_id}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        old, new = cursor.fetchone()
    set_clicks(cap=cap, starts_at=starts_at, used=settled + new, settled=settled + old, settled_until=border, now=now)
