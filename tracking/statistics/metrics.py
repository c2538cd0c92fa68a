"""Every figure of a report, defined once: pages, exports, the API and the SQL that sorts by it read these lines. Pure.

A metric is (sum of columns − sum of columns) [÷ sum of columns]; columns are those of the roll-ups. Visits of robots,
link checks and prefetches are `bot_clicks` and are in no other figure (but robots cost what people cost).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

ROBOT_FLAGS = ("bot", "head", "prefetch")  # flags of clicks that no person made
COLUMNS = (
    "clicks",
    "unique_clicks",
    "bot_clicks",
    "pending",
    "approved",
    "declined",
    "pending_earning",
    "approved_earning",
    "declined_earning",
    "pending_revenue",
    "approved_revenue",
    "approved_referral",
    "cost",
)
AFFILIATE, ADVERTISER, MANAGER = "affiliate", "advertiser", "manager"
EVERYBODY = frozenset({AFFILIATE, ADVERTISER, MANAGER})
_EARNERS = frozenset({AFFILIATE, MANAGER})
_PAYERS = frozenset({ADVERTISER, MANAGER})
_STAFF = frozenset({MANAGER})
_SPENDERS = frozenset({AFFILIATE})  # what his traffic costs him is nobody else's business
_LEADS = ("pending", "approved", "declined")
_RATIO = Decimal("0.000001")


@dataclass(frozen=True)
class Metric:
    """One figure. `kind`: number, money (ledger units) or percent (a fraction); `leads`: the statuses of the leads
    it counts, "" for all of them, None where it counts none; `visits`: which clicks it counts ("people", "unique",
    "robots", "cost"), "" where it counts none."""

    key: str
    label: str
    hint: str
    kind: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    audiences: frozenset[str] = EVERYBODY
    good: str = "up"
    leads: str | None = None
    visits: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it is made of."""
        return (*self.plus, *self.minus, *self.over)

    def value(self, sums: Mapping[str, int]) -> int | Decimal | None:
        """The figure out of sums of columns: an int, for percents a Decimal of six digits; None for ÷ 0.

        Money ÷ clicks is rounded down to a unit, a hundredth of the smallest coin.
        """
        whole = sum(sums[column] for column in self.plus) - sum(sums[column] for column in self.minus)
        if not self.over:
            return whole
        parts = sum(sums[column] for column in self.over)
        if not parts:
            return None
        return whole // parts if self.kind == "money" else (Decimal(whole) / parts).quantize(_RATIO)


