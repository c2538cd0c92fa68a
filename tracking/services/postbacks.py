"""Calls of advertisers: kept raw, then understood; never the other way round."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.core.money import round_to_units
from offers.models import Goal
from tracking.calls import Call, read_call
from tracking.choices import DecisionSource, Status, Verdict
from tracking.models import Click, Conversion, InboundPostback
from tracking.raw_calls import kept
from tracking.selectors.clicks import arrived, find_click
from tracking.services.conversions import Action, check_currency, record_conversion
from tracking.services.decisions import decide

PATIENCE = timedelta(days=1)  # how long a call waits for its click
UNAUTHENTICATED_A_MINUTE = 60
_LANDED_AT_ONCE = 2000


class ForeignClick(DomainError):
    """The click did not lead to one of this advertiser's offers."""

    code = "foreign_click"
    field = "click_id"


class UnknownGoal(DomainError):
    """The offer has no such goal."""

    code = "unknown_goal"
    field = "goal"


@dataclass(frozen=True)
class Outcome:
    """What was made of a call: a Verdict, a sentence about it, the conversion if there is one, the field at fault."""

    verdict: str
    explanation: str
    conversion: Conversion | None = None
    field: str | None = None


@transaction.atomic
def take_call(
    *,
    advertiser: Advertiser,
    parameters: dict[str, str],
    method: str,
    address: str | None,
    now: datetime,
    problem: str = "",
) -> tuple[InboundPostback, Outcome]:
    """Keep an authenticated call and make of it what can be made. Never raises for what the call says.

    `problem` tells why its body could not even be read as parameters.
    """
    postback = _store(advertiser, parameters, method, address, now, Verdict.REFUSED, problem)
    outcome = Outcome(Verdict.REFUSED, problem) if problem else _understand(postback)
    _write(postback, outcome)
    return postback, outcome


def keep_unauthenticated(
    *,
    advertiser: Advertiser,
    parameters: dict[str, str],
    method: str,
    address: str | None,
    now: datetime,
    explanation: str,
) -> InboundPostback | None:
    """Keep a call without a valid token for the advertiser to see; None when too many came within a minute."""
    newest = InboundPostback.objects.filter(advertiser=advertiser).order_by("-id")[: 2 * UNAUTHENTICATED_A_MINUTE]
    recent = [
        verdict for verdict, at in newest.values_list("verdict", "received_at") if at > now - timedelta(minutes=1)
    ]
    if recent.count(Verdict.UNAUTHENTICATED) >= UNAUTHENTICATED_A_MINUTE:
        return None
    return _store(advertiser, parameters, method, address, now, Verdict.UNAUTHENTICATED, explanation)


def calls_to_settle(*, now: datetime) -> list[int]:
    """Ids of the waiting calls of the network in scope whose clicks have come, or whose time is over."""
    waiting = InboundPostback.objects.filter(verdict=Verdict.WAITING).order_by("received_at")
    clicks = {pk: read_call(parameters).click_id for pk, parameters in waiting.values_list("pk", "parameters")[:50_000]}
    there = arrived(set(clicks.values()))
    ready = [pk for pk, click_id in clicks.items() if click_id in there][:_LANDED_AT_ONCE]
    overdue = waiting.filter(received_at__lte=now - PATIENCE).values_list("pk", flat=True)[:_LANDED_AT_ONCE]
    return list(dict.fromkeys([*ready, *overdue]))


@transaction.atomic
def settle_call(*, postback_id: int, now: datetime) -> bool:
    """Make of a waiting call what can be made now. False: it still waits, or another worker has it.

    A click that has not come within PATIENCE never will: then the call is refused, visibly.
    """
    rows = InboundPostback.objects.select_for_update(skip_locked=True, of=("self",))
    postback = rows.filter(pk=postback_id, verdict=Verdict.WAITING).first()
    if postback is None:
        return False
    outcome = _understand(postback)
    if outcome.verdict == Verdict.WAITING:
        if postback.received_at > now - PATIENCE:
            return False
        outcome = Outcome(Verdict.REFUSED, _("Its click never came: no click with this id was recorded within a day."))
    _write(postback, outcome)
    return True


def _store(advertiser, parameters, method, address, now, verdict, explanation):
    return InboundPostback.objects.create(
        advertiser=advertiser, received_at=now, method=method[:8], address=address or None, parameters=kept(parameters),
        verdict=verdict, explanation=explanation[:500],
    )  # fmt: skip


def _write(postback: InboundPostback, outcome: Outcome) -> None:
    postback.verdict, postback.explanation = outcome.verdict, outcome.explanation[:500]
    postback.conversion = outcome.conversion
    postback.save(update_fields=["verdict", "explanation", "conversion"])


