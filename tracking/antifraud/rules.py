"""What the rules find in facts. Every rule is a function of facts and limits: the figures it found, or None."""

from dataclasses import dataclass

from tracking.antifraud.catalogue import RULES, RuleCode, Setting

NOBODY_LOOKED = frozenset(("bot", "head", "prefetch"))
DATA_CENTRE = frozenset(("data_centre", "datacenter", "data_center", "hosting"))
# Reasons by which the edge sends a visitor to the fallback.
REFUSALS = frozenset(
    (
        "wrong_geo", "wrong_device", "wrong_system", "wrong_browser", "wrong_language", "wrong_hour", "wrong_hours",
        "wrong_source", "wrong_traffic", "over_cap", "paused", "closed", "no_access", "link_off", "not_started",
        "ended", "blocked", "no_landing",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """An entry of a block-list that a lead matches: the kind of list and what stands there."""

    kind: str
    value: str


@dataclass(frozen=True)
class LeadFacts:
    """What is known about one lead. `seconds` from its click (None without a click), `usual_seconds` the median of its
    goal (None while too few leads are known); the counts of leads include this one."""

    seconds: int | None = None
    usual_seconds: int | None = None
    address_leads: int = 0
    device_leads: int = 0
    flags: tuple[str, ...] = ()
    is_own_visit: bool = False
    listed: tuple[Listed, ...] = ()


@dataclass(frozen=True)
class QualityFacts:
    """Decided leads of one webmaster at one offer, and those of all others there."""

    approved: int
    decided: int
    others_approved: int
    others_decided: int


@dataclass(frozen=True)
class GrowthFacts:
    """Leads of one webmaster within the last day, and in the `days` days before."""

    leads: int
    before: int
    days: int


@dataclass(frozen=True)
class Finding:
    """A rule that has caught something: its code, the class of the reason, the figures for its sentence."""

    rule: str
    kind: str
    figures: dict


def judge(facts: LeadFacts, settings: dict[str, Setting]) -> list[Finding]:
    """What the rules that are on find in one lead, in the order of the catalogue."""
    found = []
    for code, check in CHECKS.items():
        setting = settings[code]
        figures = check(facts, setting.limits) if setting.is_on else None
        if figures is not None:
            found.append(Finding(str(code), str(RULES[code].kind), figures))
    return found


def _too_fast(facts, limits):
    if facts.seconds is None:
        return None
    share = (facts.usual_seconds or 0) * limits["percent"] // 100
    limit = max(limits["seconds"], share)
    if facts.seconds >= limit:
        return None
    return {"seconds": facts.seconds, "limit": limit, "usual": facts.usual_seconds}


def _too_slow(facts, limits):
    if facts.seconds is None or not facts.usual_seconds:
        return None
    limit = max(limits["hours"] * 3600, facts.usual_seconds * limits["times"])
    return {"seconds": facts.seconds, "limit": limit, "usual": facts.usual_seconds} if facts.seconds > limit else None


def _one_address(facts, limits):
    return _many(facts.address_leads, limits)


def _one_device(facts, limits):
    return _many(facts.device_leads, limits)


def _many(count, limits):
    return {"leads": count, "limit": limits["leads"], "hours": limits["hours"]} if count > limits["leads"] else None


def _marked(marks):
    def check(facts, limits):
        found = [flag for flag in facts.flags if flag in marks]
        return {"flags": found} if found else None

    return check


def _own_visit(facts, limits):
    return {"days": limits["days"]} if facts.is_own_visit else None


def _listed(facts, limits):
    entries = [{"kind": entry.kind, "value": entry.value} for entry in facts.listed]
    return {"entries": entries} if entries else None


CHECKS = {
    RuleCode.TOO_FAST: _too_fast,
    RuleCode.TOO_SLOW: _too_slow,
    RuleCode.ONE_ADDRESS: _one_address,
    RuleCode.ONE_DEVICE: _one_device,
    RuleCode.BAD_CLICK: _marked(NOBODY_LOOKED),
    RuleCode.DATA_CENTRE: _marked(DATA_CENTRE),
    RuleCode.REFUSED_CLICK: _marked(REFUSALS),
    RuleCode.REPEAT_CLICK: _marked(frozenset(("duplicate",))),
    RuleCode.OWN_VISIT: _own_visit,
    RuleCode.LISTED: _listed,
}


def low_approval(facts: QualityFacts, setting: Setting) -> Finding | None:
    """Whether a webmaster's approved share is far below the others'. Nothing without enough leads on both sides."""
    limits = setting.limits
    if not setting.is_on or min(facts.decided, facts.others_decided) < limits["leads"]:
        return None
    # own/decided < others/others_decided × percent/100, in whole numbers
    if facts.approved * facts.others_decided * 100 >= facts.others_approved * facts.decided * limits["percent"]:
        return None
    figures = {
        "approved": facts.approved, "decided": facts.decided, "days": limits["days"],
        "own_percent": facts.approved * 100 // facts.decided,
        "others_percent": facts.others_approved * 100 // facts.others_decided,
    }  # fmt: skip
    return _aggregate(RuleCode.LOW_APPROVAL, figures)


def spike(facts: GrowthFacts, setting: Setting) -> Finding | None:
    """Whether a webmaster brings many times more leads than he used to. A webmaster without a history has no usual
    day, so he is measured against one lead a day."""
    limits = setting.limits
    usual = max(facts.before, facts.days)  # leads in that many days, at least one a day
    if not setting.is_on or facts.leads < limits["leads"] or facts.leads * facts.days <= usual * limits["times"]:
        return None
    figures = {"leads": facts.leads, "before": facts.before, "days": facts.days}
    return _aggregate(RuleCode.SPIKE, figures)


def _aggregate(code, figures):
    return Finding(str(code), str(RULES[code].kind), figures)