METRICS = {
    metric.key: metric
    for metric in (
        Metric("clicks", _("Clicks"), _("Visits of people through the links"), "number", ("clicks",), visits="people"),
        Metric(
            "unique_clicks",
            _("Unique clicks"),
            _("First visits within the uniqueness window"),
            "number",
            ("unique_clicks",),
            visits="unique",
        ),
        Metric(
            "bot_clicks",
            _("Robots"),
            _("Visits of robots, link checks and prefetches: in no other figure"),
            "number",
            ("bot_clicks",),
            good="down",
            visits="robots",
        ),
        Metric("leads", _("Leads"), _("All leads, whatever was decided"), "number", _LEADS, leads=""),
        Metric("pending", _("Pending"), _("Leads not decided yet"), "number", ("pending",), leads="pending"),
        Metric(
            "approved", _("Approved"), _("Leads the advertiser pays for"), "number", ("approved",), leads="approved"
        ),
        Metric(
            "declined",
            _("Declined"),
            _("Leads refused with a reason"),
            "number",
            ("declined",),
            good="down",
            leads="declined",
        ),
        Metric("cr", _("CR"), _("Leads ÷ unique clicks"), "percent", _LEADS, over=("unique_clicks",)),
        Metric(
            "ar",
            _("Approval rate"),
            _("Approved ÷ (approved + declined)"),
            "percent",
            ("approved",),
            over=("approved", "declined"),
        ),
        Metric(
            "ar_all",
            _("Approved of all"),
            _("Approved ÷ all leads, pending ones too"),
            "percent",
            ("approved",),
            over=_LEADS,
        ),
        Metric(
            "epc",
            _("EPC"),
            _("Approved and pending earnings ÷ unique clicks"),
            "money",
            ("approved_earning", "pending_earning"),
            over=("unique_clicks",),
            audiences=_EARNERS,
        ),
        Metric(
            "earnings",
            _("Earnings"),
            _("For approved leads"),
            "money",
            ("approved_earning",),
            audiences=_EARNERS,
            leads="approved",
        ),
        Metric(
            "pending_earnings",
            _("Pending earnings"),
            _("If all pending leads were approved"),
            "money",
            ("pending_earning",),
            audiences=_EARNERS,
            leads="pending",
        ),
        Metric(
            "declined_earnings",
            _("Declined earnings"),
            _("What the declined leads would have brought"),
            "money",
            ("declined_earning",),
            audiences=_EARNERS,
            good="down",
            leads="declined",
        ),
        Metric(
            "revenue",
            _("Revenue"),
            _("What the advertiser pays for approved leads"),
            "money",
            ("approved_revenue",),
            audiences=_PAYERS,
            leads="approved",
        ),
        Metric(
            "pending_revenue",
            _("Pending revenue"),
            _("If all pending leads were approved"),
            "money",
            ("pending_revenue",),
            audiences=_PAYERS,
            leads="pending",
        ),
        Metric(
            "referral_cost",
            _("Referrals"),
            _("What those get who referred the webmasters of approved leads"),
            "money",
            ("approved_referral",),
            audiences=_STAFF,
            good="down",
            leads="approved",
        ),
        Metric(
            "margin",
            _("Margin"),
            _("Revenue − earnings and referrals of approved leads"),
            "money",
            ("approved_revenue",),
            minus=("approved_earning", "approved_referral"),
            audiences=_STAFF,
            leads="approved",
        ),
        Metric(
            "cost",
            _("Spent"),
            _("What the traffic cost: as its clicks say, or as you uploaded it"),
            "money",
            ("cost",),
            audiences=_SPENDERS,
            good="down",
            visits="cost",
        ),
        Metric(
            "cpc",
            _("Cost per click"),
            _("Spent ÷ clicks"),
            "money",
            ("cost",),
            over=("clicks",),
            audiences=_SPENDERS,
            good="down",
        ),
        Metric(
            "profit",
            _("Profit"),
            _("Earnings − spent"),
            "money",
            ("approved_earning",),
            minus=("cost",),
            audiences=_SPENDERS,
        ),
        Metric(
            "roi",
            _("ROI"),
            _("(Earnings − spent) ÷ spent"),
            "percent",
            ("approved_earning",),
            minus=("cost",),
            over=("cost",),
            audiences=_SPENDERS,
        ),
    )
}
# The advertiser sees the same sums from his side.
_ADVERTISER_LABELS = {"revenue": _("Cost"), "pending_revenue": _("Pending cost")}
DEFAULT_METRICS = {
    AFFILIATE: (
        "clicks",
        "unique_clicks",
        "leads",
        "pending",
        "approved",
        "declined",
        "cr",
        "ar",
        "epc",
        "earnings",
        "pending_earnings",
    ),
    ADVERTISER: (
        "clicks",
        "unique_clicks",
        "leads",
        "pending",
        "approved",
        "declined",
        "cr",
        "ar",
        "revenue",
        "pending_revenue",
    ),
    MANAGER: (
        "clicks",
        "unique_clicks",
        "leads",
        "approved",
        "declined",
        "cr",
        "ar",
        "epc",
        "revenue",
        "earnings",
        "referral_cost",
        "margin",
    ),
}


def metrics_for(audience: str) -> dict[str, Metric]:
    """The metrics this audience may see, in their order."""
    return {key: metric for key, metric in METRICS.items() if audience in metric.audiences}


def label_for(metric: Metric, audience: str) -> str:
    """The metric's name in the words of the audience."""
    return _ADVERTISER_LABELS.get(metric.key, metric.label) if audience == ADVERTISER else metric.label
