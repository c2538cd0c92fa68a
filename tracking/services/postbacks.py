"""Calls of advertisers: kept raw, then understood; never the other way round."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser, User
from cpanet.core.errors import DomainError
from cpanet.core.queue import enqueue
from tracking.choices import Origin, Verdict
from tracking.incoming.raw_calls import UNREAD, kept
from tracking.models import InboundPostback, PostbackSettings
from tracking.selectors.clicks import arrived
from tracking.services.postback_keys import Caller
from tracking.services.postback_settings import settings_of
from tracking.services.understanding import Outcome, understand

PATIENCE = timedelta(days=1)  # how long a call waits for its click
UNAUTHENTICATED_A_MINUTE = 60
_LANDED_AT_ONCE = 2000
# What may be read again after the names and words were mended.
AGAIN = (Verdict.REFUSED, Verdict.PARKED, Verdict.ELSEWHERE, Verdict.ACCEPTED, Verdict.REPEAT, Verdict.DECIDED)


class NotAgain(DomainError):
    """This call cannot be read again."""

    code = "not_again"


@transaction.atomic(savepoint=False)
def take_call(
    *,
    advertiser: Advertiser,
    parameters: dict[str, str],
    method: str,
    address: str | None,
    now: datetime,
    problem: str = "",
    origin: str = Origin.POSTBACK,
    caller: Caller | None = None,
    settings: PostbackSettings | None = None,
    actor: User | None = None,
) -> tuple[InboundPostback, Outcome]:
    """Keep an authenticated call and make of it what can be made. Never raises for what the call says.

    `problem` tells why its body could not even be read as parameters; `caller` by what it was let in; `actor` who has
    made it by hand.
    """
    settings = settings or settings_of(advertiser)
    caller = caller or Caller("")
    parameters = {**parameters, UNREAD: problem} if problem else parameters
    facts = {
        "advertiser": advertiser, "received_at": now, "method": method[:8], "address": address or None,
        "parameters": kept(parameters), "origin": origin, "authenticated_by": caller.by[:60],
    }  # fmt: skip
    postback = _keep(InboundPostback(**facts, verdict=Verdict.REFUSED, explanation=problem[:500]), caller.signature)
    if postback is None:
        return _played_back(facts, caller)
    outcome = Outcome(Verdict.REFUSED, problem) if problem else understand(postback, settings)
    write(postback, outcome)
    if actor:
        audit.record(action="postback.called", subject=postback, actor=actor, now=now)
    return postback, outcome


def _keep(postback: InboundPostback, signature: str) -> InboundPostback | None:
    """The call, stored; None when this very call, signature and all, came before."""
    postback.signature = signature
    if not signature:
        postback.save(force_insert=True)
        return postback
    try:
        with transaction.atomic():
            postback.save(force_insert=True)
    except IntegrityError:
        return None
    return postback


def try_call(
    *, advertiser: Advertiser, parameters: dict[str, str], settings: PostbackSettings, now: datetime
) -> Outcome:
    """What would become of a call if it came now; nothing of it is written. `settings` may be unsaved ones."""
    with transaction.atomic():
        saved = transaction.savepoint()
        try:
            _call, outcome = take_call(
                advertiser=advertiser, parameters=parameters, method="TRY", address=None, now=now, settings=settings
            )
        finally:
            transaction.savepoint_rollback(saved)
    return outcome


def _played_back(facts, caller) -> tuple[InboundPostback, Outcome]:
    first = InboundPostback.objects.get(advertiser=facts["advertiser"], signature=caller.signature)
    sentence = _("This signed call came before, as call № %d: it was not read again.") % first.pk
    outcome = Outcome(Verdict.REPEAT, sentence, first.conversion)
    postback = InboundPostback(**facts, verdict=outcome.verdict)
    postback.save(force_insert=True)
    write(postback, outcome)
    return postback, outcome


def keep_unauthenticated(
    *,
    advertiser: Advertiser,
    parameters: dict[str, str],
    method: str,
    address: str | None,
    now: datetime,
    explanation: str,
    origin: str = Origin.POSTBACK,
) -> InboundPostback | None:
    """Keep a call that was not let in for the advertiser to see; None when too many came within a minute."""
    newest = InboundPostback.objects.filter(advertiser=advertiser).order_by("-id")[: 2 * UNAUTHENTICATED_A_MINUTE]
    recent = [
        verdict for verdict, at in newest.values_list("verdict", "received_at") if at > now - timedelta(minutes=1)
    ]
    if recent.count(Verdict.UNAUTHENTICATED) >= UNAUTHENTICATED_A_MINUTE:
        return None
    return InboundPostback.objects.create(
        advertiser=advertiser, received_at=now, method=method[:8], address=address or None,
        parameters=kept(parameters), verdict=Verdict.UNAUTHENTICATED, explanation=explanation[:500], origin=origin,
    )  # fmt: skip


def calls_to_settle(*, now: datetime) -> list[int]:
    """Ids of the waiting calls of the network in scope whose clicks have come, whose time is over, or which somebody
    has asked to be read again."""
    queued = (
        InboundPostback.objects.filter(verdict=Verdict.QUEUED)
        .exclude(batch__isnull=False, explanation="")
        .order_by("id")
    )
    waiting = InboundPostback.objects.filter(verdict=Verdict.WAITING).order_by("received_at")
    clicks = dict(waiting.filter(click_id__isnull=False).values_list("pk", "click_id")[:50_000])
    there = arrived(set(clicks.values()))
    ready = [pk for pk, click_id in clicks.items() if click_id in there][:_LANDED_AT_ONCE]
    overdue = waiting.filter(received_at__lte=now - PATIENCE).values_list("pk", flat=True)[:_LANDED_AT_ONCE]
    return list(dict.fromkeys([*queued.values_list("pk", flat=True)[:_LANDED_AT_ONCE], *ready, *overdue]))


@transaction.atomic
def settle_call(*, postback_id: int, now: datetime) -> bool:
    """Make of a waiting call what can be made now. False: it still waits, or another worker has it.

    A click that has not come within PATIENCE never will: then the promo code stands for it, if there is one, or the
    call is parked, visibly.
    """
    rows = InboundPostback.objects.select_for_update(skip_locked=True, of=("self",)).select_related("advertiser")
    postback = rows.filter(pk=postback_id, verdict__in=(Verdict.WAITING, Verdict.QUEUED)).first()
    if postback is None or (postback.verdict == Verdict.QUEUED and postback.batch_id and not postback.explanation):
        return False  # a job reads it
    give_up = postback.received_at <= now - PATIENCE
    outcome = understand(postback, settings_of(postback.advertiser), give_up=give_up)
    if postback.verdict == outcome.verdict == Verdict.WAITING and outcome.click_id == postback.click_id:
        return False
    write(postback, outcome)
    return True


@transaction.atomic
def read_again(*, postback_id: int, actor, now: datetime) -> Outcome:
    """Understand a kept call once more, with the names and words of today; the action stays at the time of the call.

    A call that made a lead before keeps its verdict: nothing is counted twice. Raises NotAgain.
    """
    rows = InboundPostback.objects.select_for_update(of=("self",)).select_related("advertiser")
    postback = rows.get(pk=postback_id)
    if postback.verdict not in AGAIN or UNREAD in postback.parameters:
        raise NotAgain(
            _("This call cannot be read again: it was not let in, not readable at all, or is still waiting.")
        )
    before = postback.verdict
    give_up = postback.received_at <= now - PATIENCE
    outcome = understand(postback, settings_of(postback.advertiser), give_up=give_up)
    is_same = outcome.conversion is not None and outcome.conversion.pk == postback.conversion_id
    if is_same and outcome.verdict == Verdict.REPEAT:
        outcome = Outcome(before, outcome.explanation, outcome.conversion)
    write(postback, outcome)
    audit.record(
        action="postback.read_again", subject=postback, actor=actor, now=now,
        changes={"verdict": [str(before), str(outcome.verdict)]},
    )  # fmt: skip
    return outcome


@transaction.atomic
def queue_again(*, calls: QuerySet[InboundPostback], actor, now: datetime) -> int:
    """Have these refused or parked calls read again by a worker, at most 2,000 at once; returns how many."""
    chosen = calls.filter(verdict__in=(Verdict.REFUSED, Verdict.PARKED)).exclude(parameters__has_key=UNREAD)
    numbers = list(chosen.order_by("id").values_list("pk", flat=True)[:_LANDED_AT_ONCE])
    InboundPostback.objects.filter(pk__in=numbers).update(verdict=Verdict.QUEUED)
    if numbers:
        first = InboundPostback.objects.get(pk=numbers[0])
        changes = {"number": len(numbers), "last": numbers[-1]}
        audit.record(action="postback.queued_again", subject=first, actor=actor, now=now, changes=changes)
        enqueue("tracking.tasks.match_waiting", network_id=first.network_id)
    return len(numbers)


def write(postback: InboundPostback, outcome: Outcome) -> None:
    """Keep with the call what was made of it."""
    postback.verdict, postback.explanation = outcome.verdict, outcome.explanation[:500]
    postback.conversion, postback.click_id = outcome.conversion, outcome.click_id
    postback.save(update_fields=["verdict", "explanation", "conversion", "click_id"])
