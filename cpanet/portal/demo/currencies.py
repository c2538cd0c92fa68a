"""Rates of the day, and one webmaster who wants a part of his money in another currency."""

from cpanet.accounts.roles import Role
from cpanet.core.money import to_units
from payouts.currencies.services.exchange import exchange
from payouts.currencies.services.rates import import_rates, save_rules
from payouts.selectors.money import available_by_currency

# What one of each was worth in US dollars in the autumn of 2026, roughly.
IN_DOLLARS = {"EUR": "1.0854", "GBP": "1.2731", "TRY": "0.0242", "RUB": "0.0108", "KZT": "0.0019", "UAH": "0.0237"}


def play_currencies(stage, now) -> None:
    """The finance's file of rates, a spread of 1 %, and an exchange of the first webmaster who can afford it."""
    lines = [f"{now.date()},USD,{code},{price},1" for code, price in IN_DOLLARS.items()]
    content = "\n".join(["date,base,currency,base_amount,currency_amount", *lines]).encode()
    save_rules(source_url="", max_age_days=14, spread=100, actor=stage.staff[Role.OWNER], now=now)
    import_rates(content=content, actor=stage.staff[Role.OWNER], now=now)
    own = stage.network.currency
    amount = to_units("25", own)
    for webmaster in stage.webmasters:
        if available_by_currency(affiliate_id=webmaster.pk).get(own, 0) >= 2 * amount:
            exchange(
                affiliate=webmaster, source=own, target="USD" if own == "EUR" else "EUR", amount=amount,
                idempotency_key="demo", actor=None, now=now,
            )  # fmt: skip
            return
