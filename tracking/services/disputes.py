"""A webmaster disputes a decision about his lead; who decided, or the network, answers within a week.

Granting is no way of its own: whatever approves the declined lead, or raises the amount, grants the dispute about it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from tracking.choices import DecisionSource, DisputeAbout, DisputeState, Intake, Status
from tracking.models import Conversion, ConversionRevision, Dispute
from tracking.services.dispute_letters import tell_answered, tell_opened

ANSWER_WITHIN = timedelta(days=7)
OPEN_WITHIN = timedelta(days=60)
SHORTEST, LONGEST = 10, 2000


class NotDisputable(DomainError):
    """This decision cannot be disputed."""

    code = "not_disputable"
    status = 409


class BadWords(DomainError):
    """A dispute and its answer need words."""

    code = "words_missing"
    field = "text"


class AlreadyClosed(DomainError):
    """The dispute is closed."""

    code = "dispute_closed"
    status = 409


class NotYours(DomainError):
    """The network has decided this itself, and answers itself."""

    code = "network_decided"
    status = 403


@transaction.atomic
def open_dispute(*, conversion_id: int, text: str, actor, now: datetime) -> Dispute:
    """Dispute the newest decision about a lead: a decline, or the amount of an approval. One decision is disputed once,
    within 60 days. Raises NotDisputable, BadWords, Conversion.DoesNotExist."""
    lead = Conversion.objects.select_for_update(of=("self",)).get(pk=conversion_id)
    if problem := why_not_disputable(lead, now):
        raise NotDisputable(problem)
    about = DisputeAbout.DECLINE if lead.status == Status.DECLINED else DisputeAbout.AMOUNT
    dispute = Dispute.objects.create(
        conversion=lead, revision=lead.revision, about=about, text=_words(text), opened_by=actor, opened_at=now,
        answer_by=now + ANSWER_WITHIN,
    )  # fmt: skip
    audit.record(action="dispute.opened", subject=lead, actor=actor, now=now, changes={"reason": dispute.text})
    tell_opened(dispute)
    return dispute


def why_not_disputable(lead: Conversion, now: datetime) -> str:
    """In a sentence; "" when it can be disputed."""
    if lead.status == Status.PENDING or lead.intake != Intake.VALID:
        return _("There is no decision to dispute.")
    if Dispute.objects.filter(conversion=lead, revision=lead.revision).exists():
        return _("This decision has been disputed already.")
    if Dispute.objects.filter(conversion=lead, state=DisputeState.OPEN).exists():
        return _("Your dispute about this lead waits for its answer.")
    decided = ConversionRevision.objects.filter(conversion=lead, number=lead.revision).first()
    if decided is None or decided.at < now - OPEN_WITHIN:
        return _("A decision can be disputed for %d days.") % OPEN_WITHIN.days
    return ""


def _words(text: str, field: str = "text") -> str:
    text = text.strip()
    if not SHORTEST <= len(text) <= LONGEST:
        words = _("Write %(least)d to %(most)d letters: the other side reads it.")
        raise BadWords(words % {"least": SHORTEST, "most": LONGEST}, field=field)
    return text


@transaction.atomic
def uphold(*, dispute_id: int, answer: str, source: str, actor, now: datetime) -> Dispute:
    """The decision stands; the webmaster reads why. `source`: as whom one answers, advertiser, API or manager.

    Raises AlreadyClosed, NotYours, BadWords, Dispute.DoesNotExist.
    """
    dispute = _locked(dispute_id)
    if dispute.state != DisputeState.OPEN:
        raise AlreadyClosed(_("This dispute is closed already."))
    if source != DecisionSource.MANAGER and dispute.conversion.decided_by == DecisionSource.MANAGER:
        raise NotYours(_("The network has decided this itself, and answers itself."))
    _close(dispute, DisputeState.UPHELD, _words(answer, "answer"), source, actor, now)
    return dispute


@transaction.atomic
def withdraw(*, dispute_id: int, actor, now: datetime) -> Dispute:
    """The webmaster takes it back. Raises AlreadyClosed, Dispute.DoesNotExist."""
    dispute = _locked(dispute_id)
    if dispute.state != DisputeState.OPEN:
        raise AlreadyClosed(_("This dispute is closed already."))
    _close(dispute, DisputeState.WITHDRAWN, "", "", actor, now)
    return dispute


def _locked(dispute_id) -> Dispute:
    """Its lead first, as everywhere."""
    lead_id = Dispute.objects.values_list("conversion_id", flat=True).get(pk=dispute_id)
    Conversion.objects.select_for_update(of=("self",)).get(pk=lead_id)
    return Dispute.objects.select_for_update(of=("self",)).select_related("conversion").get(pk=dispute_id)


def close_by_decision(*, conversion: Conversion, earning_before: int, source: str, actor, now: datetime) -> None:
    """A locked lead was decided anew: grant the open dispute about it if that is what was asked for."""
    if conversion.revision < 2 or conversion.status != Status.APPROVED:
        return
    dispute = Dispute.objects.select_for_update(of=("self",)).filter(conversion=conversion, state=DisputeState.OPEN)
    for found in dispute:
        if found.about == DisputeAbout.DECLINE or conversion.earning > earning_before:
            found.conversion = conversion
            _close(found, DisputeState.GRANTED, conversion.note, source, actor, now)


def _close(dispute, state, answer, source, actor, now):
    dispute.state, dispute.answer, dispute.answered_as = state, answer, source
    dispute.answered_by, dispute.answered_at = actor, now
    dispute.save()
    action = f"dispute.{state}"
    audit.record(
        action=action, subject=dispute.conversion, actor=actor, now=now, via=source or "system",
        changes={"reason": answer},
    )  # fmt: skip
    if state != DisputeState.WITHDRAWN:
        tell_answered(dispute)
