"""How full the caps of offers are."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from cpanet.accounts.models import Affiliate
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from offers.cap_periods import period_of
from offers.choices import CapMeasure
from offers.models import Cap, CapCounter, Offer


@dataclass(frozen=True)
class CapState:
    """A cap in the period of a moment: `used` of it, `reached_at` if it is full, `ends_at` (None: never)."""

    cap: Cap
    used: int
    reached_at: datetime | None
    ends_at: datetime | None

    @property
    def remaining(self) -> int:
        return max(0, self.cap.limit - self.used)

    @property
    def is_full(self) -> bool:
        return self.reached_at is not None


def network_zone() -> ZoneInfo:
    """The time zone of the network in scope."""
    return ZoneInfo(Network.objects.values_list("timezone", flat=True).get(pk=current_network_id()))


def cap_states(caps, now: datetime) -> list[CapState]:
    """The state of each of these caps at `now`, in two queries."""
    caps, zone = list(caps), network_zone()
    periods = {cap.pk: period_of(cap.period, now, zone) for cap in caps}
    wanted = Q(pk__in=[])
    for cap in caps:
        wanted |= Q(cap_id=cap.pk, starts_at=periods[cap.pk][0])
    counters = {counter.cap_id: counter for counter in CapCounter.objects.filter(wanted)} if caps else {}
    return [_state(cap, counters.get(cap.pk), periods[cap.pk][1]) for cap in caps]


def states_of(offer: Offer, now: datetime) -> list[CapState]:
    """All caps of an offer, for those who set them."""
    return cap_states(offer.caps.select_related("goal", "affiliate"), now)


def states_for(affiliate: Affiliate, offers: list[int], now: datetime) -> dict[int, list[CapState]]:
    """Offer id → the caps that concern a webmaster: those of everybody and his own. What the advertiser spends is
    not his business."""
    caps = Cap.objects.filter(Q(affiliate=None) | Q(affiliate=affiliate), offer__in=offers)
    found: dict[int, list[CapState]] = {}
    for state in cap_states(caps.exclude(measure=CapMeasure.REVENUE).select_related("goal", "offer"), now):
        found.setdefault(state.cap.offer_id, []).append(state)
    return found


def _state(cap: Cap, counter: CapCounter | None, ends_at: datetime | None) -> CapState:
    if counter is None:
        return CapState(cap, 0, None, ends_at)
    reached_at = counter.reached_at if counter.used >= cap.limit else None  # a raised limit opens it again
    return CapState(cap, counter.used, reached_at, ends_at)
