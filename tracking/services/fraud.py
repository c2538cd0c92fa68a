"""What rules find becomes flags, a longer hold and a place in the review queue; a person clears or declines.

Leads are looked at by a task within seconds, not in the call that brought them: an answer to an advertiser waits for no
rule, a fault in a rule can refuse no lead, and whichever way a lead came in, its own row says that it was not looked at
yet (`fraud_checked_at`), so that none is forgotten.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from tracking.antifraud.catalogue import FlagAction, FlagState, RuleCode, Setting
from tracking.antifraud.rules import Finding, judge, low_approval, spike
from tracking.choices import DecisionSource, Intake, Status
from tracking.models import Conversion, ConversionFlag, LeadTrace
from tracking.selectors.fraud import (
    DAY,
    Neighbours,
    Rules,
    Surroundings,
    clicks_of,
    growth,
    quality_at,
    still_held,
)
from tracking.services.decisions import Decision, decide
from tracking.services.locks import lock_leads

log = logging.getLogger(__name__)
UNDER_REVIEW = gettext_noop("under review")
AT_ONCE = 50  # they are locked meanwhile, and a decision about one of them waits


class NothingToReview(DomainError):
    """The lead has no open flag."""

    code = "nothing_to_review"
    status = 409


@transaction.atomic
def check_new_leads(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Look at up to `limit` leads of the network in scope that no rule has looked at; returns how many there were.

    Leads that are being decided at this moment are passed over until the next run.
    """
    rows = Conversion.objects.filter(fraud_checked_at__isnull=True).order_by("id")
    leads = list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])
    rules, around = Rules(), Surroundings(now)
    if not _checked(leads, rules, around, now):
        for lead in leads:  # one of them is at fault: the others do not wait for it
            _checked([lead], rules, around, now)
    return len(leads)


def _checked(leads, rules, around, now) -> bool:
    """Whether these leads could be looked at; what fails is taken back, said, and tried again by the next run."""
    try:
        with transaction.atomic():
            _check(leads, rules, around, now)
    except Exception:
        log.exception("leads %s could not be looked at", [lead.pk for lead in leads][:10])
        return False
    return True


def _check(leads, rules, around, now):
    judged = [lead for lead in leads if lead.intake == Intake.VALID]
    clicks = clicks_of(judged)
    traces = [around.trace_of(lead, clicks.get(lead.click_id), rules.at(lead.offer_id)) for lead in judged]
    near = Neighbours(traces, rules)
    LeadTrace.objects.bulk_create(traces, ignore_conflicts=True)
    for lead, trace in zip(judged, traces, strict=True):
        limits = rules.at(lead.offer_id)
        findings = judge(around.facts_of(lead, clicks.get(lead.click_id), trace, near), limits)
        if findings:
            flag_lead(lead=lead, findings=findings, limits=limits, now=now)
    Conversion.objects.filter(pk__in=[lead.pk for lead in leads]).update(fraud_checked_at=now)


def flag_lead(*, lead: Conversion, findings: list[Finding], limits: dict[str, Setting], now: datetime) -> int:
    """Write flags for what is new among the findings, and hold the money of the locked lead as the rules say; returns
    how many flags are new. What a rule has found before changes nothing. Money that was released is held by nothing."""
    known = set(ConversionFlag.objects.filter(conversion=lead).values_list("rule", flat=True))
    new = [finding for finding in findings if finding.rule not in known]
    flags = [_flag(lead, finding, limits[finding.rule], now) for finding in new]
    ConversionFlag.objects.bulk_create(flags)
    holding = [limits[flag.rule] for flag in flags if flag.action != FlagAction.FLAG]
    if holding:
        _hold(lead, holding, now)
    return len(flags)


def _flag(lead, finding, setting, now):
    action = FlagAction.FLAG if lead.released else setting.action
    return ConversionFlag(
        conversion=lead, rule=finding.rule, kind=finding.kind, action=action, figures=finding.figures, at=now
    )


def _hold(lead, holding: list[Setting], now):
    """Rules do not add up: the longest hold counts, from the usual end of the hold or, if that has passed, from now."""
    longest = max(setting.hold_days for setting in holding)
    lead.hold_until = max(lead.hold_until, max(usual_end(lead), now) + timedelta(days=longest))
    if any(setting.action == FlagAction.REVIEW for setting in holding) and not lead.is_blocked:
        lead.is_blocked, lead.block_reason = True, UNDER_REVIEW
    lead.updated_at = now
    lead.save(update_fields=["hold_until", "is_blocked", "block_reason", "updated_at"])


def usual_end(lead: Conversion) -> datetime:
    """When the hold would end without any flag."""
    return lead.created_at + timedelta(days=lead.hold_days)


@transaction.atomic
def judge_webmasters(*, now: datetime, limit: int = 500) -> int:
    """Evaluate the rules that look at all of a webmaster's leads; returns how many flags are new (up to about `limit`
    for each rule, the others in the next run)."""
    rules = Rules()
    return _judge_quality(rules, now, limit) + _judge_growth(rules, now, limit)


