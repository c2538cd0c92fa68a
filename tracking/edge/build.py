"""From the database to the snapshot file: the half of the edge that knows models, run by `manage.py ship_clicks`."""

import logging
import os
import time
from collections import Counter
from pathlib import Path

from django.db.models import Max
from django.utils import timezone

from cpanet.accounts.models import Affiliate
from cpanet.tenancy.models import Domain, Network
from cpanet.tenancy.scope import network_scope
from offers.choices import CapPolicy, TrafficPolicy
from offers.models import Cap, Goal, Landing, Offer, OfferAccess, TrafficRule
from offers.selectors.caps import cap_states
from tracking.edge import snapshot
from tracking.edge.routes import NEVER
from tracking.models import PostbackSettings, TrackingLink

log = logging.getLogger("cpanet.edge.build")
A_DAY = 86_400  # seconds
_LINK_FIELDS = (
    "id", "code", "affiliate_id", "offer_id", "landing_id", "deep_link", "is_active", "traffic_source", "fallback_url",
    "sub1", "sub2", "sub3", "sub4", "sub5", "affiliate__fallback_url", "affiliate__status", "offer__access",
)  # fmt: skip


def network_section(network: Network) -> snapshot.Network:
    """Everything the edge decides by for one network; to be called inside its scope."""
    section = snapshot.Network(
        network.pk, network.name, network.fallback_url, network.uniqueness_hours, network.timezone,
        network.config_version,
    )  # fmt: skip
    landings, full, remembered = _landings(), _full_caps(), _remembered_seconds()
    for offer in Offer.objects.exclude(status=Offer.Status.DRAFT).order_by("id"):
        section.offers[offer.pk] = _offer(
            offer, landings.get(offer.pk, ()), tuple(full.get(offer.pk, ())), remembered.get(offer.pk, 0)
        )
    rows = OfferAccess.objects.values_list("offer_id", "affiliate_id", "status")
    accesses = {(offer_id, affiliate_id): status for offer_id, affiliate_id, status in rows}
    unwelcome = _unwelcome_traffic()
    for row in TrackingLink.objects.order_by("id").values(*_LINK_FIELDS):
        is_welcome = row["traffic_source"] not in unwelcome.get(row["offer_id"], ())
        section.links[row["code"]] = _link(row, accesses.get((row["offer_id"], row["affiliate_id"])), is_welcome)
    return section


def _landings() -> dict[int, tuple[snapshot.Landing, ...]]:
    found: dict[int, tuple] = {}
    rows = Landing.objects.filter(is_active=True).order_by("id").values_list("offer_id", "id", "url", "weight")
    for offer_id, *landing in rows:
        found[offer_id] = (*found.get(offer_id, ()), snapshot.Landing(*landing))
    return found


def _full_caps() -> dict[int, list[snapshot.FullCap]]:
    """Offer id → its full caps. A cap of one goal closes the door only where there is no other goal."""
    goals = Counter(Goal.objects.filter(is_active=True).values_list("offer_id", flat=True))
    found: dict[int, list] = {}
    for state in cap_states(Cap.objects.all(), timezone.now()):
        cap = state.cap
        if state.is_full and (cap.goal_id is None or goals[cap.offer_id] == 1):
            until = NEVER if state.ends_at is None else _milliseconds(state.ends_at)
            full = snapshot.FullCap(cap.affiliate_id or 0, until, cap.policy == CapPolicy.FALLBACK)
            found.setdefault(cap.offer_id, []).append(full)
    return found


def _remembered_seconds() -> dict[int, int]:
    """Offer id → how long a browser remembers its click: as long as it can count, where the advertiser has a pixel."""
    with_pixel = PostbackSettings.objects.exclude(pixel_domains=[]).values("advertiser_id")
    goals = Goal.objects.filter(is_active=True, offer__advertiser_id__in=with_pixel)
    days = goals.values("offer_id").annotate(days=Max("attribution_days")).values_list("offer_id", "days")
    return {offer_id: most * A_DAY for offer_id, most in days}


