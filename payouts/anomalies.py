"""What a reviewer should look at twice before money leaves. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from cpanet.core.money import format_money
from cpanet.core.ui import format_percent

RECENT_CHANGE = timedelta(days=14)
RECENT_APPROVAL = timedelta(days=3)
LARGE_FACTOR = 3
FRESH_SHARE = 50  # percent


@dataclass(frozen=True)
class Facts:
    """What is known of one payout's webmaster. Amounts are units of the payout's currency.

    `paid_count`, `paid_average`: his earlier paid payouts; `details_since`: since when these details are his,
    `details_replaced`: whether they replaced others; `sharers`: other webmasters with the same account; `fresh`:
    released money from leads approved within RECENT_APPROVAL; `debt`: what he owes now; `clawed_back`: whether money
    was taken back from him in the last 90 days; `usable_at`: until when his changed account has to wait.
    """

    amount: int
    currency: str
    is_approved: bool
    paid_count: int
    paid_average: int
    details_since: datetime
    details_replaced: bool
    sharers: int
    fresh: int
    debt: int
    clawed_back: bool
    usable_at: datetime | None = None


@dataclass(frozen=True)
class Anomaly:
    """One reason to look twice: `tone` is warn or down (worse), `label` a word or two, `text` the sentence."""

    code: str
    tone: str
    label: str
    text: str


def anomalies_of(facts: Facts, now: datetime) -> list[Anomaly]:
    """Every reason to look twice at a payout, the worst first."""
    found = [check(facts, now) for check in CHECKS]
    return sorted((each for each in found if each), key=lambda each: each.tone != "down")


def _blocked(facts, now):
    if not facts.is_approved:
        return Anomaly("blocked", "down", _("Not approved"), _("The webmaster is not approved any more."))


def _shared(facts, now):
    if facts.sharers:
        text = _("The same account belongs to %d other webmasters.") % facts.sharers
        return Anomaly("shared_account", "down", _("Shared account"), text)


def _indebted(facts, now):
    if facts.debt:
        text = _("He owes %s by now: leads were taken back since the request.") % format_money(
            facts.debt, facts.currency
        )
        return Anomaly("debt", "down", _("Debt"), text)


def _first(facts, now):
    if not facts.paid_count:
        return Anomaly("first_payout", "warn", _("First payout"), _("He has never been paid before."))


def _changed(facts, now):
    if facts.details_replaced and now - facts.details_since < RECENT_CHANGE:
        text = _("He changed where the money goes within the last %d days.") % RECENT_CHANGE.days
        return Anomaly("details_changed", "warn", _("New account"), text)


def _large(facts, now):
    if facts.paid_count and facts.amount > LARGE_FACTOR * facts.paid_average:
        average = format_money(facts.paid_average, facts.currency)
        text = _("More than %(times)d times his average of %(average)s.")
        return Anomaly("large", "warn", _("Unusually large"), text % {"times": LARGE_FACTOR, "average": average})


def _fresh(facts, now):
    fresh = min(facts.fresh, facts.amount)
    if fresh * 100 > facts.amount * FRESH_SHARE:
        text = _("%(share)s of it may come from leads approved within the last %(days)d days.")
        share = format_percent(fresh / facts.amount, 0)
        return Anomaly("fresh_leads", "warn", _("Fresh leads"), text % {"share": share, "days": RECENT_APPROVAL.days})


def _cooling(facts, now):
    if facts.usable_at and now < facts.usable_at:
        text = _("He changed the account: it cannot go into a batch before %s.") % f"{facts.usable_at:%Y-%m-%d %H:%M}"
        return Anomaly("cooling_off", "warn", _("Has to wait"), text)


def _clawed_back(facts, now):
    if facts.clawed_back and not facts.debt:
        text = _("Paid-out money was taken back from him within the last 90 days.")
        return Anomaly("clawed_back", "warn", _("Taken back"), text)


CHECKS = (_blocked, _shared, _indebted, _cooling, _first, _changed, _large, _fresh, _clawed_back)