def _judge_quality(rules, now, limit) -> int:
    made, longest = 0, 180 * DAY
    offers = LeadTrace.objects.filter(at__gte=now - longest).order_by().values_list("offer_id", flat=True).distinct()
    for offer_id in sorted(offers):
        setting = rules.at(offer_id)[RuleCode.LOW_APPROVAL]
        if not setting.is_on:
            continue
        days = setting.limits["days"]
        for affiliate_id, facts in quality_at(offer_id, days, now).items():
            finding = low_approval(facts, setting)
            if finding and made < limit:
                leads = still_held(finding.rule).filter(offer_id=offer_id, affiliate_id=affiliate_id)
                made += _flag_all(leads.filter(created_at__gte=now - days * DAY), finding, setting, now, limit)
    return made


def _judge_growth(rules, now, limit) -> int:
    setting = rules.at(None)[RuleCode.SPIKE]
    if not setting.is_on:
        return 0
    made = 0
    for affiliate_id, facts in growth(setting.limits["days"], now).items():
        finding = spike(facts, setting)
        if finding and made < limit:
            leads = still_held(finding.rule).filter(affiliate_id=affiliate_id, created_at__gte=now - DAY)
            made += _flag_all(leads, finding, setting, now, limit)
    return made


def _flag_all(leads, finding, setting, now, limit) -> int:
    locked = leads.select_for_update(skip_locked=True, of=("self",))[:limit]
    limits = {finding.rule: setting}
    return sum(flag_lead(lead=lead, findings=[finding], limits=limits, now=now) for lead in locked)


@transaction.atomic
def clear_lead(*, conversion_id: int, actor, now: datetime, note: str = "") -> Conversion:
    """A person finds nothing wrong: the flags are cleared and the hold ends when it would have ended without them.

    The webmaster reads the note. Raises NothingToReview, Conversion.DoesNotExist.
    """
    lead = Conversion.objects.select_for_update(of=("self",)).get(pk=conversion_id)
    rules = _resolve(lead, FlagState.RELEASED, note, actor, now)
    before = lead.hold_until
    if not lead.released:  # what was released keeps the date at which it was
        lead.hold_until = min(lead.hold_until, usual_end(lead))
    _unblock(lead, now)
    changes = {"rules": rules, "reason": note, "hold_until": [before.isoformat(), lead.hold_until.isoformat()]}
    audit.record(action="conversion.cleared", subject=lead, actor=actor, now=now, changes=changes)
    return lead


@transaction.atomic
def decline_flagged(*, conversion_id: int, reason: str, actor, now: datetime, note: str = "") -> Decision:
    """A person finds fraud: the lead is declined by the one path of decisions, and its flags say so.

    Raises NothingToReview, and what `decide` raises.
    """
    decision = decide(
        conversion_id=conversion_id, status=Status.DECLINED, source=DecisionSource.MANAGER, actor=actor, now=now,
        reason=reason, note=note, source_reference="fraud review",
    )  # fmt: skip
    rules = _resolve(decision.conversion, FlagState.DECLINED, note, actor, now)
    _unblock(decision.conversion, now)
    changes = {"rules": rules, "reason": note or reason}
    audit.record(
        action="conversion.declined_as_fraud", subject=decision.conversion, actor=actor, now=now, changes=changes
    )
    return decision


def _resolve(lead, state, note, actor, now) -> list[str]:
    flags = ConversionFlag.objects.filter(conversion=lead, state=FlagState.OPEN)
    rules = sorted(flags.values_list("rule", flat=True))
    if not rules:
        raise NothingToReview(_("Nothing is to be reviewed at this lead (any more)."))
    flags.update(state=state, note=note[:500], resolved_at=now, resolved_by=actor)
    return rules


def _unblock(lead, now):
    if lead.is_blocked and lead.block_reason == UNDER_REVIEW:
        lead.is_blocked, lead.block_reason = False, ""
    lead.updated_at = now
    lead.save(update_fields=["hold_until", "is_blocked", "block_reason", "updated_at"])


def review_many(
    *, conversion_ids: Iterable[int], decline: bool, actor, now: datetime, reason: str = "", note: str = ""
) -> tuple[int, list[str]]:
    """Clear or decline each of the leads; (how many were, why the others were not)."""
    ids = sorted(set(conversion_ids))
    lock_leads(ids)
    done, problems = 0, []
    for pk in ids:
        try:
            with transaction.atomic():
                if decline:
                    decline_flagged(conversion_id=pk, reason=reason, note=note, actor=actor, now=now)
                else:
                    clear_lead(conversion_id=pk, note=note, actor=actor, now=now)
            done += 1
        except DomainError as error:
            problems.append(f"№ {pk}: {error}")
    return done, problems
