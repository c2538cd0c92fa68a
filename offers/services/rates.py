"""Rates: never edited. A change ends the current row and begins another, so a lead can always name what priced it."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate, User
from cpanet.core.money import MAX_UNITS, to_text
from offers import countries
from offers.choices import PaymentModel
from offers.models import Goal, Rate
from offers.pricing import Figures, category_key, loses_money
from offers.services.changes import BadOffer, locked, write_down

LONGEST_CATEGORY = 100


class BadRate(BadOffer):
    """These are not the figures of a rate."""

    code = "bad_rate"


class LossMakingRate(BadRate):
    """The webmaster would get more than the advertiser pays."""

    code = "loss_making_rate"
    field = "earning_fixed"


@transaction.atomic
def set_rate(
    *,
    goal: Goal,
    figures: Figures,
    actor: User | None,
    now: datetime,
    affiliate: Affiliate | None = None,
    country: str = "",
    category: str = "",
    allow_loss: bool = True,
) -> Rate:
    """From `now` on the goal is worth `figures` for the webmaster (None: everybody), country ("": all) and category of
    goods ("": all without a rate of their own; a category may be worth nothing).

    The same figures again change nothing. With `allow_loss=False` (advertisers) a rate that could pay the webmaster
    more than it brings is refused. Raises BadRate, LossMakingRate.
    """
    offer, category = locked(goal.offer), " ".join(category.split())
    _check(goal, figures, country, category)
    if loses_money(figures) and not allow_loss:
        raise LossMakingRate(_("The webmaster would get more than you pay: lower his part or raise yours."))
    current = _current(goal, affiliate, country, category)
    if current and _figures_of(current) == figures:
        return current
    if current:
        _end(current, now)
    rate = Rate.objects.create(
        goal=goal, affiliate=affiliate, country=country, category=category, valid_from=now, **asdict(figures)
    )
    write_down(action="rate.set", offer=offer, actor=actor, now=now, changes=_as_changes(rate, current))
    return rate


@transaction.atomic
def end_rate(*, rate: Rate, actor: User | None, now: datetime) -> Rate:
    """From `now` on the next less specific rate counts. A second time changes nothing. Raises OfferIncomplete."""
    offer = locked(rate.goal.offer)
    rate = Rate.objects.select_related("goal__offer", "affiliate").get(pk=rate.pk)
    if rate.valid_until is None:
        _end(rate, now)
        write_down(action="rate.ended", offer=offer, actor=actor, now=now, changes=_as_changes(None, rate))
    return rate


def _end(rate: Rate, now: datetime) -> None:
    rate.valid_until = max(now, rate.valid_from)
    rate.save(update_fields=["valid_until"])


def _current(goal, affiliate, country, category) -> Rate | None:
    """The rate that a new one for the same replaces."""
    running = goal.rates.filter(affiliate=affiliate, country=country, valid_until__isnull=True)
    key = category_key(category)
    return next((rate for rate in running if category_key(rate.category) == key), None)


def _check(goal: Goal, figures: Figures, country: str, category: str) -> None:
    if country and country not in countries.codes():
        raise BadRate(_("“%s” is no country: write two letters such as DE.") % country[:20], field="country")
    if len(category) > LONGEST_CATEGORY or "\0" in category:
        raise BadRate(_("The name of a category has at most %d letters.") % LONGEST_CATEGORY, field="category")
    for name, value in asdict(figures).items():
        if not 0 <= value <= (10_000 if name.endswith("percent") else MAX_UNITS):
            raise BadRate(_("An amount must be zero or more, a percent from 0 to 100."), field=name)
    has_fixed = bool(figures.revenue_fixed or figures.earning_fixed)
    has_percent = bool(figures.revenue_percent or figures.earning_percent)
    if goal.payment_model == PaymentModel.FIXED and has_percent:
        raise BadRate(_("The goal pays a fixed amount: leave the percents empty."), field="revenue_percent")
    if goal.payment_model == PaymentModel.PERCENT and has_fixed:
        raise BadRate(_("The goal pays a percent of the sale: leave the amounts empty."), field="revenue_fixed")
    if not has_fixed and not has_percent and not category:  # of a category it may be said that nothing is paid
        field = "revenue_percent" if goal.payment_model == PaymentModel.PERCENT else "revenue_fixed"
        raise BadRate(_("Say what the goal pays."), field=field)


def _figures_of(rate: Rate) -> Figures:
    return Figures(rate.revenue_fixed, rate.revenue_percent, rate.earning_fixed, rate.earning_percent)


def _as_changes(after: Rate | None, before: Rate | None) -> dict:
    rate = after or before
    return {
        "goal": rate.goal.name,
        "affiliate": rate.affiliate.name if rate.affiliate else "",
        "country": rate.country,
        **({"category": rate.category} if rate.category else {}),
        "rate": [_as_text(before), _as_text(after)],
    }


def _as_text(rate: Rate | None) -> str | None:
    if rate is None:
        return None
    currency = rate.goal.offer.currency
    revenue = f"{to_text(rate.revenue_fixed, currency)} {currency} + {rate.revenue_percent / 100:g} %"
    earning = f"{to_text(rate.earning_fixed, currency)} {currency} + {rate.earning_percent / 100:g} %"
    return f"{revenue} → {earning}"
