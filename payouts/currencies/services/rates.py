"""Rates come in: from a file that somebody uploads, or from the address that the network has named."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit, letters
from cpanet.core import outbound
from cpanet.core.errors import Conflict, DomainError
from cpanet.tenancy.scope import network_scope
from payouts.currencies.rate_files import MAX_BYTES, BadRates, FoundRate, RateTable, read_rates
from payouts.currencies.sanity import Move, moves_of
from payouts.currencies.selectors import currency_rules, tables_before
from payouts.models import CurrencyRate, CurrencyRules, HeldRates

FETCH_SECONDS = 20
SHOWN = 5  # moves in words
Status = HeldRates.Status
KEPT_DAYS = 400
MOST_AHEAD = timedelta(days=3)  # the Bank of Russia names tomorrow's, on Saturdays Tuesday's after a holiday


class BadRules(DomainError):
    """These rules for currencies cannot be."""

    code = "bad_currency_rules"


class RatesMoved(BadRates):
    """These rates differ too much from those before. `table` may be held for a person with `moves`."""

    code = "rates_moved"

    def __init__(self, table: RateTable, moves: list[Move]):
        self.table, self.moves = table, moves
        words = _("These rates are far from those before: %s. They wait until somebody confirms them.")
        super().__init__(words % told(moves))


def told(moves: list[Move]) -> str:
    """The wildest few in words."""
    return ", ".join(move.text for move in moves[:SHOWN]) + (" …" if len(moves) > SHOWN else "")


@transaction.atomic
def import_rates(*, content: bytes, actor, now: datetime) -> RateTable:
    """Keep the rates in a file; a table of the same source and day is replaced. Raises BadRates, RatesMoved."""
    table = read_rates(content)
    if not now.date() - timedelta(days=KEPT_DAYS) <= table.day <= (now + MOST_AHEAD).date():
        raise BadRates(_("These are the rates of %s: too old, or not of this time yet.") % table.day)
    if moves := moves_of(table, tables_before(table.source, table.day)):
        raise RatesMoved(table, moves)
    keep_rates(table, actor=actor, now=now)
    return table


def keep_rates(table: RateTable, *, actor, now: datetime) -> None:
    """Write a table down, in the place of one of the same source and day."""
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


@transaction.atomic
def hold_rates(*, table: RateTable, moves: list[Move], actor, now: datetime) -> HeldRates:
    """Keep a table that moved too far for a person to look at; what the clock brought (no `actor`) is written about to
    the finance people, once. One that is known already, waiting or refused, is not asked about again."""
    rates = [[rate.base, rate.currency, str(rate.base_amount), str(rate.currency_amount)] for rate in table.rates]
    same = HeldRates.objects.filter(source=table.source, day=table.day, rates=rates)
    if known := same.exclude(status=Status.CONFIRMED).first():
        return known
    HeldRates.objects.filter(source=table.source, status=Status.WAITING).update(status=Status.REFUSED, decided_at=now)
    held = HeldRates.objects.create(
        source=table.source, day=table.day, rates=rates, moves=[move.text for move in moves], brought_by=actor,
        held_at=now,
    )  # fmt: skip
    audit.record(action="rates.held", subject=held, actor=actor, now=now, changes={"reason": told(moves)})
    if actor is None:
        letters.write(
            letters.staff_who_may("payouts.confirm"), template="payouts/emails/rates_held.txt",
            subject=lambda: _("exchange rates wait for you"),
            values=lambda: {"held": held, "moves": held.moves[:SHOWN]}, path=reverse("manager:rates"),
        )  # fmt: skip
    return held


@transaction.atomic
def decide_held(*, held_id: int, is_true: bool, actor, now: datetime) -> HeldRates:
    """A person takes a held table in, or says no to it. The same again changes nothing. Raises Conflict."""
    held = HeldRates.objects.select_for_update(of=("self",)).get(pk=held_id)
    target = Status.CONFIRMED if is_true else Status.REFUSED
    if held.status == target:
        return held
    if held.status != Status.WAITING:
        raise Conflict(_("These rates do not wait any more: load the page again."))
    held.status, held.decided_by, held.decided_at = target, actor, now
    held.save(update_fields=["status", "decided_by", "decided_at"])
    audit.record(action=f"rates.{target}", subject=held, actor=actor, now=now)
    if is_true:
        rates = (FoundRate(base, currency, Decimal(one), Decimal(other)) for base, currency, one, other in held.rates)
        keep_rates(RateTable(held.source, held.day, tuple(rates)), actor=actor, now=now)
        CurrencyRules.objects.update(last_failure="")
    return held


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
    except RatesMoved as error:
        failure = str(error)
        with network_scope(network_id):
            hold_rates(table=error.table, moves=error.moves, actor=None, now=now)
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