def _offer(offer: Offer, landings, full, cookie_seconds) -> snapshot.Offer:
    return snapshot.Offer(
        id=offer.pk,
        advertiser_id=offer.advertiser_id,
        status=offer.status,
        landings=landings,
        countries=frozenset(offer.countries),
        devices=frozenset(offer.devices),
        systems=frozenset(offer.systems),
        browsers=frozenset(offer.browsers),
        languages=frozenset(offer.languages),
        hours=frozenset(offer.hours),
        full=full,
        deep_link_domains=tuple(offer.deep_link_domains),
        fallback_url=offer.fallback_url,
        starts_at=_milliseconds(offer.starts_at),
        ends_at=_milliseconds(offer.ends_at),
        cookie_seconds=cookie_seconds,
    )


def _unwelcome_traffic() -> dict[int, set[str]]:
    """Offer id → the kinds of traffic it forbids in so many words; a link that names no kind is not judged."""
    found: dict[int, set] = {}
    forbidden = TrafficRule.objects.filter(policy=TrafficPolicy.FORBIDDEN)
    for offer_id, source in forbidden.values_list("offer_id", "traffic_source"):
        found.setdefault(offer_id, set()).add(source)
    return found


def _link(row: dict, access: str | None, is_welcome: bool) -> snapshot.Link:
    return snapshot.Link(
        id=row["id"],
        code=row["code"],
        affiliate_id=row["affiliate_id"],
        offer_id=row["offer_id"],
        landing_id=row["landing_id"],
        subs=(*(row[f"sub{number}"] for number in range(1, 6)), *[""] * 5),
        source=row["traffic_source"],
        deep_link=row["deep_link"],
        fallback_url=row["fallback_url"] or row["affiliate__fallback_url"],
        is_active=row["is_active"],
        is_welcome=is_welcome,
        has_access=_has_access(row["affiliate__status"], row["offer__access"], access),
    )


def _has_access(affiliate_status: str, offer_access: str, access: str | None) -> bool:
    """An approved webmaster with a granted access, or without any decision at an open offer."""
    if affiliate_status != Affiliate.Status.APPROVED:
        return False
    if access is None:
        return offer_access == Offer.Access.OPEN
    return access == OfferAccess.Status.GRANTED


def _milliseconds(moment) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


class SnapshotWriter:
    """Keeps the file in step with the database; remembers each network's section by its `config_version`."""

    def __init__(self, path: Path):
        self.path = path
        self._sections: dict[int, tuple[int, bytes]] = {}
        self._written: tuple | None = None

    def refresh(self) -> int:
        """Bring the file up to date and mark it fresh; returns how many networks were built anew.

        Raises django.db.Error when the database cannot be asked; the file then stays as it is.
        """
        networks = {network.pk: network for network in Network.objects.filter(is_active=True)}
        hosts = dict(Domain.objects.filter(network_id__in=networks).values_list("host", "network_id"))
        rebuilt = [network for network in networks.values() if self._is_stale(network)]
        for network in rebuilt:
            self._sections[network.pk] = self._build(network)
        self._sections = {number: kept for number, kept in self._sections.items() if number in networks}
        state = (hosts, {number: version for number, (version, _) in self._sections.items()})
        if state != self._written or not self.path.exists():
            self._write(hosts)
            self._written = state
        else:
            os.utime(self.path)
        return len(rebuilt)

    def _is_stale(self, network: Network) -> bool:
        kept = self._sections.get(network.pk)
        return kept is None or kept[0] != network.config_version

    def _build(self, network: Network) -> tuple[int, bytes]:
        """The version is the one read before the content: what changes meanwhile raises it and is read next time."""
        with network_scope(network.pk):
            return network.config_version, snapshot.section_of(network_section(network))

    def _write(self, hosts: dict[str, int]) -> None:
        now = time.time()
        version = max(int(now * 1000), self._former_version() + 1)
        sections = {number: section for number, (_, section) in self._sections.items()}
        snapshot.write_snapshot(self.path, version=version, built_at=now, hosts=hosts, sections=sections)
        log.info("wrote snapshot %s of %s networks", version, len(sections))

    def _former_version(self) -> int:
        try:
            return int(snapshot.read_head(self.path)["version"])
        except (OSError, KeyError, snapshot.BadSnapshot):
            return 0
