"""Copies to each lead what its click said beyond what the lead itself keeps (landing, technology, source, more marks).

Done when a lead is first counted: statistics then need no click of any lead, and clicks may be put away.
"""

from datetime import datetime, timedelta

from django.db import connection

from cpanet.tenancy.scope import current_network_id
from tracking.models.clicks import SUB_IDS

COLUMNS = ("landing_id", "system", "browser", "language", "source", *SUB_IDS[5:])
_WITHOUT = """
    SELECT v.id, v.click_id, v.clicked_at FROM tracking_conversion v
    WHERE v.network_id = %(network)s AND v.click_id IS NOT NULL AND v.id IN (
        SELECT id FROM tracking_conversion
        WHERE network_id = %(network)s AND clicked_at >= %(begin)s AND clicked_at < %(end)s
        UNION SELECT id FROM tracking_conversion
        WHERE network_id = %(network)s AND created_at >= %(begin)s AND created_at < %(end)s
        UNION SELECT conversion_id FROM tracking_conversionrevision
        WHERE network_id = %(network)s AND at >= %(begin)s AND at < %(end)s)
    AND NOT EXISTS (
        SELECT FROM tracking_leadorigin g WHERE g.network_id = v.network_id AND g.conversion_id = v.id)
"""
_COPY = f"""
    INSERT INTO tracking_leadorigin (network_id, conversion_id, {", ".join(COLUMNS)})
    SELECT c.network_id, lead.id, coalesce(c.landing_id, 0), {", ".join(f"c.{name}" for name in COLUMNS[1:])}
    FROM unnest(%(leads)s::bigint[], %(clicks)s::uuid[]) lead(id, click_id)
    JOIN tracking_click c ON c.id = lead.click_id
    WHERE c.network_id = %(network)s AND c.clicked_at >= %(begin)s AND c.clicked_at < %(end)s
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of this module only


def keep_origins(begin: datetime, end: datetime) -> None:
    """For the leads of the network in scope that were clicked, came or changed in this span and have no copy yet."""
    values = {"network": current_network_id(), "begin": begin, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT, values)
        days: dict = {}
        for lead_id, click_id, clicked_at in cursor.fetchall():
            day = clicked_at.replace(hour=0, minute=0, second=0, microsecond=0)
            days.setdefault(day, []).append((lead_id, str(click_id)))
        for day, pairs in days.items():
            leads, clicks = (list(each) for each in zip(*pairs, strict=True))
            span = {"begin": day, "end": day + timedelta(days=1)}
            cursor.execute(_COPY, {**values, **span, "leads": leads, "clicks": clicks})
