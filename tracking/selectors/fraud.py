"""Questions about the rules against fraud: how they run, what they need to know of a lead, what waits for review."""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from cpanet.accounts.models import AuditEntry, User
from tracking.antifraud.catalogue import RULES, FlagAction, FlagState, RuleCode, Setting, default_setting
from tracking.antifraud.lists import Lists, Traits, lists_of, matches
from tracking.antifraud.rules import GrowthFacts, LeadFacts, QualityFacts
from tracking.antifraud.traces import address_key, device_key
from tracking.choices import Intake, Status
from tracking.models import BlockEntry, Click, Conversion, ConversionFlag, FraudRule, LeadTrace
from tracking.models.clicks import SUB_IDS

FEWEST_FOR_USUAL = 20
NEWEST_FOR_USUAL = 500
DAY = timedelta(days=1)
DECIDED = (Status.APPROVED, Status.DECLINED)


class Rules:
    """The settings of the network in scope, read once."""

    def __init__(self):
        self._rows = {(row.offer_id, row.code): _setting(row) for row in FraudRule.objects.all()}
        self._at: dict = {}

    def at(self, offer_id: int | None) -> dict[str, Setting]:
        """How each rule runs at an offer (None: in the network): the offer's own row, the network's, the default."""
        if offer_id not in self._at:
            self._at[offer_id] = {str(code): self._one(offer_id, str(code)) for code in RULES}
        return self._at[offer_id]

    def offers_with_own(self, code: str) -> list[int]:
        """Ids of the offers that run this rule in their own way."""
        return sorted(offer_id for offer_id, each in self._rows if each == code and offer_id)

    def _one(self, offer_id, code):
        return self._rows.get((offer_id, code)) or self._rows.get((None, code)) or default_setting(code)


def _setting(row: FraudRule) -> Setting:
    limits = RULES[row.code].defaults | row.limits
    return Setting(row.code, row.is_on, row.action, row.hold_days, limits)


class Surroundings:
    """What is around the leads that are looked at in one run: usual times, own addresses, block-lists."""

    def __init__(self, now: datetime):
        self.now = now
        self._usual: dict[int, int | None] = {}
        self._own: dict[tuple[int, int], set[str]] = {}
        self._secret = settings.SECRET_KEY.encode()

    @cached_property
    def lists(self) -> Lists:
        return current_lists()

    def trace_of(self, lead: Conversion, click: Click | None, limits: dict[str, Setting]) -> LeadTrace:
        """The trace of a lead, not saved yet."""
        trace = LeadTrace(
            conversion=lead, at=lead.created_at, affiliate_id=lead.affiliate_id, offer_id=lead.offer_id,
            goal_id=lead.goal_id,
        )  # fmt: skip
        if lead.click_id:
            trace.seconds = max(0, int((lead.created_at - lead.clicked_at).total_seconds()))
        if click is not None:
            address = click.address or ""
            trace.address_key = address_key(address, self._secret)
            trace.device_key = device_key(address, click.user_agent, self._secret)
            trace.flags = list(click.flags)
            days = limits[RuleCode.OWN_VISIT].limits["days"]
            trace.is_own_visit = address in self._own_addresses(lead.affiliate_id, days)
        return trace

    def facts_of(self, lead: Conversion, click: Click | None, trace: LeadTrace, near: "Neighbours") -> LeadFacts:
        """Everything the rules ask about one lead."""
        return LeadFacts(
            seconds=trace.seconds,
            usual_seconds=self._usual_seconds(lead.goal_id),
            address_leads=near.number("address_key", trace),
            device_leads=near.number("device_key", trace),
            flags=tuple(trace.flags),
            is_own_visit=trace.is_own_visit,
            listed=matches(traits_of(lead, click), self.lists),
        )

    def _usual_seconds(self, goal_id):
        if goal_id not in self._usual:
            traces = LeadTrace.objects.filter(goal_id=goal_id, seconds__isnull=False, at__lte=self.now)
            self._usual[goal_id] = usual(traces.order_by("-at").values_list("seconds", flat=True)[:NEWEST_FOR_USUAL])
        return self._usual[goal_id]

    def _own_addresses(self, affiliate_id, days):
        key = (affiliate_id, days)
        if key not in self._own:
            members = User.objects.filter(memberships__affiliate=affiliate_id)
            seen = AuditEntry.objects.filter(actor__in=members, at__gte=self.now - days * DAY, address__isnull=False)
            self._own[key] = set(seen.order_by().values_list("address", flat=True).distinct())
        return self._own[key]


def usual(seconds: Iterable[int]) -> int | None:
    """The median, None of too few."""
    known = list(seconds)
    return int(statistics.median(known)) if len(known) >= FEWEST_FOR_USUAL else None


