"""The life of a receiver: made, changed, switched, paused by itself, resumed, its secret renewed, removed."""

import base64
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.core import outbound
from cpanet.core.errors import DomainError
from tracking.models import PostbackDelivery, PostbackReceiver
from tracking.outgoing.calls import SECRET_PREFIX
from tracking.outgoing.macros import (
    OF_PAYOUTS,
    BadAddress,
    check_address,
    checked_words,
    example_of,
    filled,
    macros_in,
)
from tracking.outgoing.words import OPEN, DeliveryState, Event, Method, ReceiverKind, ReceiverState

MOST_RECEIVERS = 50
OLD_SECRET_LIVES = timedelta(days=1)
EDITABLE = ("name", "address", "method", "offer", "goal", "events", "words")


class TooManyReceivers(DomainError):
    """You have as many receivers as one webmaster may have: remove one first."""

    code = "too_many_receivers"


class NothingToTell(DomainError):
    """Choose at least one event."""

    code = "nothing_to_tell"
    field = "events"


class ForeignGoal(DomainError):
    """This goal does not belong to the offer: choose the offer of the goal, or no goal."""

    code = "foreign_goal"
    field = "goal"


class PayoutsOfNoOffer(DomainError):
    """Payouts belong to no offer: choose all offers, or leave payouts out."""

    code = "payouts_of_no_offer"
    field = "offer"


class NotAWebhook(DomainError):
    """Only webhooks have a secret."""

    code = "not_a_webhook"


@transaction.atomic
def create_receiver(*, affiliate, kind: str, actor, now: datetime, **values) -> PostbackReceiver:
    """A new receiver of `affiliate`; `values` are of EDITABLE. A webhook gets its secret here.

    Raises BadAddress, outbound.ForbiddenAddress, NothingToTell, ForeignGoal, PayoutsOfNoOffer, TooManyReceivers.
    """
    if PostbackReceiver.objects.filter(affiliate=affiliate, removed_at=None).count() >= MOST_RECEIVERS:
        raise TooManyReceivers()
    receiver = PostbackReceiver(affiliate=affiliate, kind=kind, **_editable(values))
    receiver.secret = new_secret() if receiver.is_webhook else ""
    _check(receiver)
    receiver.save()
    audit.record(action="receiver.created", subject=receiver, actor=actor, now=now, changes={"kind": kind})
    return receiver


