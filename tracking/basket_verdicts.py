"""Which lines of an order are approved, and what of its amount that leaves. Pure."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from cpanet.core.money import round_to_units, to_decimal
from tracking.incoming.baskets import total_of


class BadQuantities(DomainError):
    """The approved quantities do not fit the lines of the order."""

    code = "bad_quantities"
    field = "quantities"


def judged(basket: list[dict], quantities: list[str]) -> list[dict]:
    """The lines, each with `approved`: how many of its quantity (as text). Raises BadQuantities."""
    if not basket:
        raise BadQuantities(_("This order has come without its lines."))
    if len(quantities) != len(basket):
        words = _("The order has %(lines)d lines: give a quantity for each, not %(given)d.")
        raise BadQuantities(words % {"lines": len(basket), "given": len(quantities)})
    lines = [
        {**line, "approved": str(_quantity(number, line, text))}
        for number, (line, text) in enumerate(zip(basket, quantities, strict=True), 1)
    ]
    if not any(Decimal(line["approved"]) for line in lines):
        raise BadQuantities(_("Nothing of the order is approved: decline the lead, with a reason."))
    return lines


def _quantity(number, line, text) -> Decimal:
    try:
        value = Decimal(str(text).strip().replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= Decimal(line["quantity"]) or value.as_tuple().exponent < -6:
        words = _("Line %(number)d: write a quantity from 0 to %(most)s, not “%(given)s”.")
        raise BadQuantities(words % {"number": number, "most": line["quantity"], "given": str(text)[:40]})
    return value


def is_judged(basket: list[dict]) -> bool:
    """Whether somebody has said which lines are approved."""
    return any("approved" in line for line in basket)


def unjudged(basket: list[dict]) -> list[dict]:
    """The lines as they came."""
    return [{name: value for name, value in line.items() if name != "approved"} for line in basket]


def approved_amount(basket: list[dict], whole: int | None, currency: str) -> int:
    """Units of the approved lines. What the order's `whole` amount has beside its lines (delivery, a discount) is
    shared in their proportion; without a whole amount the lines' own sum counts."""
    total = total_of(tuple(basket)) or Decimal(0)
    approved = sum((Decimal(line["price"]) * Decimal(line["approved"]) for line in basket), Decimal(0))
    if whole is None:
        return round_to_units(approved, currency)
    if not total:
        return whole
    return round_to_units(to_decimal(whole, currency) * approved / total, currency)
