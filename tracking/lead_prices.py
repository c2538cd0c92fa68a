"""What the lines of an order are worth by the rates of their categories, at first and after a change, and what of it
stays on the lead as `pricing`. Pure.

A lead that one rate prices keeps that rate's facts; one with rates by category keeps `parts` instead, a list of such
facts, each with its `lines` (positions in the basket). Amounts are text in major units, percents basis points.
"""

from collections.abc import Sequence
from decimal import Decimal

from cpanet.core.money import to_text, to_units
from offers.pricing import Figures, Part, PartPrice, price, price_parts

UNPAID = Figures()  # lines of goods that no rate is for


def names_goods(basket: Sequence[dict]) -> bool:
    """Whether rates by category can matter for these lines."""
    return any(line["category"] for line in basket)


def price_lines(*, basket: Sequence[dict], rates: Sequence, amount: int, currency: str) -> list[dict]:
    """The `parts` of an order of `amount` units, one for each rate; `rates` has the rate of each line, None where
    there is none: such lines are not paid. Raises cpanet.core.money.BadAmount."""
    groups: dict[int | None, tuple] = {}
    for place, rate in enumerate(rates):
        groups.setdefault(rate and rate.pk, (rate, []))[1].append(place)
    shares = [_part(rate or UNPAID, bool(rate and rate.category), lines, basket) for rate, lines in groups.values()]
    prices = price_parts(shares, amount)
    return [
        {**facts_of(rate, worth, currency), "lines": lines, "pieces": format(share.pieces.normalize(), "f")}
        for (rate, lines), share, worth in zip(groups.values(), shares, prices, strict=True)
    ]


def price_again(
    *, rate, parts: list[dict] | None, basket: Sequence[dict], amount: int | None, currency: str
) -> tuple[int, int]:
    """(revenue, earning) in units of a lead whose order has become `amount`, or of whose lines only some are approved:
    by the rules that priced it at first, whatever is agreed now. Raises MissingAmount, BadAmount."""
    if not parts:
        return price(rate, amount)
    shares = [_part(_figures(facts, currency), bool(facts["category"]), facts["lines"], basket) for facts in parts]
    prices = price_parts(shares, amount or 0)
    return sum(each.revenue for each in prices), sum(each.earning for each in prices)


def counted(basket: Sequence[dict]) -> list[Decimal]:
    """How many of each line count: what is approved, before that what was ordered."""
    return [_quantity(line) for line in basket]


def facts_of(rate, worth: PartPrice, currency: str) -> dict:
    """How `rate` (None: there is none) came to `worth`; `worth.amount` may be None."""
    figures = rate or UNPAID
    return {
        "rate": rate and rate.pk,
        "specificity": specificity_of(rate) if rate else "none",
        "category": rate.category if rate else "",
        "country": rate.country if rate else "",
        "valid_from": rate and rate.valid_from.isoformat(),
        "basis": None if worth.amount is None else to_text(worth.amount, currency),
        "revenue_fixed": to_text(figures.revenue_fixed, currency),
        "revenue_percent": figures.revenue_percent,
        "earning_fixed": to_text(figures.earning_fixed, currency),
        "earning_percent": figures.earning_percent,
        "revenue": to_text(worth.revenue, currency),
        "earning": to_text(worth.earning, currency),
    }


def specificity_of(rate) -> str:
    """How special the rule is: its conditions of affiliate, category, country joined by "_", or "everybody"."""
    conditions = {"affiliate": rate.affiliate_id is not None, "category": rate.category, "country": rate.country}
    return "_".join(name for name, is_set in conditions.items() if is_set) or "everybody"


def _part(figures, is_by_piece: bool, lines: Sequence[int], basket: Sequence[dict]) -> Part:
    chosen = [basket[place] for place in lines]
    pieces = sum((_quantity(line) for line in chosen), Decimal(0))
    weight = sum((Decimal(line["price"]) * _quantity(line) for line in chosen), Decimal(0))
    return Part(figures, weight, pieces if is_by_piece else Decimal(bool(pieces)))


def _quantity(line: dict) -> Decimal:
    return Decimal(line.get("approved", line["quantity"]))


def _figures(facts: dict, currency: str) -> Figures:
    return Figures(
        revenue_fixed=to_units(facts["revenue_fixed"], currency), revenue_percent=facts["revenue_percent"],
        earning_fixed=to_units(facts["earning_fixed"], currency), earning_percent=facts["earning_percent"],
    )  # fmt: skip