@transaction.atomic
def update_receiver(*, receiver: PostbackReceiver, actor, now: datetime, **values) -> PostbackReceiver:
    """Change what is given of EDITABLE. What waits goes to the new address. Raises as `create_receiver`."""
    receiver = _locked(receiver)
    before = {name: str(getattr(receiver, name) or "") for name in EDITABLE}
    for name, value in _editable(values).items():
        setattr(receiver, name, value)
    _check(receiver)
    receiver.save()
    changes = {name: [old, str(getattr(receiver, name) or "")] for name, old in before.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        audit.record(action="receiver.changed", subject=receiver, actor=actor, now=now, changes=changes)
    return receiver


@transaction.atomic
def switch_on(*, receiver: PostbackReceiver, actor, now: datetime, send_waiting: bool = True) -> PostbackReceiver:
    """Let a receiver that was off or paused hear again. What has waited in a pause is sent now, or cancelled."""
    receiver = _locked(receiver)
    if receiver.state == ReceiverState.ACTIVE:
        return receiver
    receiver.state, receiver.pause_reason, receiver.paused_at = ReceiverState.ACTIVE, "", None
    receiver.failures, receiver.failing_since = 0, None
    receiver.save(update_fields=["state", "pause_reason", "paused_at", "failures", "failing_since"])
    waiting = PostbackDelivery.objects.filter(receiver=receiver, state__in=OPEN)
    if send_waiting:
        waiting.update(next_attempt_at=now, attempts=0)
    else:
        _cancel(waiting, now)
    audit.record(action="receiver.switched_on", subject=receiver, actor=actor, now=now)
    return receiver


@transaction.atomic
def switch_off(*, receiver: PostbackReceiver, actor, now: datetime) -> PostbackReceiver:
    """It hears of nothing from now on; what waits for it is cancelled."""
    receiver = _locked(receiver)
    if receiver.state != ReceiverState.OFF:
        receiver.state, receiver.pause_reason, receiver.paused_at = ReceiverState.OFF, "", None
        receiver.save(update_fields=["state", "pause_reason", "paused_at"])
        _cancel(PostbackDelivery.objects.filter(receiver=receiver, state__in=OPEN), now)
        audit.record(action="receiver.switched_off", subject=receiver, actor=actor, now=now)
    return receiver


@transaction.atomic
def remove_receiver(*, receiver: PostbackReceiver, actor, now: datetime) -> None:
    """Take it off the list for good; its log stays."""
    receiver = switch_off(receiver=receiver, actor=actor, now=now)
    receiver.removed_at, receiver.secret, receiver.old_secret = now, "", ""
    receiver.save(update_fields=["removed_at", "secret", "old_secret"])
    audit.record(action="receiver.removed", subject=receiver, actor=actor, now=now)


@transaction.atomic
def renew_secret(*, receiver: PostbackReceiver, actor, now: datetime) -> str:
    """A new secret, answered once. For a day the old one signs as well, so that nothing is lost on the way."""
    receiver = _webhook(receiver)
    receiver.old_secret, receiver.old_secret_until = receiver.secret, now + OLD_SECRET_LIVES
    receiver.secret = new_secret()
    receiver.save(update_fields=["secret", "old_secret", "old_secret_until"])
    audit.record(action="receiver.secret_renewed", subject=receiver, actor=actor, now=now)
    return receiver.secret


@transaction.atomic
def drop_old_secret(*, receiver: PostbackReceiver, actor, now: datetime) -> None:
    """The old secret stops signing at once."""
    receiver = _webhook(receiver)
    if receiver.old_secret:
        receiver.old_secret, receiver.old_secret_until = "", None
        receiver.save(update_fields=["old_secret", "old_secret_until"])
        audit.record(action="receiver.old_secret_dropped", subject=receiver, actor=actor, now=now)


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64, as the Standard Webhooks have it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _locked(receiver):
    return PostbackReceiver.objects.select_for_update(of=("self",), no_key=True).get(pk=receiver.pk)


def _webhook(receiver):
    receiver = _locked(receiver)
    if not receiver.is_webhook:
        raise NotAWebhook()
    return receiver


def _cancel(deliveries, now):
    deliveries.update(state=DeliveryState.CANCELLED, finished_at=now, leased_until=None)


def _editable(values: dict) -> dict:
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"a receiver has no {', '.join(sorted(unknown))} to set")
    return values


def _check(receiver: PostbackReceiver) -> None:
    receiver.address = receiver.address.strip()
    check_address(receiver.address)
    if receiver.is_webhook and macros_in(receiver.address):
        raise BadAddress(_("The address of a webhook takes no macros: everything stands in its message."))
    _refuse_private(filled(receiver.address, example_of(Event.APPROVED), {}))
    receiver.method = Method.POST if receiver.kind == ReceiverKind.WEBHOOK else Method(receiver.method)
    receiver.words = {} if receiver.is_webhook else checked_words(receiver.words)
    receiver.events = [event for event in Event.values if event in receiver.events]
    if not receiver.events:
        raise NothingToTell()
    if receiver.goal and receiver.offer_id is None:
        receiver.offer_id = receiver.goal.offer_id
    if receiver.goal and receiver.goal.offer_id != receiver.offer_id:
        raise ForeignGoal()
    if Event.PAYOUT in receiver.events:
        _check_payouts(receiver)


def _check_payouts(receiver):
    """A tracker's address for leads would only be called with empty values."""
    if receiver.offer_id:
        raise PayoutsOfNoOffer()
    if not receiver.is_webhook and not OF_PAYOUTS & macros_in(receiver.address):
        raise BadAddress(_("Payouts need their own macros, such as {payout_id} and {payout_status}, in the address."))


def _refuse_private(url):
    """A name that is not there yet may come: the connection checks it again, every time."""
    try:
        outbound.check_url(url)
    except outbound.FetchFailed:
        return
    except outbound.ForbiddenAddress as error:
        raise BadAddress(str(error), code=error.code) from None
