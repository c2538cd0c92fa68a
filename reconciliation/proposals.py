"""What a matched row would do to its lead, and what that does to the books. Pure: nothing is read or written."""

from dataclasses import dataclass, field

from offers.pricing import RateFacts
from reconciliation.facts import Class
from reconciliation.mapping import APPROVED, DECLINED, PENDING
from tracking.basket_verdicts import unjudged
from tracking.lead_prices import price_again

APPROVE, DECLINE, CONFIRM, NOTHING = "approve", "decline", "confirm", ""


@dataclass(frozen=True, slots=True)
class LeadState:
    """What decides about money, in units of the lead's currency. `recognised` are (revenue, earning) in the books;
    `is_ours_to_decide` is False when a stronger source has decided, so that another word is only kept beside it. Leads
    with rates by category have `parts` and `basket`, see tracking.lead_prices."""

    status: str
    revenue: int
    earning: int
    recognised: tuple[int, int]
    order_amount: int | None
    revision: int
    rate: RateFacts
    is_ours_to_decide: bool = True
    currency: str = ""
    parts: list[dict] | None = None
    basket: list[dict] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Proposal:
    """`action` of a row; `is_accepted`: it happens unless a person takes it out, else only if a person puts it in.
    `order_amount`: their amount instead of ours. The changes are what the books gain, in units."""

    action: str = NOTHING
    is_accepted: bool = False
    order_amount: int | None = None
    revenue_change: int = 0
    earning_change: int = 0


def propose(
    match_class: Class, row_status: str, row_amount: int | None, difference: int | None, lead: LeadState
) -> Proposal:
    """What a row that has claimed a lead does. Equal rows decide a lead that waits; everything that contradicts our
    books – another status, another amount – happens only when a person says so; another currency never."""
    if row_status not in (APPROVED, DECLINED) or match_class == Class.CURRENCY_DIFFERS:
        return Proposal()
    agrees = match_class in (Class.EQUAL, Class.WITHIN_TOLERANCE)
    if agrees and lead.status == row_status:
        return Proposal(CONFIRM, is_accepted=True)
    action = APPROVE if row_status == APPROVED else DECLINE
    takes_amount = action == APPROVE and difference and not agrees
    amount = row_amount if takes_amount else None
    accepted = agrees and lead.status == PENDING
    return Proposal(action, accepted, amount, *effect(action, amount, lead))


def propose_for_ours_only(lead: LeadState) -> Proposal:
    """A lead that the statement does not name may be declined, if nobody has decided it; never by itself."""
    return Proposal(DECLINE) if lead.status == PENDING else Proposal()


def effect(action: str, order_amount: int | None, lead: LeadState) -> tuple[int, int]:
    """(revenue, earning) that the books gain when the action is carried out."""
    if action not in (APPROVE, DECLINE) or not lead.is_ours_to_decide:
        return 0, 0
    revenue, earning = (lead.revenue, lead.earning) if action == APPROVE else (0, 0)
    if action == APPROVE and order_amount is not None and order_amount != lead.order_amount:
        revenue, earning = price_again(
            rate=lead.rate, parts=lead.parts, basket=unjudged(lead.basket), amount=max(0, order_amount),
            currency=lead.currency,
        )  # fmt: skip
    return revenue - lead.recognised[0], earning - lead.recognised[1]
