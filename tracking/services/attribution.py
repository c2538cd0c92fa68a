"""Whose an action is: click id, promo code, cookie – in the advertiser's order, each with its sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from cpanet.tenancy.raw import row, rows
from offers.coupon_codes import key_of
from offers.models import Coupon, Goal, Offer
from tracking.choices import AttributedBy
from tracking.incoming.calls import Call
from tracking.models import Click, PostbackSettings
from tracking.selectors.clicks import find_click
from tracking.services.touches import Touch, touch_of_click, touch_of_coupon

_GOALS = "SELECT * FROM offers_goal WHERE network_id = %(network)s AND offer_id = %(offer)s AND is_active ORDER BY id"
_OFFER = "SELECT * FROM offers_offer WHERE network_id = %(network)s AND id = %(id)s"


class ForeignClick(DomainError):
    """The click did not lead to one of this advertiser's offers."""

    code = "foreign_click"
    field = "click_id"


class UnknownGoal(DomainError):
    """The offer has no such goal."""

    code = "unknown_goal"
    field = "goal"


class BadCode(DomainError):
    """The promo code attributes nothing."""

    code = "bad_promo_code"
    field = "promo_code"


class WaitsForClick(Exception):
    """Its click is not there yet; `click_id` is the one to wait for."""

    def __init__(self, click_id):
        super().__init__(str(click_id))
        self.click_id = click_id


@dataclass(frozen=True)
class Attributed:
    """Whose the action is, which goal it reached, and the sentences that say how that was found."""

    touch: Touch
    goal: Goal
    sentences: tuple[str, ...] = ()
    click: Click | None = None


def attribute(
    *, call: Call, advertiser_id: int, settings: PostbackSettings, at: datetime, give_up: bool = False
) -> Attributed | None:
    """The first of click id, promo code and cookie (in the order of `settings`) that leads to somebody; None when none
    does. A click that is not there is waited for (WaitsForClick) unless `give_up`.

    Raises ForeignClick, UnknownGoal, BadCode (when the code was the only thing to go by).
    """
    ways = {"click": _by_click, "code": _by_code, "cookie": _by_cookie}
    code_first = settings.order == PostbackSettings.Order.CODE_FIRST
    passed: list[str] = []
    problem = None
    for name in ("code", "click", "cookie") if code_first else ("click", "code", "cookie"):
        try:
            found = ways[name](call, advertiser_id, settings, at, give_up)
        except BadCode as error:
            problem, found = error, None
            passed.append(str(error))
        if found is not None:
            return Attributed(found.touch, found.goal, (*passed, *found.sentences), found.click)
    if problem and call.click_id is None:
        raise problem
    return None


def goal_of(offer_id: int, code: str) -> Goal:
    """The active goal of an offer with this code (small letters), or the only one. Raises UnknownGoal."""
    goals = rows(Goal, _GOALS, offer=offer_id)
    matching = [goal for goal in goals if goal.code.lower() == code] if code else goals
    if len(matching) == 1:
        goal = matching[0]
        goal.offer = row(Offer, _OFFER, id=offer_id)
        return goal
    codes = ", ".join(goal.code for goal in goals)
    if not goals:
        raise UnknownGoal(_("The offer has no active goal."))
    if code:
        raise UnknownGoal(
            _("The offer has no goal “%(code)s”; say one of: %(codes)s.") % {"code": code, "codes": codes}
        )
    raise UnknownGoal(_("goal is missing, and the offer has several; say one of: %s.") % codes)


def _by_click(call, advertiser_id, settings, at, give_up) -> Attributed | None:
    if call.click_id is None:
        return None
    click = find_click(call.click_id)
    if click is None:
        if give_up or call.is_test:
            return None
        raise WaitsForClick(call.click_id)
    if click.advertiser_id != advertiser_id:
        raise ForeignClick(_("This click did not lead to one of your offers."))
    goal = goal_of(click.offer_id, call.goal)
    sentences = [_("The promo code was passed over: the click id comes first.")] if call.promo_code else []
    return Attributed(touch_of_click(click), goal, tuple(sentences), click)


def _by_code(call, advertiser_id, settings, at, give_up) -> Attributed | None:
    if not call.promo_code:
        return None
    coupon = Coupon.objects.filter(advertiser_id=advertiser_id, code_key=key_of(call.promo_code)).first()
    _check_coupon(coupon, call, at)
    sentence = _("Attributed by the promo code “%s”.") % coupon.code
    return Attributed(touch_of_coupon(coupon, at), goal_of(coupon.offer_id, call.goal), (sentence,))


def _check_coupon(coupon, call: Call, at: datetime) -> None:
    code = {"code": call.promo_code}
    if coupon is None:
        raise BadCode(_("The promo code “%(code)s” is none of yours here.") % code)
    if coupon.affiliate_id is None:
        raise BadCode(_("The promo code “%(code)s” has not been given to a webmaster.") % code)
    if not coupon.is_active:
        raise BadCode(_("The promo code “%(code)s” is switched off.") % code)
    if coupon.valid_from and at < coupon.valid_from:
        raise BadCode(_("The promo code “%(code)s” is not valid yet.") % code)
    if coupon.valid_until and at >= coupon.valid_until:
        raise BadCode(_("The promo code “%(code)s” was not valid any more.") % code)
    if not call.order_id and not call.is_test:
        raise BadCode(_("Without a click an order id is needed beside the promo code, to know a repeat."))


def _by_cookie(call, advertiser_id, settings, at, give_up) -> Attributed | None:
    """The first or the last click the browser remembers, as the advertiser has set; one outside the window of its goal
    leaves the way to the other."""
    is_first = settings.touch == PostbackSettings.Touch.FIRST
    ids = call.cookie if is_first else call.cookie[::-1]
    clicks = [find_click(click_id) for click_id in ids]
    if None in clicks and not give_up and not call.is_test:
        raise WaitsForClick(ids[clicks.index(None)])
    word = _("first click") if is_first else _("last click")
    candidates = []
    for click in clicks:
        if click is not None and click.advertiser_id == advertiser_id:
            goal = goal_of(click.offer_id, call.goal)
            sentence = _("Attributed by the cookie (%s).") % word
            candidates.append(Attributed(touch_of_click(click, AttributedBy.COOKIE), goal, (sentence,), click))
    within = [each for each in candidates if at - each.touch.at <= timedelta(days=each.goal.attribution_days)]
    return next(iter([*within, *candidates]), None)
