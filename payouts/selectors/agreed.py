"""The terms that hold for a webmaster, and the rules of the network."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Sum

from cpanet.ledger.models import Entry
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from payouts.agreed import Terms, last_due, next_due
from payouts.models import PayoutMethod, PayoutRules, PayoutTerms

OVERRIDABLE = ("minimum", "maximum", "fee_fixed", "fee_percent", "schedule", "net_days")


def rules_of_network() -> PayoutRules:
    """The rules of the network in scope; unsaved ones where nothing was laid down yet."""
    return PayoutRules.objects.first() or PayoutRules()


def terms_of(method: PayoutMethod, *, affiliate_id: int) -> Terms:
    """What holds for this webmaster with this method."""
    return terms_by_method([method], affiliate_id=affiliate_id)[method.pk]


def terms_by_method(methods: Iterable[PayoutMethod], *, affiliate_id: int) -> dict[int, Terms]:
    """{method id: what holds for this webmaster}; one query."""
    agreed = {row.method_id: row for row in PayoutTerms.objects.filter(affiliate_id=affiliate_id)}
    return {method.pk: merged(method, agreed.get(method.pk)) for method in methods}


def merged(method: PayoutMethod, agreed: PayoutTerms | None) -> Terms:
    """The method's terms, with what was agreed otherwise in their place."""
    found = {name: getattr(method, name) for name in OVERRIDABLE}
    if agreed is not None:
        found |= {name: getattr(agreed, name) for name in OVERRIDABLE if getattr(agreed, name) not in (None, "")}
    return Terms(fee_cap=method.fee_cap, **found)


def today_of_network(now: datetime):
    """The date in the network's time zone."""
    return now.astimezone(_zone()).date()


def _zone():
    return ZoneInfo(Network.objects.get(pk=current_network_id()).timezone)


def next_payout_date(terms: Terms, *, now: datetime):
    """The next day on which a payout is made by itself; None on request."""
    return next_due(terms.schedule, terms.net_days, today_of_network(now))


def last_payout_date(terms: Terms, *, now: datetime):
    """The latest Due up to today; None on request."""
    return last_due(terms.schedule, terms.net_days, today_of_network(now))


def released_since(day, *, affiliate_id: int, currency: str) -> int:
    """What has become available since the beginning of `day` in the network's time zone."""
    since = datetime(day.year, day.month, day.day, tzinfo=_zone())
    entries = Entry.objects.filter(
        account__kind="available",
        account__owner_id=affiliate_id,
        account__currency=currency,
        journal__kind="release",
        journal__effective_at__gte=since,
    )
    return entries.aggregate(units=Sum("amount", default=0))["units"]
