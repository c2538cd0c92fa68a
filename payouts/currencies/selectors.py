"""Which rate counts, and what is on the pages about rates."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from payouts.currencies.exchanging import CrossRate, exchanged
from payouts.currencies.sanity import prices_of
from payouts.models import CurrencyRate, CurrencyRules, HeldRates


class MissingRate(DomainError):
    """There is no rate between these currencies that is young enough."""

    code = "missing_rate"


def currency_rules() -> CurrencyRules:
    """The rules of the network in scope; those of one that has set nothing are not in the database."""
    return CurrencyRules.objects.first() or CurrencyRules()


def rate_between(source: str, target: str, *, on: date) -> CrossRate:
    """How much of `target` one `source` is worth, by the youngest table up to `on` that knows both.

    The two prices always come from one table of one day: never from two that were made at different times. Raises
    MissingRate when there is none as young as the network's rules ask.
    """
    if source == target:
        return CrossRate(source, target, Fraction(1), "", on)
    days = currency_rules().max_age_days
    oldest = on - timedelta(days=days)
    rows = CurrencyRate.objects.filter(day__range=(oldest, on), currency__in=[source, target])
    tables: dict[tuple, dict[str, Fraction]] = {}
    for row in rows.order_by("-day", "source"):
        prices = tables.setdefault((row.day, row.source), {row.base: Fraction(1)})
        prices[row.currency] = Fraction(row.base_amount) / Fraction(row.currency_amount)
    for (day, origin), prices in tables.items():
        if source in prices and target in prices:
            return CrossRate(source, target, prices[source] / prices[target], origin, day)
    words = _("There is no rate between %(source)s and %(target)s of the last %(days)d days: rates must be imported.")
    raise MissingRate(words % {"source": source, "target": target, "days": days})


def known_currencies(*, on: date) -> set[str]:
    """The currencies that have a rate young enough."""
    oldest = on - timedelta(days=currency_rules().max_age_days)
    rows = CurrencyRate.objects.filter(day__range=(oldest, on)).values_list("base", "currency")
    return {code for pair in rows for code in pair}


def tables_before(source: str, day: date) -> list[dict[str, Fraction]]:
    """What is known when a table of `source` of `day` comes in, as prices: the youngest table up to that day of every
    source, its own first."""
    older = CurrencyRate.objects.filter(day__lte=day).order_by()
    newest = dict(older.values_list("source").annotate(Max("day")))
    order = sorted(newest, key=lambda each: (each == source, newest[each]), reverse=True)
    return [prices_of(older.filter(source=each, day=newest[each])) for each in order]


def held_rates() -> QuerySet[HeldRates]:
    """Tables that wait for a person."""
    return HeldRates.objects.filter(status=HeldRates.Status.WAITING).select_related("brought_by")


def newest_tables() -> list[dict]:
    """{source, day, imported_at, rates} of the youngest table of every source."""
    newest = CurrencyRate.objects.order_by().values("source").annotate(day=Max("day"), imported_at=Max("imported_at"))
    return [
        {**row, "rates": list(CurrencyRate.objects.filter(source=row["source"], day=row["day"]).order_by("currency"))}
        for row in newest
    ]


def equivalents(amounts: Iterable[tuple[int, str]], target: str, *, on: date) -> list[int | None]:
    """Each (units, currency) in units of `target` at today's rate without a spread; None where there is no rate."""
    from_one: dict[str, CrossRate | None] = {}
    found = []
    for units, currency in amounts:
        if currency not in from_one:
            from_one[currency] = _rate_or_none(currency, target, on)
        rate = from_one[currency]
        found.append(None if rate is None else exchanged(units, rate, spread=0).fair)
    return found


def _rate_or_none(source, target, on) -> CrossRate | None:
    try:
        return rate_between(source, target, on=on)
    except MissingRate:
        return None
