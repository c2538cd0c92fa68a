"""Money as integers: units of a fixed scale per currency.

The scale is the currency's ISO 4217 exponent + 2 digits, so that a percent of the smallest coin is still exact:
1.00 USD is 10 000 units, 1 JPY is 100 units. Only this module turns units into decimals and back.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

from babel.core import get_global
from babel.numbers import format_currency, get_currency_symbol
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError

EXTRA_DIGITS = 2
MAX_UNITS = 10**17  # well inside BIGINT, so that sums of many rows stay inside it too
MINUS = "−"  # for people; what programs read has a hyphen
_FRACTIONS = get_global("currency_fractions")
_KNOWN = frozenset(get_global("all_currencies"))
# Signs that mean one currency everywhere; locales that do not use them every day write the code instead ("TRY185.00").
_SIGNS = {"TRY": "₺", "RUB": "₽", "UAH": "₴", "KZT": "₸", "GEL": "₾", "AZN": "₼", "AMD": "֏"}


class BadAmount(DomainError):
    """This is not an amount of money."""

    code = "bad_amount"


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code known to the CLDR."""
    return code in _KNOWN


def exponent(currency: str) -> int:
    """Digits after the point in ordinary use: 2 for USD, 0 for JPY. Raises BadAmount for an unknown currency."""
    if currency not in _KNOWN:
        raise BadAmount(_("“%s” is not a currency code: use one such as USD, EUR or RUB.") % currency)
    return _FRACTIONS.get(currency, _FRACTIONS["DEFAULT"])[0]


def scale(currency: str) -> int:
    """Digits after the point that units keep."""
    return exponent(currency) + EXTRA_DIGITS


def to_units(amount: Decimal | str | int, currency: str) -> int:
    """`amount` in major units ("12.34") as ledger units. Raises BadAmount when it is no finite number, has more
    digits than the scale keeps, or is too large."""
    try:
        value = Decimal(str(amount).strip()) if not isinstance(amount, Decimal) else amount
    except InvalidOperation:
        raise BadAmount(_("“%s” is not a number: write it like 12.34.") % amount) from None
    if not value.is_finite():
        raise BadAmount(_("“%s” is not a number: write it like 12.34.") % amount)
    scaled = value.scaleb(scale(currency))
    if scaled != scaled.to_integral_value():
        words = {"amount": amount, "digits": scale(currency)}
        raise BadAmount(_("“%(amount)s” has more than %(digits)d digits after the point.") % words)
    if abs(scaled) > MAX_UNITS:
        raise BadAmount(_("“%s” is too large an amount.") % amount)
    return int(scaled)


def round_to_units(amount: Decimal, currency: str) -> int:
    """Like `to_units`, but digits beyond the scale are rounded half up (for sums that other systems computed)."""
    quantum = Decimal(1).scaleb(-scale(currency))
    return to_units(amount.quantize(quantum, rounding=ROUND_HALF_UP), currency)


def to_decimal(units: int, currency: str) -> Decimal:
    """Ledger units as major units, with at least the currency's ordinary digits and no idle zeros beyond them."""
    value = Decimal(units).scaleb(-scale(currency))
    ordinary = Decimal(1).scaleb(-exponent(currency))
    rounded = value.quantize(ordinary, rounding=ROUND_DOWN)
    return rounded if rounded == value else value.normalize()


def to_text(units: int, currency: str) -> str:
    """The decimal string of the API and of files: "12.34"."""
    return format(to_decimal(units, currency), "f")


def format_money(units: int, currency: str, *, exact: bool = False) -> str:
    """For people, in the language of the page: "$12.34". What is less than a coin is left out, never rounded up, so
    that nobody reads more than he has; amounts below one major unit (earnings per click) and `exact` ones keep it."""
    value = to_decimal(units, currency)
    if not exact and abs(value) >= 1:
        value = value.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_DOWN)
    locale = to_locale(get_language() or "en")
    text = format_currency(value, currency, locale=locale, decimal_quantization=False)
    return text.replace(currency, _SIGNS.get(currency, currency)).replace("-", MINUS)


def symbol(currency: str) -> str:
    """The sign of the currency in the language of the page: "$"."""
    found = get_currency_symbol(currency, locale=to_locale(get_language() or "en"))
    return _SIGNS.get(currency, found) if found == currency else found


def percent_of(units: int, basis_points: int) -> int:
    """`basis_points` hundredths of a percent of `units`, rounded towards zero: the rest stays with the network."""
    product = units * basis_points
    quotient = abs(product) // 10_000
    return quotient if product >= 0 else -quotient


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Parts in proportion to `weights` (≥ 0, not all 0) that always sum to `total` (largest remainder)."""
    whole = sum(weights)
    sign = -1 if total < 0 else 1
    parts = [abs(total) * weight // whole for weight in weights]
    remainders = [abs(total) * weight % whole for weight in weights]
    for index in sorted(range(len(weights)), key=lambda i: -remainders[i])[: abs(total) - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
