"""Many postbacks, each sent 1 to 5 times, shuffled, over 8 connections, some before their clicks: one lead per fact and
every call explained. A short storm each time, 10,000 facts with `--run-slow`."""

import itertools
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from cpanet.core.ids import uuid7_at
from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.choices import Status, Verdict
from tracking.models import Click, Conversion, ConversionRevision, InboundPostback
from tracking.services.postback_keys import create_key
from tracking.tasks.postbacks import match_waiting

CONNECTIONS = 8
EARLY = 0.3  # the share of facts whose click is shipped after the first of their calls may have come

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@dataclass(frozen=True)
class Fact:
    """One action: its click, its order (some have none), and the statuses its calls say, one after another."""

    click: Click
    order_id: str
    said: tuple[str, ...]

    @property
    def is_approved(self):
        return "approved" in self.said


def facts_of(link, number, chance) -> list[Fact]:
    now = timezone.now()
    found = []
    for index in range(number):
        at = now - timedelta(minutes=30, milliseconds=index * 7)
        click = Click(**_click_values(link, at))
        said = tuple(chance.choice(["", "pending", "approved"]) for _ in range(chance.randint(1, 5)))
        found.append(Fact(click, f"O-{index}" if index % 3 else "", said))
    return found


def _click_values(link, at):
    words = ("country", "device", "system", "browser", "language", "referrer_host", "user_agent", "external_click_id")
    words += ("source", "cost", "deep_link", "reason", *(f"sub{number}" for number in range(1, 11)))
    return dict.fromkeys(words, "") | {
        "id": uuid7_at(at), "clicked_at": at, "network_id": link.network_id, "link_id": link.pk,
        "offer_id": link.offer_id, "affiliate_id": link.affiliate_id, "advertiser_id": link.offer.advertiser_id,
        "is_unique": True, "flags": [], "config_version": 1,
    }  # fmt: skip


class Storm:
    """Sends every call of the facts while clicks are still being shipped and matched."""

    def __init__(self, network_id, path, facts, chance):
        self.network_id, (self.path, self.token), self.facts = network_id, path, facts
        self.calls = [(fact, said) for fact in facts for said in fact.said]
        chance.shuffle(self.calls)
        self.late = [fact.click for fact in facts if chance.random() < EARLY]
        self.answers, self.sent = Counter(), itertools.count()
        self.done, self.is_blowing = 0, True

    def blow(self):
        late = {click.id for click in self.late}
        self._ship([fact.click for fact in self.facts if fact.click.id not in late])
        shipping = threading.Thread(target=self._ship_late)
        shipping.start()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for part in pool.map(self._send, [self.calls[start::CONNECTIONS] for start in range(CONNECTIONS)]):
                self.answers += part
        self.is_blowing = False
        shipping.join()
        match_waiting()

    def _send(self, calls):
        client, statuses = Client(HTTP_HOST="alpha.test"), Counter()
        try:
            for fact, said in calls:
                values = {"token": self.token, "click_id": fact.click.id.hex, "order_id": fact.order_id, "status": said}
                answer = client.get(self.path, {name: value for name, value in values.items() if value})
                statuses[answer.status_code] += 1
                statuses[answer.json()["status"]] += 1
                self.done = next(self.sent) + 1
        finally:
            connections.close_all()
        return statuses

    def _ship_late(self):
        try:
            step = max(1, len(self.late) // 10)
            for start in range(0, len(self.late), step):
                while self.done < len(self.calls) * start / (len(self.late) * 1.2) and self.is_blowing:
                    time.sleep(0.01)
                self._ship(self.late[start : start + step])
                match_waiting()
        finally:
            connections.close_all()

    def _ship(self, clicks):
        with network_scope(self.network_id):
            Click.objects.bulk_create(clicks, batch_size=500)


def run_storm(number):
    chance = random.Random(20261122)
    network = factories.network(name="Alpha", host="alpha.test")
    with network_scope(network.pk):
        advertiser = factories.advertiser()
        offer = factories.offer(advertiser=advertiser)
        factories.goal(offer=offer)
        link = factories.link(offer=offer, affiliate=factories.affiliate())
        for ago in (timedelta(0), timedelta(hours=2)):
            factories.click(link=link, at=timezone.now() - ago)  # makes the partitions of the days
        key = create_key(advertiser=advertiser, actor=None, now=timezone.now())
        facts = facts_of(link, number, chance)
    storm = Storm(network.pk, (f"/postback/{advertiser.public_id}/", key.secret), facts, chance)
    storm.blow()
    with network_scope(network.pk):
        check(storm)


def check(storm):
    facts, verdicts = storm.facts, Counter(InboundPostback.objects.values_list("verdict", flat=True))
    assert storm.answers[200] == len(storm.calls) and storm.answers["waiting"] > len(storm.late) / 4
    assert Conversion.objects.count() == len(facts)
    assert set(Conversion.objects.values_list("click_id", flat=True)) == {fact.click.id for fact in facts}
    assert sum(verdicts.values()) == len(storm.calls)
    assert verdicts[Verdict.ACCEPTED] == len(facts)
    assert set(verdicts) <= {Verdict.ACCEPTED, Verdict.REPEAT, Verdict.DECIDED}
    calls = InboundPostback.objects.filter(conversion__isnull=False).exclude(explanation="")
    assert calls.count() == len(storm.calls)
    approved = Conversion.objects.filter(status=Status.APPROVED)
    assert set(approved.values_list("click_id", flat=True)) == {fact.click.id for fact in facts if fact.is_approved}
    assert ConversionRevision.objects.count() == approved.count()
    sums = approved.aggregate(Sum("held"), Sum("earning"))
    assert sums["held__sum"] == sums["earning__sum"] == approved.count() * 80_000


def test_a_short_storm():
    run_storm(150)


@pytest.mark.slow
def test_a_storm_of_ten_thousand():
    run_storm(10_000)
