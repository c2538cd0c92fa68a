"""Questions about clicks. Each names a span of time, so that only the partitions of those days are read."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS

from cpanet.core.ids import time_of
from cpanet.tenancy.raw import columns
from tracking.models import Click

_MARGIN = timedelta(minutes=1)
_FIELDS = [field.attname for field in Click._meta.concrete_fields]
_CLICK = f"""
    SELECT {", ".join(_FIELDS)} FROM tracking_click
    WHERE network_id = %(network)s AND id = %(id)s AND clicked_at BETWEEN %(since)s AND %(until)s
"""  # noqa: S608 - our own names


def find_click(click_id: uuid.UUID | None) -> Click | None:
    """The click of this id (a version 7 UUID), None without one or when it is not there (yet)."""
    if click_id is None:
        return None
    at = time_of(click_id)
    found = columns(_CLICK, id=click_id, since=at - _MARGIN, until=at + _MARGIN)
    return Click.from_db(DEFAULT_DB_ALIAS, _FIELDS, found) if found else None


def arrived(click_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the ids (version 7) whose clicks are there."""
    days: dict = {}
    for click_id in click_ids:
        days.setdefault(time_of(click_id).date(), []).append(click_id)
    found: set[uuid.UUID] = set()
    for ids in days.values():
        moments = [time_of(click_id) for click_id in ids]
        span = (min(moments) - _MARGIN, max(moments) + _MARGIN)
        found.update(Click.objects.filter(id__in=ids, clicked_at__range=span).values_list("id", flat=True))
    return found


def last_clicks_of_link(link, *, now: datetime, limit: int = 8) -> list[Click]:
    """The newest clicks of a link within a week."""
    since = now - timedelta(days=7)
    clicks = Click.objects.filter(affiliate_id=link.affiliate_id, link_id=link.pk, clicked_at__gte=since)
    return list(clicks.order_by("-clicked_at")[:limit])


def last_click_of_advertiser(advertiser_id: int, *, now: datetime, offer_id: int | None = None) -> Click | None:
    """The newest click on an advertiser's offers within 30 days."""
    clicks = Click.objects.filter(clicked_at__gte=now - timedelta(days=30), advertiser_id=advertiser_id)
    if offer_id:
        clicks = clicks.filter(offer_id=offer_id)
    return clicks.order_by("-clicked_at").first()