def _understand(postback: InboundPostback) -> Outcome:
    try:
        with transaction.atomic():
            return _outcome(postback, read_call(postback.parameters))
    except DomainError as error:
        return Outcome(Verdict.REFUSED, str(error), field=error.field)


def _outcome(postback: InboundPostback, call: Call) -> Outcome:
    click = find_click(call.click_id) if call.click_id else None
    if click is None:
        return _tested(postback, call) if call.is_test else Outcome(Verdict.WAITING, _("Waits for its click."))
    if click.advertiser_id != postback.advertiser_id:
        raise ForeignClick(_("This click did not lead to one of your offers."))
    goal = _goal_of(click, call.goal)
    action = Action(goal, call.order_id, call.amount, call.currency, call.is_test, call=str(postback.pk))
    recorded = record_conversion(click=click, action=action, now=postback.received_at)
    remarks = [_recorded_sentence(recorded, goal), *_remarks(call, click, recorded)]
    verdict = Verdict.ACCEPTED if recorded.created else Verdict.REPEAT
    conversion = recorded.conversion
    if call.status in (Status.APPROVED, Status.DECLINED):
        decision = _decide(postback, call, conversion)
        conversion = decision.conversion
        remarks.append(_decided_sentence(decision, call))
        if decision.changed and not recorded.created:
            verdict = Verdict.DECIDED
    return Outcome(verdict, " ".join(remarks), conversion)


def _tested(postback: InboundPostback, call: Call) -> Outcome:
    """A test without a click: what can be checked is checked, no lead is written."""
    goals = Goal.objects.filter(offer__advertiser_id=postback.advertiser_id, is_active=True)
    if call.goal and not goals.filter(code__iexact=call.goal).exists():
        raise UnknownGoal(_("None of your offers has a goal “%s”.") % call.goal)
    message = _(
        "The test call was understood. No lead was written, because no click with this id is known: open a tracking"
        " link and send its click id."
    )
    return Outcome(Verdict.TESTED, message)


def _goal_of(click: Click, code: str) -> Goal:
    goals = list(Goal.objects.filter(offer_id=click.offer_id, is_active=True).select_related("offer"))
    matching = [goal for goal in goals if goal.code.lower() == code] if code else goals
    if len(matching) == 1:
        return matching[0]
    codes = ", ".join(goal.code for goal in goals)
    if not goals:
        raise UnknownGoal(_("The offer has no active goal."))
    if code:
        raise UnknownGoal(
            _("The offer has no goal “%(code)s”; say one of: %(codes)s.") % {"code": code, "codes": codes}
        )
    raise UnknownGoal(_("goal is missing, and the offer has several; say one of: %s.") % codes)


def _decide(postback, call, conversion):
    return decide(
        conversion_id=conversion.pk, status=call.status, source=DecisionSource.POSTBACK, actor=None,
        now=postback.received_at, reason=call.reason, note=call.note, source_reference=f"postback:{postback.pk}",
        order_amount=_new_amount(call, conversion),
    )  # fmt: skip


def _new_amount(call, conversion):
    """An approval may bring the final amount of the order; a call without one leaves it."""
    if call.amount is None or call.status != Status.APPROVED:
        return None
    check_currency(call.currency, conversion.offer)
    amount = round_to_units(call.amount, conversion.currency)
    return None if amount == conversion.order_amount else amount


def _recorded_sentence(recorded, goal):
    if recorded.created:
        return _("New lead for “%s”.") % goal.name
    return _("Known already: this order (or click) has a lead, nothing is counted twice.")


def _remarks(call: Call, click: Click, recorded) -> list[str]:
    found = []
    if call.unknown_status:
        known = ", ".join(str(status) for status in Status.values)
        found.append(
            _("The status word “%(word)s” is unknown and was passed over; say one of: %(known)s.")
            % {"word": call.unknown_status, "known": known}
        )
    if recorded.conversion.click_id != click.id:
        found.append(_("The order was counted for an earlier click."))
    if click.flags:
        found.append(
            ngettext("Mark of the click: %s.", "Marks of the click: %s.", len(click.flags)) % ", ".join(click.flags)
        )
    if call.is_test:
        found.append(_("A test: it is shown and never paid."))
    return found


def _decided_sentence(decision, call):
    if decision.conflict:
        return _("A manager has decided otherwise; the call is kept beside that decision.")
    if not decision.changed:
        return _("It was decided so before.")
    return _("Approved.") if call.status == Status.APPROVED else _("Declined.")
