"""Offers in words and figures for pages: rates as text, conditions, the state of access. Reads rows, asks nothing."""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import gettext as _

from cpanet.core.money import format_money
from cpanet.core.ui import NOTHING, format_number, format_percent
from offers import countries
from offers.choices import TrafficPolicy
from offers.models import Cap, Creative, Goal, Landing, Offer, OfferAccess, OfferMetrics, Rate
from offers.pricing import effective_rates, loses_money
from offers.selectors.access import may_promote
from offers.selectors.caps import CapState

SHOWN_COUNTRIES = 6
# What a webmaster can do about an offer, and how it looks.
ACCESS_TONES = {
    "open": "ok",
    "granted": "ok",
    "requested": "warn",
    "ask": "off",
    "refused": "down",
    "withdrawn": "down",
}


@dataclass(frozen=True)
class RateLine:
    """One rate in words; `country` is "" for all."""

    rate: Rate
    country: str
    earning: str
    revenue: str
    is_own: bool
    loses: bool

    @property
    def place(self) -> str:
        return countries.name_of(self.country) if self.country else _("All countries")

    @property
    def scope(self) -> str:
        """For what it counts: the category of goods, if it names one, and where."""
        return f"“{self.rate.category}” · {self.place}" if self.rate.category else self.place


@dataclass(frozen=True)
class GoalLine:
    goal: Goal
    rates: list[RateLine]
    hold_days: int


@dataclass(frozen=True)
class CapLine:
    """One cap in words; `share` is how full it is in percent."""

    cap: Cap
    state: CapState
    title: str
    used: str
    remaining: str
    share: int


@dataclass(frozen=True)
class OfferSheet:
    """Everything the page of an offer shows of it; built from an offer of `selectors.with_details`."""

    offer: Offer
    goals: list[GoalLine]
    rules: list
    landings: list[Landing]
    creatives: list[Creative]

    @property
    def earning(self) -> str:
        return earning_range(self.offer)


def sheet_of(offer: Offer) -> OfferSheet:
    """The sheet of an offer whose goals hold the rates that its reader may see (`shown_rates`)."""
    goals = [goal_line(goal, offer) for goal in offer.shown_goals]
    return OfferSheet(offer, goals, offer.shown_rules, offer.shown_landings, offer.shown_creatives)


def goal_line(goal: Goal, offer: Offer) -> GoalLine:
    """A goal with the rates that count for the reader."""
    rates = [rate_line(rate, offer.currency) for rate in effective_rates(goal.shown_rates)]
    return GoalLine(goal, rates, offer.hold_days if goal.hold_days is None else goal.hold_days)


def rate_line(rate: Rate, currency: str) -> RateLine:
    return RateLine(
        rate, rate.country, earning_text(rate, currency), revenue_text(rate, currency), rate.affiliate_id is not None,
        loses_money(rate),
    )  # fmt: skip


def earning_text(rate: Rate, currency: str) -> str:
    """What the webmaster gets: "$8.00", "12%", "$5.00 + 10%"."""
    return _amounts(rate, rate.earning_fixed, rate.earning_percent, currency)


def revenue_text(rate: Rate, currency: str) -> str:
    """What the advertiser pays."""
    return _amounts(rate, rate.revenue_fixed, rate.revenue_percent, currency)


def earning_range(offer: Offer) -> str:
    """The earnings of all goals in a few words: "$8.00", "$3.00 – $8.00", "12%"; a dash without any."""
    rates = [rate for goal in offer.shown_goals for rate in effective_rates(goal.shown_rates)]
    if len(rates) == 1:
        return earning_text(rates[0], offer.currency)
    parts = [_fixed_range(rates, offer.currency), _percent_range(rates)]
    return " · ".join(filter(None, parts)) or "—"


def cap_line(state: CapState, currency: str) -> CapLine:
    """A cap in words and figures."""
    cap = state.cap

    def text(figure: int) -> str:
        return format_money(figure, currency) if cap.is_money else format_number(figure)

    title = f"{cap.get_measure_display()}: {text(cap.limit)} · {cap.get_period_display()}"
    share = min(100, state.used * 100 // cap.limit)
    return CapLine(cap, state, title, text(state.used), text(state.remaining), share)


def epc_text(offer: Offer) -> str:
    """Earnings per unique click of an offer of the catalogue; a dash without clicks."""
    return NOTHING if offer.epc is None else format_money(int(offer.epc), offer.currency)


def metrics_of(offer: Offer) -> OfferMetrics:
    """The figures of the last 30 days; zeros while tracking has counted nothing."""
    return getattr(offer, "metrics", None) or OfferMetrics(offer=offer)


def percent_text(basis_points: int) -> str:
    """1250 → "12.5%"."""
    digits = 0 if basis_points % 100 == 0 else 1 if basis_points % 10 == 0 else 2
    return format_percent(basis_points / 10_000, digits)


def models_text(offer: Offer) -> str:
    """The payment models of the offer's goals, each once."""
    return ", ".join(dict.fromkeys(str(goal.get_payment_model_display()) for goal in offer.shown_goals))


def geo_text(codes: list[str]) -> str:
    """ "DE, PL, TR +4"; all countries when nothing is said."""
    if not codes:
        return _("Worldwide")
    rest = len(codes) - SHOWN_COUNTRIES
    return ", ".join(codes[:SHOWN_COUNTRIES]) + (f" +{rest}" if rest > 0 else "")


def geo_names(codes: list[str]) -> list[tuple[str, str]]:
    """(code, name) of each country."""
    return [(code, countries.name_of(code)) for code in codes]


def access_state(offer: Offer) -> str:
    """open, granted, requested, ask, refused or withdrawn, for an offer with `access_status`."""
    status = offer.access_status
    if may_promote(offer.access, status):
        return "granted" if status == OfferAccess.Status.GRANTED else "open"
    return status if status else "ask"


def access_word(state: str) -> str:
    words = {
        "open": _("Open"),
        "granted": _("Granted"),
        "requested": _("Requested"),
        "ask": _("By request"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
    }
    return words[state]


def allowed_kinds(offer: Offer) -> list[str]:
    """Names of the kinds of traffic that are welcome, with or without asking."""
    return [rule.get_traffic_source_display() for rule in offer.shown_rules if rule.policy != TrafficPolicy.FORBIDDEN]


def banner_code(creative: Creative, image_url: str, link_url: str) -> str:
    """HTML of a banner for the webmaster's site; both addresses absolute."""
    link, image, name = escape(link_url), escape(image_url), escape(creative.name)
    size = f'width="{creative.width}" height="{creative.height}"'
    return f'<a href="{link}" target="_blank" rel="sponsored noopener"><img src="{image}" {size} alt="{name}"></a>'


def _amounts(rate: Rate, fixed: int, basis_points: int, currency: str) -> str:
    fixed_text = format_money(fixed, currency) if fixed else ""
    if fixed and rate.category:
        fixed_text = _("%s each") % fixed_text
    parts = [fixed_text, percent_text(basis_points) if basis_points else ""]
    return " + ".join(filter(None, parts)) or (_("nothing") if rate.category else format_money(0, currency))


def _fixed_range(rates: list[Rate], currency: str) -> str:
    amounts = sorted({rate.earning_fixed for rate in rates if rate.earning_fixed})
    return " – ".join(format_money(amount, currency) for amount in dict.fromkeys([*amounts[:1], *amounts[-1:]]))


def _percent_range(rates: list[Rate]) -> str:
    shares = sorted({rate.earning_percent for rate in rates if rate.earning_percent})
    return " – ".join(percent_text(share) for share in dict.fromkeys([*shares[:1], *shares[-1:]]))
