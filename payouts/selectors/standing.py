"""How an advertiser stands with the network, all his currencies together."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from django.db.models import Sum

from cpanet.core.money import scale
from cpanet.ledger.kinds import ADVERTISER_KINDS
from cpanet.ledger.models import Account
from payouts.currencies.selectors import MissingRate, rate_between


@dataclass(frozen=True)
class Standing:
    """`units` of `currency`: his deposits less what he owes. `uncounted` are the currencies in which he has or owes
    something and that no rate leads from: they are not in it."""

    currency: str
    units: int
    uncounted: tuple[str, ...] = ()


def standing_of(*, advertiser_id: int, currency: str, on: date) -> Standing:
    """Deposits less debts in all currencies, by the rates of the day, rounded down once."""
    accounts = Account.objects.filter(kind__in=ADVERTISER_KINDS, owner_id=advertiser_id).order_by()
    nets = accounts.values_list("currency").annotate(net=Sum("balance")).exclude(net=0)
    total, uncounted = Fraction(0), []
    for code, net in sorted(nets):
        try:
            price = rate_between(code, currency, on=on).price
        except MissingRate:
            uncounted.append(code)
        else:
            total += Fraction(int(net), 10 ** scale(code)) * price
    return Standing(currency, floor(total * 10 ** scale(currency)), tuple(uncounted))
