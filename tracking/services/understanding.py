"""What is made of a call: a conversion, a decision, or a sentence that says why not."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cpanet.core.errors import DomainError
from cpanet.core.money import format_money, round_to_units
from offers.models import Goal
from tracking.choices import AttributedBy, DecisionSource, DeclineReason, Origin, Status, Verdict
from tracking.incoming.calls import Call, read_call
from tracking.incoming.unreplaced import is_macro
from tracking.models import Conversion, InboundPostback, PostbackSettings
from tracking.services.attribution import Attributed, UnknownGoal, WaitsForClick, attribute
from tracking.services.conversions import Action, Recorded, check_currency, record_action
from tracking.services.decisions import decide
from tracking.services.postback_settings import reading_of

BY_BROWSER = (Origin.PIXEL, Origin.IMAGE)


@dataclass(frozen=True)
class Outcome:
    """What was made of a call: a Verdict, a sentence about it, the conversion if there is one, the field at fault, and
    the click it waits for."""

    verdict: str
    explanation: str
    conversion: Conversion | None = None
    field: str | None = None
    click_id: UUID | None = None


def understand(postback: InboundPostback, settings: PostbackSettings, *, give_up: bool = False) -> Outcome:
    """Make of a stored call what can be made of it; all of it or nothing. `give_up`: its click is not waited for."""
    try:
        with transaction.atomic():
            call = _as_allowed(read_call(postback.parameters, reading_of(settings)), postback, settings)
            return _outcome(postback, call, settings, give_up)
    except WaitsForClick as wait:
        return Outcome(Verdict.WAITING, _("Waits for its click."), click_id=wait.click_id)
    except DomainError as error:
        return Outcome(Verdict.REFUSED, str(error), field=error.field)


def _as_allowed(call: Call, postback, settings) -> Call:
    """A browser decides nothing: anybody can make it say what he likes."""
    if postback.origin in BY_BROWSER:
        call = replace(call, status="", unknown_status="", reason="", note="")
    return replace(call, is_test=True) if settings.test_mode else call


def _outcome(postback: InboundPostback, call: Call, settings: PostbackSettings, give_up: bool) -> Outcome:
    if call.channel:
        sentence = _("Your system gave this order to the channel “%s”: no lead was written.") % call.channel
        return Outcome(Verdict.ELSEWHERE, sentence)
    at = postback.received_at
    found = attribute(call=call, advertiser_id=postback.advertiser_id, settings=settings, at=at, give_up=give_up)
    if found is None:
        return _nobodys(postback, call)
    recorded = record_action(touch=found.touch, action=_action(postback, call, found.goal), now=at)
    verdict = Verdict.ACCEPTED if recorded.created else Verdict.REPEAT
    conversion, change = _change(postback, call, recorded)
    if change and change.changed and not recorded.created:
        verdict = Verdict.DECIDED
    sentences = [_recorded_sentence(recorded, found.goal), *found.sentences, *_remarks(call, found, recorded, settings)]
    sentences += [change.sentence] if change else []
    return Outcome(verdict, " ".join(sentences), conversion)


def _action(postback, call: Call, goal: Goal) -> Action:
    return Action(
        goal, call.order_id, call.amount, call.currency, call.is_test, call=str(postback.pk), origin=postback.origin,
        promo_code=call.promo_code, basket=call.basket,
    )  # fmt: skip


def _nobodys(postback, call: Call) -> Outcome:
    if call.is_test:
        return _tested(postback, call)
    if call.click_id or call.cookie:
        return Outcome(Verdict.PARKED, _("Its click never came: no click with this id was recorded within a day."))
    return Outcome(Verdict.REFUSED, _("Nothing in the call says whose the action is."), field="click_id")


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


@dataclass(frozen=True)
class _Change:
    changed: bool
    sentence: str


def _change(postback, call: Call, recorded: Recorded) -> tuple[Conversion, _Change | None]:
    """Carry out what the call says beyond "it happened": a decision, another amount."""
    conversion = recorded.conversion
    if call.status in (Status.APPROVED, Status.DECLINED):
        decision = _decide(postback, call, conversion, call.status, _new_amount(call, conversion))
        return decision.conversion, _Change(decision.changed, _decided_sentence(decision, call))
    if recorded.created or postback.origin in BY_BROWSER:
        return conversion, None
    amount = _amount_units(call, conversion)
    if amount is None or amount == conversion.order_amount:
        return conversion, None
    return _change_amount(postback, call, conversion, amount)


def _change_amount(postback, call, conversion: Conversion, amount: int) -> tuple[Conversion, _Change]:
    if conversion.goal.duplicate_policy != Goal.DuplicatePolicy.UPDATE_AMOUNT:
        return conversion, _Change(False, _("It came with another amount; the goal keeps the first one."))
    if conversion.status == Status.DECLINED:
        return conversion, _Change(False, _("It came with another amount, but the lead is declined."))
    decision = _decide(postback, call, conversion, conversion.status, amount)
    if decision.conflict:
        return conversion, _Change(False, _decided_sentence(decision, call))
    shown = format_money(amount, conversion.currency)
    return decision.conversion, _Change(decision.changed, _("The amount is now %s.") % shown)


def _decide(postback, call, conversion, status, amount):
    return decide(
        conversion_id=conversion.pk, status=status, source=DecisionSource.POSTBACK, actor=None,
        now=postback.received_at, reason=call.reason, note=call.note, source_reference=f"postback:{postback.pk}",
        order_amount=amount,
    )  # fmt: skip


def _new_amount(call, conversion):
    """An approval may bring the final amount of the order; a call without one leaves it."""
    amount = _amount_units(call, conversion) if call.status == Status.APPROVED else None
    return None if amount == conversion.order_amount else amount


def _amount_units(call, conversion) -> int | None:
    if call.amount is None:
        return None
    check_currency(call.currency, conversion.offer)
    return round_to_units(call.amount, conversion.currency)


def _recorded_sentence(recorded, goal):
    if recorded.created:
        return _("New lead for “%s”.") % goal.name
    return _("Known already: this order (or click) has a lead, nothing is counted twice.")


def _remarks(call: Call, found: Attributed, recorded: Recorded, settings) -> list[str]:
    remarks = [_unknown_status(call, settings)] if call.unknown_status else []
    conversion = recorded.conversion
    if not recorded.created and found.click is not None and conversion.click_id not in (found.click.id, None):
        remarks.append(_("The order was counted for an earlier click."))
    if (
        not recorded.created
        and found.touch.by == AttributedBy.CODE
        and conversion.affiliate_id != found.touch.affiliate_id
    ):
        remarks.append(_("The order was counted for another webmaster before."))
    if found.click is not None and (flags := found.click.flags):
        remarks.append(ngettext("Mark of the click: %s.", "Marks of the click: %s.", len(flags)) % ", ".join(flags))
    left = [name for name in call.left if name.lower() != "status"]
    if left:
        remarks.append(_("Macros your system has not replaced: %s.") % ", ".join(left[:5]))
    if recorded.created and conversion.reason == DeclineReason.OVER_CAP:
        remarks.append(_("Declined at once: %s.") % conversion.get_reason_display())
    if call.is_test:
        remarks.append(_("A test: it is shown and never paid."))
    return remarks


def _unknown_status(call: Call, settings) -> str:
    if is_macro(call.unknown_status):
        message = _(
            "status came as “%s”: your system sent the macro, or a word to be put in by hand; it was passed over."
        )
        return message % call.unknown_status
    known = ", ".join([*Status.values, *settings.words])[:150]
    message = _("The status word “%(word)s” is unknown and was passed over; say one of: %(known)s.")
    return message % {"word": call.unknown_status, "known": known}


def _decided_sentence(decision, call):
    if decision.conflict:
        return _("A manager has decided otherwise; the call is kept beside that decision.")
    if not decision.changed:
        return _("It was decided so before.")
    return _("Approved.") if call.status == Status.APPROVED else _("Declined.")
