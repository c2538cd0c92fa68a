"""How an advertiser stands with the network, all his currencies together."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from cpanet.ledger.kinds import ADVERTISER_KINDS
from cpanet.ledger.models import Account
from payouts.currencies.selectors import equivalents


@dataclass(frozen=True)
class Standing:
    """`units` of `currency`: his deposits less what he owes. `uncounted` are the currencies in which he has or owes
    something and that no rate leads from: they are not in it."""

    currency: str
    units: int
    uncounted: tuple[str, ...] = ()


def standing_of(*, advertiser_id: int, currency: str, on: date) -> Standing:
    """Deposits less debts in all currencies, by the rates of the day."""
    accounts = Account.objects.filter(kind__in=ADVERTISER_KINDS, owner_id=advertiser_id).order_by()
    nets = sorted(accounts.values_list("currency").annotate(net=Sum("balance")).exclude(net=0))
    worth = equivalents([(int(net), code) for code, net in nets], currency, on=on)
    uncounted = tuple(code for (code, _net), units in zip(nets, worth, strict=True) if units is None)
    return Standing(currency, sum(units for units in worth if units is not None), uncounted)