class Neighbours:
    """Leads of the same addresses and devices as these traces: stored ones, and the traces themselves."""

    KEYS = {"address_key": RuleCode.ONE_ADDRESS, "device_key": RuleCode.ONE_DEVICE}

    def __init__(self, traces: list[LeadTrace], rules: Rules):
        self._rules = rules
        self._moments = {column: self._of(column, traces) for column in self.KEYS}

    def number(self, column: str, trace: LeadTrace) -> int:
        """Leads with the same key within the rule's hours before this one, and itself; 0 when the key is not known."""
        key = getattr(trace, column)
        if key is None:
            return 0
        since = self._since(column, trace)
        mine = (trace.at, trace.conversion_id)
        return sum(since <= at and (at, lead_id) <= mine for at, lead_id in self._moments[column][key])

    def _since(self, column, trace):
        limits = self._rules.at(trace.offer_id)[self.KEYS[column]].limits
        return trace.at - timedelta(hours=limits["hours"])

    def _of(self, column, traces):
        own = [(getattr(trace, column), trace.at, trace.conversion_id) for trace in traces]
        keys = {key for key, _at, _lead in own if key is not None}
        if not keys:
            return {}
        span = (min(self._since(column, trace) for trace in traces), max(trace.at for trace in traces))
        stored = LeadTrace.objects.filter(**{f"{column}__in": keys, "at__range": span})
        rows = stored.values_list(column, "at", "conversion_id")
        found: dict[int, set] = {key: set() for key in keys}
        for key, at, lead_id in [*rows, *own]:
            if key is not None:
                found[key].add((at, lead_id))
        return found


def current_lists() -> Lists:
    """The block-lists of the network in scope."""
    return lists_of(BlockEntry.objects.values_list("kind", "value"))


def traits_of(lead: Conversion, click: Click | None) -> Traits:
    """What block-lists look at."""
    if click is None:
        return Traits(sub_ids=tuple(getattr(lead, name) for name in SUB_IDS[:5]), affiliate_id=lead.affiliate_id)
    subs = tuple(filter(None, (getattr(click, name) for name in SUB_IDS)))
    return Traits(click.address or "", click.user_agent, subs, click.source, lead.affiliate_id)


def clicks_of(leads: Iterable[Conversion]) -> dict:
    """The clicks of these leads by id; each day's partition is asked once."""
    by_day = defaultdict(list)
    for lead in leads:
        if lead.click_id:
            by_day[lead.clicked_at.date()].append(lead)
    found = {}
    for each in by_day.values():
        moments = [lead.clicked_at for lead in each]
        span = (min(moments), max(moments))
        clicks = Click.objects.filter(id__in=[lead.click_id for lead in each], clicked_at__range=span)
        found |= {click.id: click for click in clicks}
    return found


def quality_at(offer_id: int, days: int, now: datetime) -> dict[int, QualityFacts]:
    """Decided leads of the last days at an offer, by webmaster."""
    since = now - days * DAY
    leads = Conversion.objects.filter(
        offer_id=offer_id, intake=Intake.VALID, status__in=DECIDED, updated_at__gte=since, status_updated_at__gte=since
    )
    counts = {"approved": Count("pk", filter=Q(status=Status.APPROVED)), "decided": Count("pk")}
    found = list(leads.order_by().values_list("affiliate_id").annotate(**counts))
    approved, decided = sum(row[1] for row in found), sum(row[2] for row in found)
    return {pk: QualityFacts(own, all_, approved - own, decided - all_) for pk, own, all_ in found}


def growth(days: int, now: datetime) -> dict[int, GrowthFacts]:
    """Leads of the last day against the days before, by webmaster; who brought none today is left out."""
    before = LeadTrace.objects.filter(at__gte=now - (days + 1) * DAY, at__lt=now - DAY)
    earlier = dict(before.order_by().values_list("affiliate_id").annotate(Count("pk")))
    today = LeadTrace.objects.filter(at__gte=now - DAY, at__lte=now)
    counts = today.order_by().values_list("affiliate_id").annotate(Count("pk"))
    return {pk: GrowthFacts(count, earlier.get(pk, 0), days) for pk, count in counts}


def still_held(rule: str) -> QuerySet[Conversion]:
    """Leads whose money can still be held and that this rule has not caught yet, by id."""
    leads = Conversion.objects.filter(intake=Intake.VALID, released=0).exclude(status=Status.DECLINED)
    return leads.exclude(pk__in=ConversionFlag.objects.filter(rule=rule).values("conversion_id")).order_by("id")


def leads_to_review() -> QuerySet[Conversion]:
    """Flagged leads that wait for a person, the nearest end of the hold first: neither declined nor released yet."""
    related = ("offer", "goal", "affiliate", "advertiser")
    return _waiting().select_related(*related).prefetch_related("flags__resolved_by").order_by("hold_until", "id")


def _waiting():
    flags = ConversionFlag.objects.filter(state=FlagState.OPEN).exclude(action=FlagAction.FLAG)
    leads = Conversion.objects.filter(pk__in=flags.values("conversion_id"), released=0)
    return leads.exclude(status=Status.DECLINED)


def flagged_leads(state: str) -> QuerySet[Conversion]:
    """Leads with flags in this state, the newest first; without a state, all that were ever flagged."""
    flags = ConversionFlag.objects.filter(state=state) if state else ConversionFlag.objects.all()
    related = ("offer", "goal", "affiliate", "advertiser")
    leads = Conversion.objects.filter(pk__in=flags.values("conversion_id"))
    return leads.select_related(*related).prefetch_related("flags__resolved_by").order_by("-id")
