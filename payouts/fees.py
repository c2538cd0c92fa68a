"""What a payout costs, and which amounts can be paid at all. Pure; amounts are ledger units.

The ledger keeps two digits more than a currency has coins; a bank can only send whole coins.
"""

from cpanet.core.money import EXTRA_DIGITS

COIN = 10**EXTRA_DIGITS
BASIS = 10_000


def in_whole_coins(units: int) -> int:
    """`units` without what is less than the smallest coin of the currency."""
    return units - units % COIN


def fee_of(amount: int, *, fixed: int, percent: int, cap: int | None = None) -> int:
    """The fee of a payout of `amount`: `fixed` plus `percent` (basis points), rounded half up to a whole coin, at
    most `cap`."""
    share = amount * percent
    coins = (2 * (fixed * BASIS + share) + BASIS * COIN) // (2 * BASIS * COIN)
    return coins * COIN if cap is None else min(coins * COIN, cap)
