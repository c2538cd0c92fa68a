"""Counts how advertisers pay, for the catalogue of webmasters."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from cpanet.tenancy.scope import current_network_id
from offers.models import AdvertiserReliability

FEWEST = 10  # leads: fewer tell nothing
WINDOW = timedelta(days=90)
SPENDING = timedelta(days=30)
# A lead that has waited so long for its payment counts with its age: who never pays is not “not known yet”.
PATIENCE = timedelta(days=30)
_DAYS_TO_PAY = """
    SELECT advertiser_id, ceil(percentile_cont(0.5) WITHIN GROUP (
      ORDER BY extract(epoch FROM coalesce(funded_at, %(now)s) - status_updated_at)) / 86400)::int
    FROM tracking_conversion
    WHERE network_id = %(network)s AND status = 'approved' AND recognised_revenue > 0
      AND (funded_at BETWEEN %(since)s AND %(now)s OR (funded_at IS NULL AND status_updated_at < %(patient)s))
    GROUP BY 1 HAVING count(*) >= %(fewest)s"""
# Of several currencies the one that ends first.
_FUNDED_DAYS = """
    SELECT spent.advertiser_id, min(floor(coalesce(a.balance, 0) / (spent.units / %(days)s)))::int
    FROM (
      SELECT advertiser_id, currency, sum(recognised_revenue)::numeric AS units FROM tracking_conversion
      WHERE network_id = %(network)s AND status = 'approved' AND status_updated_at BETWEEN %(spending)s AND %(now)s
      GROUP BY 1, 2 HAVING count(*) >= %(fewest)s AND sum(recognised_revenue) > 0
    ) spent LEFT JOIN ledger_account a ON a.network_id = %(network)s AND a.kind = 'deposit'
      AND a.owner_id = spent.advertiser_id AND a.currency = spent.currency
    GROUP BY 1"""


@transaction.atomic
def refresh_reliability(*, now: datetime) -> int:
    """Write AdvertiserReliability of the network in scope; how many advertisers there is something to say of."""
    values = {
        "network": current_network_id(), "now": now, "since": now - WINDOW, "patient": now - PATIENCE,
        "spending": now - SPENDING, "days": SPENDING.days, "fewest": FEWEST,
    }  # fmt: skip
    paid, funded = _asked(_DAYS_TO_PAY, values), _asked(_FUNDED_DAYS, values)
    known = paid.keys() | funded.keys()
    AdvertiserReliability.objects.exclude(advertiser_id__in=known).delete()
    AdvertiserReliability.objects.bulk_create(
        [
            AdvertiserReliability(
                advertiser_id=owner, days_to_pay=paid.get(owner), funded_days=funded.get(owner), counted_at=now
            )
            for owner in sorted(known)
        ],
        update_conflicts=True,
        unique_fields=["advertiser"],
        update_fields=["days_to_pay", "funded_days", "counted_at"],
    )
    return len(known)


def _asked(sql, values) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return dict(cursor.fetchall())
