"""Caps: set, changed and lifted by people, filled by clicks and conversions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate, User
from cpanet.tenancy.raw import rows
from cpanet.tenancy.scope import current_network_id
from cpanet.tenancy.services import touch_config
from offers.cap_periods import period_of
from offers.choices import CapMeasure, CapPolicy
from offers.models import Cap, CapCounter, Goal, Offer
from offers.selectors.caps import network_zone
from offers.services.changes import BadOffer, apply, locked, write_down

_CAPS_OF_LEADS = """
    SELECT * FROM offers_cap
    WHERE network_id = %(network)s AND offer_id = %(offer)s AND measure <> %(clicks)s ORDER BY id
"""
EDITABLE = {"measure", "period", "limit", "policy", "goal", "affiliate"}


@transaction.atomic
def add_cap(
    *, offer: Offer, measure: str, period: str, limit: int, actor: User | None, now: datetime,
    policy: str = CapPolicy.FALLBACK, goal: Goal | None = None, affiliate: Affiliate | None = None,
) -> Cap:  # fmt: skip
    """A new limit; what the running period has taken before it does not count. Raises BadOffer."""
    offer = locked(offer)
    if goal is not None and goal.offer_id != offer.pk:
        raise BadOffer(_("This goal belongs to another offer."), field="goal")
    if offer.caps.filter(measure=measure, period=period, goal=goal, affiliate=affiliate).exists():
        raise BadOffer(_("There is a cap of this kind already: change that one."), field="measure")
    cap = Cap(offer=offer)
    values = {"measure": measure, "period": period, "limit": limit, "policy": policy}
    apply(cap, {**values, "goal": goal, "affiliate": affiliate}, EDITABLE)
    write_down(action="cap.added", offer=offer, actor=actor, now=now, changes={"cap": str(cap), "policy": policy})
    return cap


@transaction.atomic
def change_cap(*, cap: Cap, limit: int, policy: str, actor: User | None, now: datetime) -> Cap:
    """Another limit or policy from now on; what is counted stays counted. Raises BadOffer."""
    offer = locked(cap.offer)
    cap = Cap.objects.select_for_update(of=("self",)).get(pk=cap.pk)
    differing = apply(cap, {"limit": limit, "policy": policy}, EDITABLE)
    if "limit" in differing:
        _reopen(cap, now)
    if differing:
        write_down(action="cap.changed", offer=offer, actor=actor, now=now, changes={"cap": str(cap), **differing})
    return cap


@transaction.atomic
def remove_cap(*, cap: Cap, actor: User | None, now: datetime) -> None:
    """Lift a limit, and forget what it has counted."""
    offer = locked(cap.offer)
    write_down(action="cap.removed", offer=offer, actor=actor, now=now, changes={"cap": str(cap)})
    cap.delete()


@dataclass(frozen=True)
class Place:
    """One cap that a conversion falls under, its counter locked until the transaction ends."""

    cap: Cap
    counter: CapCounter
    amount: int

    def refuses(self, clicked_at: datetime) -> bool:
        """Whether a conversion of a click of this time comes too late. What was clicked before always counts."""
        if self.cap.policy != CapPolicy.DECLINE or self.counter.used < self.cap.limit:
            return False
        return self.counter.reached_at is not None and clicked_at >= self.counter.reached_at


def lock_places(*, goal: Goal, affiliate_id: int, revenue: int, earning: int, now: datetime) -> list[Place]:
    """The caps a conversion of this goal falls under, to be called before it is stored. Locks in the order of ids."""
    caps = rows(Cap, _CAPS_OF_LEADS, offer=goal.offer_id, clicks=CapMeasure.CLICKS.value)
    amounts = {CapMeasure.CONVERSIONS: 1, CapMeasure.REVENUE: revenue, CapMeasure.EARNING: earning}
    mine = [cap for cap in caps if cap.goal_id in (None, goal.pk) and cap.affiliate_id in (None, affiliate_id)]
    return [Place(cap, _locked_counter(cap, now), amounts[cap.measure]) for cap in mine]


def fill(*, places: Iterable[Place], now: datetime) -> None:
    """Count a conversion that was stored into its caps."""
    for place in places:
        place.counter.used += place.amount
        _close_if_full(place.cap, place.counter, now)
        place.counter.save(update_fields=["used", "reached_at"])


def set_clicks(*, cap: Cap, starts_at: datetime, used: int, settled: int, settled_until, now: datetime) -> CapCounter:
    """What the clicks of a period amount to, counted anew."""
    counter, _created = CapCounter.objects.select_for_update().get_or_create(cap=cap, starts_at=starts_at)
    counter.used, counter.settled, counter.settled_until = used, settled, settled_until
    _close_if_full(cap, counter, now)
    counter.save()
    return counter


def _locked_counter(cap: Cap, now: datetime) -> CapCounter:
    starts_at, _end = period_of(cap.period, now, network_zone())
    CapCounter.objects.bulk_create([CapCounter(cap=cap, starts_at=starts_at)], ignore_conflicts=True)
    return CapCounter.objects.select_for_update().get(cap=cap, starts_at=starts_at)


def _close_if_full(cap: Cap, counter: CapCounter, now: datetime) -> None:
    if counter.reached_at is None and counter.used >= cap.limit:
        counter.reached_at = now
        touch_config(current_network_id())  # the click server hears of it within seconds


def _reopen(cap: Cap, now: datetime) -> None:
    """After a new limit the running period is full from now on, or is not."""
    starts_at, _end = period_of(cap.period, now, network_zone())
    counter = CapCounter.objects.select_for_update().filter(cap=cap, starts_at=starts_at).first()
    if counter is not None:
        is_full = counter.used >= cap.limit
        counter.reached_at = (counter.reached_at or now) if is_full else None
        counter.save(update_fields=["reached_at"])
