"""Which approved leads their advertiser has paid for.

What he owes (the receivable) is owed for his newest leads: an approved lead is paid for as soon as the leads after it
are worth as much as what is still owed. Once paid for, a lead stays so, unless it becomes dearer.
"""

from datetime import datetime

from django.db import connection, transaction

from cpanet.ledger.kinds import AccountKind
from cpanet.ledger.models import Account
from cpanet.tenancy.scope import current_network_id
from tracking.choices import Status
from tracking.models import Conversion

_OPEN = "c.network_id = %(network)s AND c.status = 'approved' AND c.funded_at IS NULL"
# Leads that somebody is deciding about at this moment are passed over: he asks again himself, and so does the clock.
# Whoever waited for them here while he holds accounts would wait for one who waits for these accounts.
_PAID = f"""
    WITH owed AS (
      SELECT owner_id, currency, -sum(balance) AS units FROM ledger_account
      WHERE network_id = %(network)s AND kind = 'receivable' GROUP BY 1, 2
    ), unpaid AS (
      SELECT c.advertiser_id, c.currency, sum(c.recognised_revenue) AS units FROM tracking_conversion c
      WHERE {_OPEN} {{narrow}} GROUP BY 1, 2
    ), ready AS (
      SELECT unpaid.advertiser_id, unpaid.currency, unpaid.units - coalesce(owed.units, 0) AS paid
      FROM unpaid LEFT JOIN owed ON owed.owner_id = unpaid.advertiser_id AND owed.currency = unpaid.currency
      WHERE unpaid.units > coalesce(owed.units, 0)
    ), line AS (
      SELECT c.id, ready.paid, sum(c.recognised_revenue) OVER (
        PARTITION BY c.advertiser_id, c.currency ORDER BY c.status_updated_at, c.id) AS so_far
      FROM tracking_conversion c JOIN ready ON ready.advertiser_id = c.advertiser_id AND ready.currency = c.currency
      WHERE {_OPEN}
    ), chosen AS (
      SELECT c.id FROM tracking_conversion c JOIN line ON line.id = c.id
      WHERE line.so_far <= line.paid AND {_OPEN} FOR UPDATE OF c SKIP LOCKED
    )
    UPDATE tracking_conversion c SET funded_at = %(now)s FROM chosen WHERE c.id = chosen.id"""  # noqa: S608
_OF_ONE = "AND c.advertiser_id = %(advertiser)s AND c.currency = %(currency)s"


@transaction.atomic
def mark_funded(*, advertiser_id: int, currency: str, now: datetime) -> int:
    """Note which approved leads of an advertiser are paid for now, the oldest decision first; how many were new."""
    return _run(_PAID.format(narrow=_OF_ONE), advertiser=advertiser_id, currency=currency, now=now)


@transaction.atomic
def mark_all_funded(*, now: datetime) -> int:
    """The same for every advertiser of the network in scope: finds what was locked when its money came."""
    return _run(_PAID.format(narrow=""), now=now)


def _run(statement, **values) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"network": current_network_id(), **values})
        return cursor.rowcount


def note_funding(*, conversion: Conversion, revenue_change: int, now: datetime) -> None:
    """Say on a conversion that is being decided whether it is paid for; the caller saves it, after its journal.

    Approved or raised, it is paid for at once if nothing is owed; otherwise it is the newest of those that are owed
    for, and no other one changes. What becomes cheaper leaves money for others: `mark_funded` then finds them.
    """
    if conversion.status != Status.APPROVED:
        conversion.funded_at = None
    elif revenue_change > 0 or not conversion.funded_at:
        conversion.funded_at = (conversion.funded_at or now) if _is_paid(conversion) else None


def _is_paid(conversion) -> bool:
    owed = Account.objects.filter(
        kind=AccountKind.RECEIVABLE, owner_id=conversion.advertiser_id, currency=conversion.currency, balance__lt=0
    )
    return not conversion.recognised_revenue or not owed.exists()
