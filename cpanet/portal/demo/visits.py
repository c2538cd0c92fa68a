"""Visits of the past: decided by the click edge's own function, shipped by its own shipper, with time passed in."""

import math
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from cpanet.core.countries import country_of
from cpanet.portal.demo import cast
from tracking.edge.build import network_section
from tracking.edge.decide import Request, decide
from tracking.edge.routes import route_of
from tracking.edge.shipper import Shipper
from tracking.edge.spool import SUFFIX
from tracking.edge.stamps import ClickIds, Times
from tracking.edge.visitors import Visitors

BOT_SHARE = 0.04
EDGE_NAME = "demo-history"


@dataclass(frozen=True)
class Visit:
    """A click that a person made and that reached the landing: it may become a lead."""

    click_id: str
    at: datetime
    link_id: int
    offer_id: int
    country: str


class Addresses:
    """Public addresses by country, found by asking the country table about random ones."""

    def __init__(self, chance: random.Random):
        self._chance = chance
        self._found: dict[str, list[str]] = {}
        for _ in range(6000):
            address = ".".join(str(chance.randrange(1, 224 if place == 0 else 255)) for place in range(4))
            self._found.setdefault(country_of(address), []).append(address)

    def of(self, countries: tuple[str, ...]) -> str:
        known = [country for country in countries if self._found.get(country)] or [c for c in self._found if c]
        return self._chance.choice(self._found[self._chance.choice(known)])


def write_visits(stage, days: list[datetime], folder: Path, chance: random.Random) -> Iterator[Visit]:
    """Write the clicks of these days (midnights, UTC) into a spool in `folder`; yields what may become leads."""
    section = network_section(stage.network)
    visitors, ids, times, addresses = Visitors(1 << 16), ClickIds(), Times(), Addresses(chance)
    weights = [3 / (1 + place % 7) + chance.random() for place in range(len(stage.links))]
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{EDGE_NAME}.{stage.network.pk}{SUFFIX}", "w", encoding="utf-8", newline="") as segment:
        for number, day in enumerate(days):
            for at in _moments(day, _visits_of_day(stage.plan, number, day, chance), chance):
                link = chance.choices(stage.links, weights)[0]
                millisecond = int(at.timestamp() * 1000)
                request = _request(stage, link, addresses, chance)
                decision = decide(
                    request, route_of(section, link.code), now=millisecond, time=times.text(millisecond),
                    click_id=ids.new(millisecond), visitors=visitors,
                )  # fmt: skip
                segment.write(decision.row)
                if not decision.reason and request.agent not in cast.BOTS:
                    click_id = decision.row.partition("\t")[0]
                    yield Visit(click_id, at, link.pk, link.offer_id, country_of(request.address))


def ship(folder: Path, connect) -> int:
    """Ship the spool with the edge's own shipper and remove it; returns how many clicks went into the table."""
    shipper = Shipper(folder, EDGE_NAME, connect, retention_hours=0)
    try:
        return shipper.ship_all()
    finally:
        shipper.disconnect()
        shutil.rmtree(folder, ignore_errors=True)


def _visits_of_day(plan, number, day, chance):
    weekend = 0.75 if day.weekday() >= 5 else 1.0
    growth = 0.7 + 0.6 * number / 60
    wave = 1 + 0.15 * math.sin(number / 4)
    return int(plan.clicks_a_day * weekend * growth * wave * chance.uniform(0.85, 1.15))


def _moments(day, count, chance):
    """Moments of a day, most of them in its evening; never in the future."""
    limit = datetime.now(UTC) - timedelta(minutes=2)
    seconds = sorted(min(86_399.0, chance.triangular(0, 86_400, 66_000)) for _ in range(count))
    return [at for at in (day + timedelta(seconds=second) for second in seconds) if at < limit]


def _request(stage, link, addresses, chance):
    countries = stage.offers[link.offer_id][1].countries
    anywhere = chance.random() < 0.04
    agent = chance.choice(cast.BOTS) if chance.random() < BOT_SHARE else chance.choice(cast.AGENTS)
    subs = {"sub2": chance.choice(cast.PLACEMENTS), "click_id": f"w{chance.getrandbits(40):010x}"}
    if not link.sub1:
        subs["sub1"] = chance.choice(cast.CAMPAIGNS[:4])
    return Request(
        query=urlencode(subs),
        address=addresses.of(() if anywhere else countries),
        agent=agent,
        referrer="https://blog.example/post",
        language=chance.choice(("de-DE", "en-US", "fr-FR", "pl-PL")),
    )
