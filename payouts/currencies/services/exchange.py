"""A webmaster's available money becomes another currency."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from cpanet.core.money import format_money, is_currency
from cpanet.ledger import exchanges
from cpanet.ledger.journal import KeyReused, NotEnough
from cpanet.ledger.models import Account
from cpanet.ledger.selectors import webmaster_balance
from payouts.currencies.exchanging import CrossRate, Exchanged, exchanged
from payouts.currencies.selectors import MissingRate, currency_rules, known_currencies, rate_between
from payouts.models import CurrencyExchange, Wallet

KEY_LENGTH = 120


class BadExchange(DomainError):
    """This cannot be exchanged."""

    code = "bad_exchange"
    field = "amount"


@dataclass(frozen=True)
class Offered:
    """What an exchange would bring now: by which rate, less which spread (basis points)."""

    rate: CrossRate
    result: Exchanged
    spread: int


def offered(*, source: str, target: str, amount: int, now: datetime) -> Offered:
    """What `amount` units of `source` would become. Raises MissingRate, BadExchange."""
    if source == target:
        raise BadExchange(_("Choose another currency than the one you have."), field="target")
    if amount <= 0:
        raise BadExchange(_("Write an amount above zero."))
    rate, spread = rate_between(source, target, on=now.date()), currency_rules().spread
    result = exchanged(amount, rate, spread=spread)
    if result.bought <= 0:
        raise BadExchange(_("This is too little: less than the smallest part of a %s would come of it.") % target)
    return Offered(rate, result, spread)


@transaction.atomic
def exchange(
    *, affiliate: Affiliate, source: str, target: str, amount: int, idempotency_key: str, actor, now: datetime,
    least: int = 0,
) -> CurrencyExchange:  # fmt: skip
    """Exchange `amount` units of available `source` into `target` at the rate of now.

    `least`: the units the webmaster was shown; if less would come of it by now, nothing happens. The same key with the
    same currencies and amount gives the stored exchange; with others it raises KeyReused. Raises MissingRate,
    BadExchange, NotEnough.
    """
    key = idempotency_key.strip()
    if not key or len(key) > KEY_LENGTH:
        raise BadExchange(_("The key of the exchange has 1 to %d characters.") % KEY_LENGTH, field="idempotency_key")
    if stored := CurrencyExchange.objects.filter(affiliate=affiliate, idempotency_key=key).first():
        return _same(stored, source, target, amount)
    offer = offered(source=source, target=target, amount=amount, now=now)
    if offer.result.bought < least:
        raise BadExchange(_("The rate has changed: look at the amount again."), code="rate_changed")
    made = _new(affiliate, offer, key, actor, now)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # a rival with the same key was faster; the insert has waited for his commit
        return _same(CurrencyExchange.objects.get(affiliate=affiliate, idempotency_key=key), source, target, amount)
    _book(made, actor, now)
    changes = {"sold": [made.sold, source], "bought": [made.bought, target], "rate": made.price}
    audit.record(action="currency.exchanged", subject=made, actor=actor, now=now, changes=changes)
    return made


def _new(affiliate, offer: Offered, key, actor, now) -> CurrencyExchange:
    return CurrencyExchange(
        affiliate=affiliate, source=offer.rate.source, target=offer.rate.target, sold=offer.result.sold,
        bought=offer.result.bought, fair=offer.result.fair, price=offer.rate.text, rate_origin=offer.rate.origin,
        rate_day=offer.rate.day, spread=offer.spread, idempotency_key=key, actor=actor, made_at=now,
    )  # fmt: skip


def _book(made, actor, now):
    try:
        exchanges.exchange(
            key=f"exchange:{made.pk}", subject=f"exchange:{made.pk}", affiliate_id=made.affiliate_id,
            source=made.source, target=made.target, sold=made.sold, bought=made.bought, price=made.price, actor=actor,
            effective_at=now,
        )  # fmt: skip
    except NotEnough:
        has = webmaster_balance(affiliate_id=made.affiliate_id, currency=made.source).available
        words = _("You have %s available.") % format_money(has, made.source)
        raise NotEnough(words, field="amount") from None


def _same(stored, source, target, amount):
    if (stored.source, stored.target, stored.sold) != (source, target, amount):
        raise KeyReused(_("This key belongs to another exchange."))
    return stored


@transaction.atomic
def choose_wallet(*, affiliate: Affiliate, currency: str, actor, now: datetime) -> Wallet | None:
    """From now on what becomes available in other currencies is exchanged into `currency`; "" leaves all as it comes.

    Raises BadExchange.
    """
    if currency and not (is_currency(currency) and currency in known_currencies(on=now.date())):
        raise BadExchange(_("There are no rates for “%s”.") % currency, field="currency")
    before = Wallet.objects.filter(affiliate=affiliate).first()
    if not currency:
        Wallet.objects.filter(affiliate=affiliate).delete()
        wallet = None
    else:
        facts = {"currency": currency, "changed_at": now}
        wallet, _is_new = Wallet.objects.update_or_create(affiliate=affiliate, defaults=facts)
    changes = {"currency": [before.currency if before else "", currency]}
    audit.record(action="wallet.changed", subject=affiliate, actor=actor, now=now, changes=changes)
    return wallet


@transaction.atomic
def exchange_into_wallet(*, wallet: Wallet, now: datetime) -> list[CurrencyExchange]:
    """Exchange all that its webmaster has available in other currencies. What has no rate stays; nothing is doubled:
    the key names the version of the balance it empties."""
    made = []
    accounts = Account.objects.filter(kind="available", owner_id=wallet.affiliate_id, balance__gt=0)
    for account in accounts.exclude(currency=wallet.currency).order_by("id"):
        try:
            made.append(
                exchange(
                    affiliate=wallet.affiliate, source=account.currency, target=wallet.currency, amount=account.balance,
                    idempotency_key=f"wallet:{account.pk}:{account.version}", actor=None, now=now,
                )
            )  # fmt: skip
        except (MissingRate, BadExchange, NotEnough):
            continue
    return made
