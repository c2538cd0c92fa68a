"""Lines of an order: what was bought, of which category, at what price, how many. Pure."""

import json
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from tracking.incoming.raw_calls import clean

MOST_LINES = 100
LONGEST = 16_000
_MOST = Decimal(10) ** 12


class BadBasket(DomainError):
    """The lines of the order cannot be understood."""

    code = "bad_items"
    field = "items"


def read_basket(text: str) -> tuple[dict, ...]:
    """`text` is JSON: a list of objects {id, category, name, price, quantity}; only price is needed, quantity is 1
    without it. Gives the lines as they are kept: all values as text. Raises BadBasket."""
    if not text:
        return ()
    try:
        lines = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise BadBasket(
            _('items is not JSON: send a list such as [{"id": "7", "price": "9.90", "quantity": 2}].')
        ) from None
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise BadBasket(_('items must be a list of objects such as {"id": "7", "price": "9.90", "quantity": 2}.'))
    if len(lines) > MOST_LINES:
        raise BadBasket(_("items has more than %d lines.") % MOST_LINES)
    return tuple(_line(number, line) for number, line in enumerate(lines, 1))


def total_of(basket: tuple[dict, ...]) -> Decimal | None:
    """The sum of price × quantity in major units, None for an empty basket."""
    if not basket:
        return None
    return sum((Decimal(line["price"]) * Decimal(line["quantity"]) for line in basket), Decimal(0))


def _line(number: int, line: dict) -> dict:
    return {
        "id": _text(line.get("id"), 100),
        "category": _text(line.get("category"), 100),
        "name": _text(line.get("name"), 200),
        "price": str(_amount(number, "price", line.get("price"))),
        "quantity": str(_amount(number, "quantity", line.get("quantity") or "1")),
    }


def _text(value, longest) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else clean(str(value))[:longest]


def _amount(number, name, value) -> Decimal:
    try:
        amount = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < _MOST or amount.as_tuple().exponent < -6:
        message = _("Line %(number)d of items: %(name)s “%(value)s” is not a number such as 9.90.")
        raise BadBasket(message % {"number": number, "name": name, "value": str(value)[:40]})
    return amount
