"""Rates come in: from a file that somebody uploads, or from the address that the network has named."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core import outbound
from cpanet.core.errors import DomainError
from cpanet.tenancy.scope import network_scope
from payouts.currencies.rate_files import MAX_BYTES, BadRates, RateTable, read_rates
from payouts.currencies.selectors import currency_rules
from payouts.models import CurrencyRate, CurrencyRules

FETCH_SECONDS = 20
KEPT_DAYS = 400
MOST_AHEAD = timedelta(days=3)  # the Bank of Russia names tomorrow's, on Saturdays Tuesday's after a holiday


class BadRules(DomainError):
    """These rules for currencies cannot be."""

    code = "bad_currency_rules"


@transaction.atomic
def import_rates(*, content: bytes, actor, now: datetime) -> RateTable:
    """Keep the rates in a file; a table of the same source and day is replaced. Raises BadRates."""
    table = read_rates(content)
    if not now.date() - timedelta(days=KEPT_DAYS) <= table.day <= (now + MOST_AHEAD).date():
        raise BadRates(_("These are the rates of %s: too old, or not of this time yet.") % table.day)
    CurrencyRate.objects.filter(source=table.source, day=table.day).delete()
    made = CurrencyRate.objects.bulk_create(
        CurrencyRate(
            source=table.source, day=table.day, base=rate.base, currency=rate.currency, imported_at=now,
            base_amount=rate.base_amount, currency_amount=rate.currency_amount,
        )
        for rate in table.rates
    )  # fmt: skip
    changes = {"source": table.source, "day": str(table.day), "rates": len(table.rates)}
    audit.record(action="rates.imported", subject=made[0], actor=actor, now=now, changes=changes)
    return table


def fetch_rates(*, network_id: int, now: datetime) -> str:
    """Import what lies at the network's address; "" or what went wrong, which is written down for the page too.

    Opens the network's scope by itself: nothing waits for another server inside a transaction.
    """
    with network_scope(network_id):
        rules = currency_rules()
    failure = ""
    try:
        content = _fetched(rules.source_url)
        with network_scope(network_id):
            import_rates(content=content, actor=None, now=now)
    except (DomainError, outbound.OutboundError) as error:
        failure = str(error)
    with network_scope(network_id):
        CurrencyRules.objects.filter(pk=rules.pk).update(last_attempt_at=now, last_failure=failure[:500])
    return failure


def _fetched(url: str) -> bytes:
    answer = outbound.fetch(url, timeout=FETCH_SECONDS, max_bytes=MAX_BYTES, allow_redirects=3)
    if answer.status != 200:
        raise BadRates(_("The server answered %d instead of the rates: check the address.") % answer.status)
    return answer.body


@transaction.atomic
def save_rules(*, source_url: str, max_age_days: int, spread: int, actor, now: datetime) -> CurrencyRules:
    """Change where rates come from, how old they may be, and the spread (basis points). Raises BadRules,
    outbound.ForbiddenAddress."""
    rules = CurrencyRules.objects.select_for_update().first() or CurrencyRules()
    if source_url and source_url != rules.source_url:
        outbound.check_url(source_url)
    if not 1 <= max_age_days <= 60:
        raise BadRules(_("A rate may be 1 to 60 days old."), field="max_age_days")
    new = {"source_url": source_url, "max_age_days": max_age_days, "spread": spread}
    changes = {name: [getattr(rules, name), value] for name, value in new.items() if getattr(rules, name) != value}
    for name, value in new.items():
        setattr(rules, name, value)
    rules.save()
    if changes:
        audit.record(action="currency_rules.changed", subject=rules, actor=actor, now=now, changes=changes)
    return rules
