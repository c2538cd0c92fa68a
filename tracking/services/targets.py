"""What a conversion shall be after a decision, and what that changes in money. Nothing here writes."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError
from cpanet.core.money import percent_of
from tracking.basket_verdicts import approved_amount, is_judged, judged, unjudged
from tracking.choices import DecisionSource, DeclineReason, Intake, ReferralBase, Status
from tracking.lead_prices import counted, price_again
from tracking.models import Conversion

# Who outranks whom when two disagree: the word of a person above that of a machine.
STRENGTH = {
    "": 0,
    DecisionSource.AUTO: 1,
    DecisionSource.POSTBACK: 2,
    DecisionSource.API: 2,
    DecisionSource.STATEMENT: 2,
    DecisionSource.ADVERTISER: 2,
    DecisionSource.MANAGER: 3,
}


class ReasonMissing(DomainError):
    """A decline needs a reason: the webmaster will read it."""

    code = "reason_missing"
    field = "reason"


class BadDecision(DomainError):
    """This decision is not possible."""

    code = "bad_decision"
    field = "status"


@dataclass(frozen=True)
class Wish:
    """A decision as it is asked for; see `decisions.decide` for the meaning of each."""

    status: str
    source: str
    reason: str = ""
    note: str = ""
    revenue: int | None = None
    earning: int | None = None
    order_amount: int | None = None
    quantities: list[str] | None = None


@dataclass(frozen=True)
class Target:
    """What a conversion shall be; amounts in units of its currency. `whole`: the order's amount before lines of it
    were judged."""

    status: str
    reason: str
    note: str
    revenue: int
    earning: int
    order_amount: int | None
    basket: list = field(default_factory=list)
    whole: int | None = None


@dataclass(frozen=True)
class Change:
    """What moves in the ledger, signed units: the advertiser's costs, the webmaster's hold and what is taken back of
    his released money (≤ 0), and the same two of the referrer."""

    revenue: int
    hold: int
    released: int
    referral_hold: int
    referral_released: int

    @property
    def earning(self) -> int:
        return self.hold + self.released

    @property
    def referral(self) -> int:
        return self.referral_hold + self.referral_released

    def __bool__(self):
        return any((self.revenue, self.hold, self.released, self.referral_hold, self.referral_released))


def target_of(conversion: Conversion, wish: Wish) -> Target:
    """What the conversion becomes by this decision. Raises ReasonMissing, BadDecision, BadQuantities."""
    _check(conversion, wish)
    amount, basket, whole = _order(conversion, wish)
    new_revenue, new_earning = conversion.revenue, conversion.earning
    if _is_another_order(conversion, amount, basket):
        new_revenue, new_earning = price_again(
            rate=conversion.rate, parts=conversion.pricing.get("parts"), basket=basket, amount=amount,
            currency=conversion.currency,
        )  # fmt: skip
    new_revenue = new_revenue if wish.revenue is None else wish.revenue
    new_earning = new_earning if wish.earning is None else wish.earning
    if min(new_revenue, new_earning, amount or 0) < 0:
        raise BadDecision(_("An amount cannot be negative."), field="amount")
    if conversion.intake == Intake.TEST:
        new_revenue = new_earning = 0
    reason = wish.reason if wish.status == Status.DECLINED else ""
    return Target(wish.status, reason, wish.note[:500], new_revenue, new_earning, amount, basket, whole)


def _is_another_order(conversion, amount, basket) -> bool:
    """Whether it must be priced again: another amount; by category also another number of pieces."""
    if amount != conversion.order_amount:
        return True
    return "parts" in conversion.pricing and counted(basket) != counted(conversion.basket)


def _check(conversion, wish):
    changes_amount = wish.order_amount is not None and conversion.status == Status.PENDING
    may_be_pending = changes_amount or wish.source == DecisionSource.STATEMENT
    if wish.status not in Status.values or (wish.status == Status.PENDING and not may_be_pending):
        raise BadDecision(_("Say “approved” or “declined”."))
    if wish.status == Status.DECLINED and wish.reason not in DeclineReason.values:
        raise ReasonMissing(_("A decline needs a reason: the webmaster will read it."))
    if wish.quantities is not None and (wish.status != Status.APPROVED or wish.order_amount is not None):
        raise BadDecision(_("Quantities are approved: give no amount beside them, and no other status."))


def _order(conversion, wish) -> tuple[int | None, list, int | None]:
    """(amount of the order, its lines, its whole amount)."""
    whole = conversion.whole_amount if is_judged(conversion.basket) else conversion.order_amount
    if wish.quantities is not None:
        basket = judged(unjudged(conversion.basket), wish.quantities)
        return approved_amount(basket, whole, conversion.currency), basket, whole
    if wish.order_amount not in (None, conversion.order_amount):
        return wish.order_amount, unjudged(conversion.basket), None
    return conversion.order_amount, conversion.basket, conversion.whole_amount


def is_same(conversion: Conversion, target: Target) -> bool:
    """Whether the conversion is like that already."""
    names = ("status", "reason", "revenue", "earning", "order_amount", "basket")
    return all(getattr(conversion, name) == getattr(target, name) for name in names)


def referral_amount(conversion: Conversion, revenue: int, earning: int) -> int:
    """What the referrer gets of a conversion worth this much; of a margin below zero nothing."""
    base = earning if conversion.referral_base == ReferralBase.EARNING else max(0, revenue - earning)
    return percent_of(base, conversion.referral_percent) if conversion.referrer_id else 0


def change_to(conversion: Conversion, target: Target) -> Change:
    """ "Target minus current". What is taken back comes from the hold first, then from what was released."""
    approved = target.status == Status.APPROVED
    revenue, earning = (target.revenue, target.earning) if approved else (0, 0)
    referral = referral_amount(conversion, revenue, earning)
    hold, released = _from_hold_first(earning, conversion.held, conversion.released)
    referral_hold, referral_released = _from_hold_first(
        referral, conversion.referral_held, conversion.referral_released
    )
    return Change(revenue - conversion.recognised_revenue, hold, released, referral_hold, referral_released)


def _from_hold_first(wanted: int, held: int, released: int) -> tuple[int, int]:
    change = wanted - held - released
    hold = max(change, -held)
    return hold, change - hold
