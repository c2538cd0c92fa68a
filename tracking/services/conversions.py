"""Conversions come into being here, each once, and get their price here, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from cpanet.core.money import round_to_units
from cpanet.tenancy.raw import row
from offers.models import Goal, Offer
from offers.services.caps import Place, fill, lock_places
from tracking.choices import Intake, Origin
from tracking.models import Click, Conversion
from tracking.outgoing.services.events import tell_created
from tracking.selectors.terms import Referral, hold_days_of, referral_of
from tracking.services.caps import cap_facts, decline_over_cap
from tracking.services.dirty import mark_dirty
from tracking.services.prices import price_action
from tracking.services.targets import referral_amount
from tracking.services.touches import Touch, touch_of_click

_KNOWN = """
    SELECT * FROM tracking_conversion WHERE network_id = %(network)s AND goal_id = %(goal)s AND dedup_key = %(key)s
"""


class TooLate(DomainError):
    """The action came after the attribution window of its goal."""

    code = "too_late"
    field = "click_id"


class WrongCurrency(DomainError):
    """The amount is in another currency than the offer."""

    code = "wrong_currency"
    field = "currency"


@dataclass(frozen=True)
class Action:
    """What happened after a click. `amount` in major units of `currency` ("" means the offer's); `call` names the call
    that told it, for goals that count every call; `basket` holds its lines as they are kept on the conversion."""

    goal: Goal
    order_id: str
    amount: Decimal | None
    currency: str
    is_test: bool
    call: str
    origin: str = Origin.POSTBACK
    promo_code: str = ""
    basket: tuple = ()


@dataclass(frozen=True)
class Recorded:
    """`created` is False when the action was known already; then `conversion` is the one that stands for it."""

    conversion: Conversion
    created: bool


def record_conversion(*, click: Click, action: Action, now: datetime) -> Recorded:
    """The conversion of an action after this click: see `record_action`."""
    return record_action(touch=touch_of_click(click), action=action, now=now)


def record_action(*, touch: Touch, action: Action, now: datetime) -> Recorded:
    """The conversion of this action, made if it is a new one, pending and priced at `now`, the time of the action.

    Exactly one row per (goal, what makes a repeat a repeat): the unique constraint decides, so that equal calls at the
    same moment make one. To be called in a block that undoes everything when this raises. Raises TooLate, NoRate,
    WrongCurrency, offers.pricing.MissingAmount, core.money.BadAmount.
    """
    key = dedup_key(action, touch, now)
    known = row(Conversion, _KNOWN, goal=action.goal.pk, key=key)
    if known is not None:  # only a shortcut: what it misses the constraint finds
        return Recorded(known, created=False)
    _check_window(touch, action.goal, now)
    amount = _amount_units(action, action.goal.offer)
    conversion = _priced(touch, action, amount, now)
    conversion.dedup_key = key
    places = [] if action.is_test else _places(conversion, now)
    full = next((place for place in places if place.refuses(touch.at)), None)
    stored, created = _insert(conversion)
    if created:
        mark_dirty(touch.at, now)
        tell_created(stored, now)
        if full:
            stored = decline_over_cap(conversion=stored, place=full, now=now)
        else:
            fill(places=places, now=now)
    return Recorded(stored, created)


def _places(conversion: Conversion, now: datetime) -> list[Place]:
    """The caps it comes under, written down as they stand before it."""
    places = lock_places(
        goal=conversion.goal, affiliate_id=conversion.affiliate_id, revenue=conversion.revenue,
        earning=conversion.earning, now=now,
    )  # fmt: skip
    conversion.pricing["caps"] = cap_facts(places)
    return places


def _insert(conversion: Conversion) -> tuple[Conversion, bool]:
    """The row that stands for this action, and whether it is this one: an equal call may have been faster."""
    try:
        with transaction.atomic():
            conversion.save(force_insert=True)
    except IntegrityError:
        known = row(Conversion, _KNOWN, goal=conversion.goal_id, key=conversion.dedup_key)
        if known is None:
            raise
        return known, False
    return conversion, True


def dedup_key(action: Action, touch: Touch, now: datetime) -> str:
    """What makes a repeat a repeat: the order id; without one what the goal's policy says. Periods are counted from
    the click, so that every call knows its own without asking. Without order and click every call is an action."""
    policy, goal = action.goal.duplicate_policy, action.goal
    if action.order_id:
        key = f"order:{action.order_id}"
    elif policy == Goal.DuplicatePolicy.EVERY_CALL or not touch.key:
        key = f"call:{action.call}"
    elif policy == Goal.DuplicatePolicy.ONCE_PER_PERIOD:
        period = max(0, (now - touch.at) // timedelta(hours=goal.duplicate_hours))
        key = f"{touch.key}:{period}"
    else:
        key = touch.key
    return f"test:{key}" if action.is_test else key  # a test never stands in the way of the real order


def _check_window(touch: Touch, goal: Goal, now: datetime) -> None:
    age = now - touch.at
    if age > timedelta(days=goal.attribution_days):
        message = _("The click is %(age)d days old, and “%(goal)s” counts for %(window)d days after the click.")
        raise TooLate(message % {"age": age.days, "goal": goal.name, "window": goal.attribution_days})


def _amount_units(action: Action, offer: Offer) -> int | None:
    check_currency(action.currency, offer)
    return None if action.amount is None else round_to_units(action.amount, offer.currency)


def check_currency(given: str, offer: Offer) -> None:
    """Raises WrongCurrency if a currency is given and is not the offer's."""
    if given and given != offer.currency:
        message = _("The amount is in %(given)s, but “%(offer)s” counts in %(own)s: send amounts in %(own)s.")
        raise WrongCurrency(message % {"given": given, "offer": offer.name, "own": offer.currency})


def _priced(touch: Touch, action: Action, amount: int | None, now: datetime) -> Conversion:
    goal, offer = action.goal, action.goal.offer
    price = price_action(goal=goal, touch=touch, basket=action.basket, amount=amount, at=now)
    hold_days = hold_days_of(affiliate_id=touch.affiliate_id, goal=goal)
    conversion = Conversion(
        advertiser_id=offer.advertiser_id, affiliate_id=touch.affiliate_id, offer=offer, goal=goal,
        link_id=touch.link_id, click_id=touch.click_id, clicked_at=touch.at, coupon=touch.coupon,
        promo_code=action.promo_code[:60], origin=action.origin, attributed_by=touch.by, basket=list(action.basket),
        created_at=now, updated_at=now, status_updated_at=now, order_id=action.order_id,
        intake=Intake.TEST if action.is_test else Intake.VALID, country=touch.country,
        device=touch.device, currency=offer.currency, order_amount=amount, rate=price.rate,
        revenue=0 if action.is_test else price.revenue, earning=0 if action.is_test else price.earning,
        pricing=price.facts,
        decide_by=now + timedelta(days=offer.decision_days),
        hold_days=hold_days, hold_until=now + timedelta(days=hold_days),
        needs_funding=offer.needs_funding, **touch.subs,
    )  # fmt: skip
    _refer(conversion, referral_of(affiliate_id=touch.affiliate_id, at=now))
    return conversion


def _refer(conversion: Conversion, referral: Referral | None) -> None:
    """The terms of its referrer stay with it, whatever is agreed later."""
    if referral:
        conversion.referrer_id = referral.referrer_id
        conversion.referral_percent, conversion.referral_base = referral.percent, referral.base
        conversion.referral = referral_amount(conversion, conversion.revenue, conversion.earning)
