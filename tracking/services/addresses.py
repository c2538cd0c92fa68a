"""Cuts the addresses of old clicks short, so that they name no person: a /24 of IPv4, a /48 of IPv6 is left."""

from datetime import date, datetime, timedelta

from django.db import connection

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from tracking.models import AddressesCut, Click

OVERLAP = timedelta(days=2)  # clicks that came late from a spool
_SHORT = "host(network(set_masklen(address, CASE family(address) WHEN 4 THEN 24 ELSE 48 END)))::inet"
_CUT = f"""
    UPDATE tracking_click SET address = {_SHORT}
    WHERE network_id = %s AND clicked_at >= %s AND clicked_at < %s AND address IS NOT NULL AND address <> {_SHORT}
"""  # noqa: S608 - constants of this module only


def days_to_cut(*, now: datetime) -> list[date]:
    """The days (UTC) of the network in scope that are older than it keeps addresses and are not done yet."""
    keep = Network.objects.values_list("address_days", flat=True).get(pk=current_network_id())
    until = (now - timedelta(days=keep)).date()
    done = AddressesCut.objects.values_list("until", flat=True).first()
    first = done - OVERLAP if done else _oldest()
    if first is None or done == until:
        return []
    return [first + timedelta(days=number) for number in range(max(0, (until - first).days))]


def cut_addresses(*, day: date) -> int:
    """Cut those of one day; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_CUT, [current_network_id(), f"{day} 00:00+00", f"{day + timedelta(days=1)} 00:00+00"])
        count = cursor.rowcount
    AddressesCut.objects.update_or_create(defaults={"until": day + timedelta(days=1)})
    return count


def _oldest():
    at = Click.objects.order_by("clicked_at").values_list("clicked_at", flat=True).first()
    return at.date() if at else None
