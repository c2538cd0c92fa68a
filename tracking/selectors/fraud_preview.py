"""What a rule would have caught lately: the same rules over the traces of the leads that came."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracking.antifraud.catalogue import RuleCode, Setting
from tracking.antifraud.lists import Lists, matches
from tracking.antifraud.rules import CHECKS, GrowthFacts, LeadFacts, low_approval, spike
from tracking.models import Conversion, LeadTrace
from tracking.selectors.fraud import clicks_of, current_lists, quality_at, still_held, traits_of, usual

DAYS = 30
MOST_LEADS = 10_000
MOST_CLICKS = 2_000
SHOWN = 5
COLUMNS = (
    "conversion_id", "at", "offer_id", "goal_id", "seconds", "address_key", "device_key", "flags", "is_own_visit",
)  # fmt: skip
_MARKED = (RuleCode.BAD_CLICK, RuleCode.DATA_CENTRE, RuleCode.REFUSED_CLICK, RuleCode.REPEAT_CLICK, RuleCode.OWN_VISIT)


@dataclass(frozen=True)
class Preview:
    """`caught` of `looked_at` leads; `lead_ids` are the newest caught ones."""

    caught: int
    looked_at: int
    lead_ids: tuple[int, ...] = ()


class Lately:
    """The newest leads of the last 30 days (10,000 at most; 2,000 for block-lists), read once for several rules."""

    def __init__(self, now: datetime, offer_id: int | None = None):
        self.now, self.since, self.offer_id = now, now - timedelta(days=DAYS), offer_id
        traces = LeadTrace.objects.filter(at__gte=self.since, at__lte=now)
        traces = traces.filter(offer_id=offer_id) if offer_id else traces
        rows = traces.order_by("-at").values_list(*COLUMNS, named=True)  # plain rows: several times quicker
        self.traces = list(reversed(rows[:MOST_LEADS]))

    def caught_by(self, setting: Setting) -> Preview:
        """What the rule would have caught as set, were it on."""
        setting = Setting(setting.code, True, setting.action, setting.hold_days, setting.limits)
        if setting.code == RuleCode.LOW_APPROVAL:
            return self._low_approval(setting)
        if setting.code == RuleCode.SPIKE:
            return self._spikes(setting)
        if setting.code == RuleCode.LISTED:
            return self._listed(setting)
        check = CHECKS[setting.code]
        return self._found(
            [trace.conversion_id for trace, facts in self._facts(setting) if check(facts, setting.limits) is not None]
        )

    def _found(self, lead_ids, looked_at=None):
        newest = tuple(sorted(lead_ids, reverse=True)[:SHOWN])
        return Preview(len(lead_ids), len(self.traces) if looked_at is None else looked_at, newest)

    def _facts(self, setting):
        if setting.code in _MARKED:
            return [
                (trace, LeadFacts(flags=tuple(trace.flags), is_own_visit=trace.is_own_visit)) for trace in self.traces
            ]
        if setting.code in (RuleCode.ONE_ADDRESS, RuleCode.ONE_DEVICE):
            return self._repeats(setting)
        return self._times()

    def _times(self):
        by_goal = defaultdict(list)
        for trace in self.traces:
            if trace.seconds is not None:
                by_goal[trace.goal_id].append(trace.seconds)
        medians = {goal_id: usual(seconds) for goal_id, seconds in by_goal.items()}
        return [
            (trace, LeadFacts(seconds=trace.seconds, usual_seconds=medians.get(trace.goal_id))) for trace in self.traces
        ]

    def _repeats(self, setting):
        column, fact = (
            ("address_key", "address_leads") if setting.code == RuleCode.ONE_ADDRESS else ("device_key", "device_leads")
        )
        window, seen = timedelta(hours=setting.limits["hours"]), defaultdict(deque)
        for trace in self.traces:
            key = getattr(trace, column)
            if key is None:
                continue
            moments = seen[key]
            moments.append(trace.at)
            while moments[0] < trace.at - window:
                moments.popleft()
            yield trace, LeadFacts(**{fact: len(moments)})

    def _listed(self, setting):
        lists = current_lists()
        if lists == Lists():
            return self._found([])
        rows = Conversion.objects.filter(created_at__gte=self.since, updated_at__gte=self.since)
        rows = rows.filter(offer_id=self.offer_id) if self.offer_id else rows
        leads = list(rows.order_by("-id")[:MOST_CLICKS])
        clicks = clicks_of(leads)
        caught = [lead.pk for lead in leads if matches(traits_of(lead, clicks.get(lead.click_id)), lists)]
        return self._found(caught, len(leads))

    def _low_approval(self, setting):
        offers = [self.offer_id] if self.offer_id else {trace.offer_id for trace in self.traces}
        caught = []
        for offer_id in offers:
            for affiliate_id, facts in quality_at(offer_id, setting.limits["days"], self.now).items():
                if low_approval(facts, setting):
                    leads = still_held("").filter(
                        offer_id=offer_id,
                        affiliate_id=affiliate_id,
                        created_at__gte=self.now - timedelta(days=setting.limits["days"]),
                    )
                    caught += leads.values_list("pk", flat=True)[:MOST_LEADS]
        return self._found(caught)

    def _spikes(self, setting):
        """Day by day, each against the days before it."""
        days, by_webmaster = setting.limits["days"], defaultdict(lambda: defaultdict(list))
        first = self.since - timedelta(days=days)
        rows = LeadTrace.objects.filter(at__gte=first, at__lte=self.now).order_by("-at")
        for at, affiliate_id, lead_id in rows.values_list("at", "affiliate_id", "conversion_id")[:MOST_LEADS]:
            by_webmaster[affiliate_id][(self.now - at).days].append(lead_id)
        caught = []
        for leads in by_webmaster.values():
            for age in range(DAYS):
                before = sum(len(leads.get(age + 1 + number, ())) for number in range(days))
                today = leads.get(age, ())
                if today and spike(GrowthFacts(len(today), before, days), setting):
                    caught += today
        return self._found(caught)
