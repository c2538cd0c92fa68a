"""A network with a few days of random clicks and leads, and the same as plain Python rows to count independently."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from cpanet.core.ids import uuid7_at
from cpanet.core.money import to_units
from cpanet.tenancy.scope import network_scope
from offers.models import Rate
from tests import factories
from tracking.models import Click, Conversion
from tracking.models.clicks import SUB_IDS
from tracking.partitions import ensure_partitions
from tracking.services.dirty import mark_dirty

START = datetime(2026, 3, 28, 20, 10, tzinfo=UTC)  # the night in which Europe's clocks go forward
DAYS = 3
TEXTS = (
    "system",
    "browser",
    "language",
    "referrer_host",
    "user_agent",
    "external_click_id",
    "source",
    "cost",
    "deep_link",
)


@dataclass
class World:
    """What exists, as plain rows: `clicks` and `leads` are lists of namespaces."""

    network: object
    links: list = field(default_factory=list)
    clicks: list = field(default_factory=list)
    leads: list = field(default_factory=list)


def lead(*, click, link, goal, status="pending", revenue="10", earning="8", intake="valid", at=None) -> Conversion:
    """A conversion of a click, as tracking would have priced and decided it; not saved."""
    units = {"revenue": to_units(revenue, link.offer.currency), "earning": to_units(earning, link.offer.currency)}
    approved = status == "approved"
    money = {"held": units["earning"], "recognised_revenue": units["revenue"]} if approved else {}
    at = at or click.clicked_at + timedelta(hours=5)
    marks = {name: getattr(click, name) for name in ("sub1", "sub2", "sub3", "sub4", "sub5", "country", "device")}
    return Conversion(
        advertiser_id=link.offer.advertiser_id, affiliate_id=link.affiliate_id, offer=link.offer, goal=goal, link=link,
        click_id=click.id, clicked_at=click.clicked_at, created_at=at, updated_at=at, dedup_key=str(click.id),
        order_id=str(click.id)[-6:], currency=link.offer.currency, rate_id=goal.rate_id, status=status,
        status_updated_at=at, reason="other" if status == "declined" else "", hold_days=14,
        hold_until=at + timedelta(days=14),
        intake=intake, **units, **money, **marks,
    )  # fmt: skip


def visit(*, link, at, **fields) -> Click:
    """A click that is not saved."""
    values = dict.fromkeys(TEXTS, "") | {name: getattr(link, name, "") for name in SUB_IDS}
    return Click(
        id=uuid7_at(at), clicked_at=at, link_id=link.pk, offer_id=link.offer_id, affiliate_id=link.affiliate_id,
        advertiser_id=link.offer.advertiser_id, reason="", config_version=1, **{**values, **fields},
    )  # fmt: skip


def make_world(network, affiliates, advertisers, *, seed=7, clicks=140, share=0.3) -> World:
    """Random rows in the scope of `network`; every hour that got something is marked."""
    dice = random.Random(seed)
    world = World(network)
    for number, advertiser in enumerate(advertisers):
        offer = factories.offer(advertiser=advertiser, name=f"Offer {'AB'[number]}")
        goal = factories.goal(offer=offer)
        goal.rate_id = Rate.objects.get(goal=goal).pk
        world.links += [
            (factories.link(offer=offer, affiliate=one, name=f"{one}-{number}"), goal) for one in affiliates
        ]
    ensure_partitions(START.date(), (START + timedelta(days=DAYS)).date())
    for _ in range(clicks):
        _visit(world, dice, share)
    Click.objects.bulk_create(world.clicks)
    Conversion.objects.bulk_create(world.leads)
    mark_dirty(*(click.clicked_at for click in world.clicks))
    return world


def _visit(world, dice, share):
    link, goal = dice.choice(world.links)
    at = START + timedelta(seconds=dice.randrange(DAYS * 86_400))
    flags = dice.choice([[], [], [], ["bot"], ["head"], ["duplicate"], ["wrong_geo"], ["bot", "prefetch"]])
    click = visit(
        link=link, at=at, flags=flags, is_unique=not flags and dice.random() < 0.8, sub1=dice.choice(["", "a", "b"]),
        sub2=dice.choice(["x", "y"]), country=dice.choice(["DE", "TR", ""]), device=dice.choice(["desktop", "mobile"]),
    )  # fmt: skip
    world.clicks.append(click)
    if dice.random() < share:
        status, revenue = dice.choice(["pending", "approved", "declined"]), dice.randrange(3, 30)
        intake = "test" if dice.random() < 0.1 else "valid"
        made = lead(
            click=click, link=link, goal=goal, status=status, revenue=revenue, earning=revenue - 2, intake=intake
        )
        world.leads.append(made)


@pytest.fixture
def world(network, people):
    """140 clicks of Alice and Bob on the offers of Adam and Eve, not counted yet."""
    with network_scope(network.pk):
        affiliates = [people.alice.affiliate, people.bob.affiliate]
        yield make_world(network, affiliates, [people.adam.advertiser, people.eve.advertiser])


def independent(world, key_of, *, clicks=None, leads=None) -> dict:
    """The sums by `key_of(row)` in the plainest way: a loop over raw rows."""
    sums = {}

    def cell(row):
        return sums.setdefault(
            key_of(row),
            SimpleNamespace(
                clicks=0, unique=0, bots=0, pending=0, approved=0, declined=0, earned=0, waiting=0, revenue=0
            ),
        )

    for click in world.clicks if clicks is None else clicks:
        is_bot = bool({"bot", "head", "prefetch"} & set(click.flags))
        cell(click).bots += is_bot
        cell(click).clicks += not is_bot
        cell(click).unique += click.is_unique and not is_bot
    for one in world.leads if leads is None else leads:
        if one.intake != "valid":
            continue
        counted = cell(one)
        setattr(counted, one.status, getattr(counted, one.status) + 1)
        counted.earned += one.earning if one.status == "approved" else 0
        counted.waiting += one.earning if one.status == "pending" else 0
        counted.revenue += one.revenue if one.status == "approved" else 0
    return sums
