"""A network with a few days of random clicks and leads, and the same as plain Python rows to count independently."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from cpanet.core.ids import uuid7_at
from cpanet.core.money import to_text, to_units
from cpanet.tenancy.scope import network_scope
from offers.models import Rate
from tests import factories
from tracking.models import Click, Conversion, ConversionRevision
from tracking.models.clicks import SUB_IDS
from tracking.partitions import ensure_partitions
from tracking.services.dirty import mark_dirty

START = datetime(2026, 3, 28, 20, 10, tzinfo=UTC)  # the night in which Europe's clocks go forward
DAYS = 3
EVERY = 5  # all happens in every fifth hour, which in five days is each hour of the day: a count of an hour is dear
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
    """What exists, as plain rows. Each lead also has `click` (None for one by promo code) and `history`: all it has
    been as (time, status, revenue, earning)."""

    network: object
    links: list = field(default_factory=list)
    clicks: list = field(default_factory=list)
    leads: list = field(default_factory=list)


def lead(*, click, link, goal, status="pending", revenue="10", earning="8", intake="valid", at=None) -> Conversion:
    """A conversion of a click, as tracking would have priced and decided it; not saved."""
    units = {"revenue": to_units(revenue, link.offer.currency), "earning": to_units(earning, link.offer.currency)}
    approved = status == "approved"
    money = {"held": units["earning"], "recognised_revenue": units["revenue"]} if approved else {}
    at = at or click.clicked_at + timedelta(hours=EVERY)
    marks = {name: getattr(click, name) for name in ("sub1", "sub2", "sub3", "sub4", "sub5", "country", "device")}
    return Conversion(
        advertiser_id=link.offer.advertiser_id, affiliate_id=link.affiliate_id, offer=link.offer, goal=goal, link=link,
        click_id=click.id, clicked_at=click.clicked_at, created_at=at, updated_at=at, dedup_key=str(click.id),
        order_id=str(click.id)[-6:], currency=link.offer.currency, rate_id=goal.rate_id, status=status,
        status_updated_at=at, reason="other" if status == "declined" else "", hold_days=14,
        hold_until=at + timedelta(days=14),
        intake=intake, pricing={name: to_text(value, link.offer.currency) for name, value in units.items()},
        **units, **money, **marks,
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
    for number, (link, goal) in enumerate(world.links[:3]):
        world.leads.append(_by_code(link, goal, number))
    Conversion.objects.bulk_create(world.leads)
    ConversionRevision.objects.bulk_create([each for one in world.leads for each in _revisions(one)])
    mark_dirty(*(click.clicked_at for click in world.clicks))
    mark_dirty(*(at for one in world.leads for at in (one.clicked_at, *(step[0] for step in one.history))))
    return world


def _visit(world, dice, share):
    link, goal = dice.choice(world.links)
    hour = START.replace(minute=0) + timedelta(hours=EVERY * dice.randrange(DAYS * 24 // EVERY + 1))
    at = hour + timedelta(seconds=dice.randrange(3600))
    flags = dice.choice([[], [], [], ["bot"], ["head"], ["duplicate"], ["wrong_geo"], ["bot", "prefetch"]])
    click = visit(
        link=link, at=at, flags=flags, is_unique=not flags and dice.random() < 0.8, sub1=dice.choice(["", "a", "b"]),
        sub2=dice.choice(["x", "y"]), country=dice.choice(["DE", "TR", ""]), device=dice.choice(["desktop", "mobile"]),
        system=dice.choice(["iOS", "Android", ""]), browser=dice.choice(["Safari", "Chrome"]), sub7=dice.choice("pq"),
        language=dice.choice(["de", "pt-br", ""]), source=dice.choice(["", "net"]), landing_id=dice.choice([None, 5]),
        cost=dice.choice(["", "", "0.05", "1,5", "-3", "1e9", "{cost}", "999999"]),
    )  # fmt: skip
    world.clicks.append(click)
    if dice.random() < share:
        status, revenue = dice.choice(["pending", "approved", "declined"]), dice.randrange(3, 30)
        intake = "test" if dice.random() < 0.1 else "valid"
        made = lead(
            click=click, link=link, goal=goal, status=status, revenue=revenue, earning=revenue - 2, intake=intake
        )
        made.click = click
        made.history = _history(made, dice)
        world.leads.append(made)


def _history(made, dice):
    """What a lead has been; one that is decided was decided some hours later, perhaps twice, the last time as it is."""
    first = (made.created_at, "pending", made.revenue, made.earning)
    if made.status == "pending" or dice.random() < 0.2:
        return [(made.created_at, made.status, made.revenue, made.earning)]
    steps = [first]
    if dice.random() < 0.5:
        other = {"approved": "declined", "declined": "approved"}[made.status]
        steps.append(
            (
                made.created_at + timedelta(hours=dice.randrange(EVERY, 30, EVERY)),
                other,
                made.revenue + 700,
                made.earning,
            )
        )
    decided_at = made.created_at + timedelta(hours=dice.randrange(30, 60, EVERY))
    steps.append((decided_at, made.status, made.revenue, made.earning))
    made.revision = len(steps) - 1
    return steps


def _revisions(made):
    for number, (at, status, revenue, earning) in enumerate(made.history[1:], start=1):
        yield ConversionRevision(
            conversion=made, number=number, status=status, revenue=revenue, earning=earning, source="advertiser",
            reason="other" if status == "declined" else "", actor_label="Test", at=at,
        )  # fmt: skip


def _by_code(link, goal, number):
    """A lead that came by promo code: without click and link."""
    at = START + timedelta(hours=EVERY * (2 * number + 1))
    made = lead(click=visit(link=link, at=at, country="", device="", sub1="", sub2=""), link=link, goal=goal, at=at)
    made.click_id, made.link, made.promo_code, made.click = None, None, f"CODE{number}", None
    made.history = [(at, "pending", made.revenue, made.earning)]
    return made


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
        if one.intake == "valid":
            add_lead(cell(one), one.status, one.revenue, one.earning)
    return sums


def add_lead(counted, status, revenue, earning, sign=1):
    """Add a lead of this status to the sums, or take it away."""
    setattr(counted, status, getattr(counted, status) + sign)
    counted.earned += sign * earning if status == "approved" else 0
    counted.waiting += sign * earning if status == "pending" else 0
    counted.revenue += sign * revenue if status == "approved" else 0


def of_click(row, name):
    """What a click or the click of a lead says; a lead by promo code has none."""
    return getattr(getattr(row, "click", row), name, None)


def changes_of(world):
    """(time, lead, status, revenue, earning, sign) of every change of the valid leads."""
    for one in world.leads:
        if one.intake == "valid":
            for number, (at, status, revenue, earning) in enumerate(one.history):
                yield at, one, status, revenue, earning, 1
                if number:
                    _at, *before = one.history[number - 1]
                    yield at, one, *before, -1
