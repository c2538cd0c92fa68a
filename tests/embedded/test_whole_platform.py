"""The whole platform as `./run` starts it, its processes killed with -9 while visitors click and advertisers call.

The oracles are the load's own notes: the click ids in answers, and the calls that were answered. Whatever was
answered is there afterwards, once, and all that was due is done within two minutes after the last fault.
"""

import asyncio
import http.client
import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.embedded.helpers import ROOT, Toy, eventually
from tests.tracking.edge.processes import HOST, Visitors

ROUNDS = 5
ROUND_SECONDS = 25  # whoever dies again within twenty seconds is started again ever later
PAUSE = 0.1  # sixteen visitors: some 150 clicks a second
VICTIMS = {
    "edge": "tracking.edge",
    "shipper": "ship_clicks",
    "worker": "celery --quiet -A cpanet worker",
    "postgres": "postgres",
    "valkey": "valkey-server",
}
PREPARE = f"""
from django.utils import timezone
from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.services.postback_keys import create_key
network = factories.network(host="{HOST}")
with network_scope(network.pk):
    advertiser, affiliate = factories.advertiser(), factories.affiliate()
    offer = factories.offer(advertiser=advertiser)
    factories.goal(offer=offer)
    factories.access(offer=offer, affiliate=affiliate)
    key = create_key(advertiser=advertiser, actor=None, now=timezone.now())
    print("FACTS", factories.link(offer=offer, affiliate=affiliate).code, advertiser.public_id, key.secret)
"""
STATE = """
import json
from collections import Counter
from django.db.models import Sum
from django.utils import timezone
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from tracking.models import Click, Conversion, HourlyLinkStats, InboundPostback
network = Network.objects.get()
with network_scope(network.pk):
    print("STATE", json.dumps({
        "clicks": [str(pk) for pk in Click.objects.values_list("id", flat=True)],
        "leads": [pk.hex for pk in Conversion.objects.values_list("click_id", flat=True)],
        "verdicts": Counter(InboundPostback.objects.values_list("verdict", flat=True)),
        "counted": HourlyLinkStats.objects.filter(basis="visit").aggregate(Sum("clicks"), Sum("bot_clicks")),
        "books": [str(one) for one in examine_books(network_id=network.pk, now=timezone.now()) if not one.holds],
    }))
"""


class Whole(Toy):
    """The real platform in place of the toy one."""

    def spawn(self, *arguments, **options):
        command = [sys.executable, "-m", "cpanet.embedded", *arguments]
        options = {"stdout": subprocess.PIPE, "text": True, "env": self.environment, **options}
        return subprocess.Popen(command, cwd=ROOT, **options)

    @property
    def environment(self):
        if not hasattr(self, "_environment"):
            self._environment = {
                "HOME": str(self.data_dir.parent),
                **super().environment,
            }  # nothing of the tests' servers
        return self._environment

    def ask(self, code: str) -> str:
        """What a script in the platform's own shell prints behind its word."""
        shell = self.spawn("manage", "shell", "--verbosity", "0", stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        stdout, stderr = shell.communicate(code, timeout=120)
        assert shell.returncode == 0, stderr
        return stdout.rpartition("FACTS " if "FACTS" in stdout else "STATE ")[2].strip()

    def kill(self, victim: str) -> None:
        os.kill(self.pid_of(VICTIMS[victim]), signal.SIGKILL)


class Advertiser(threading.Thread):
    """Reports one order for every click he is told of, again and again until he gets an answer."""

    def __init__(self, port: int, public_id: str, token: str):
        super().__init__(daemon=True)
        self._port, self._address = port, f"/postback/{public_id}/?token={token}"
        self.clicks: queue.Queue = queue.Queue()
        self.answered: list[str] = []

    def run(self):
        while (click_id := self.clicks.get()) is not None:
            while not self._reports(click_id):
                time.sleep(0.1)
            self.answered.append(click_id)

    def _reports(self, click_id: str) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            path = f"{self._address}&click_id={click_id}&order_id={click_id}"
            connection.request("GET", path, headers={"Host": HOST})
            return connection.getresponse().status in (200, 202)
        except (OSError, http.client.HTTPException):
            return False


@pytest.fixture
def whole(tmp_path):
    made = Whole(tmp_path / "platform")
    made.process = made.spawn("up", "--no-demo", stderr=subprocess.STDOUT)
    made._lines = queue.Queue()
    threading.Thread(target=made._read, args=(made.process, made._lines), daemon=True).start()
    made.wait_for("Ctrl-C stops everything", 180)
    yield made
    made.stop()
    sys.stdout.writelines(iter(made._lines.get, None))  # shown when the test fails


@pytest.mark.slow
def test_whatever_was_answered_is_there_once_whoever_was_killed(whole):
    code, public_id, token = whole.ask(PREPARE).split()
    visitors = Visitors(int(whole.environment["CPANET_EDGE_PORT"]), code, wanted=10**9, pause=PAUSE, patience=600)
    advertiser = Advertiser(whole.port, public_id, token)
    advertiser.start()
    killed = asyncio.run(under_fire(whole, visitors, advertiser))
    advertiser.clicks.put(None)
    advertiser.join(120)
    assert not advertiser.is_alive()
    found = {}

    def settled():
        found.update(json.loads(whole.ask(STATE)))
        is_there = set(visitors.answered) <= set(found["clicks"])
        return is_there and len(found["leads"]) >= len(set(advertiser.answered)) and "waiting" not in found["verdicts"]

    assert eventually(settled, 120), found["verdicts"]
    assert all(killed.count(victim) >= ROUNDS for victim in VICTIMS)
    assert len(visitors.answered) > 1000
    assert len(set(found["clicks"])) == len(found["clicks"])
    unanswered = len(found["clicks"]) - len(visitors.answered)
    assert unanswered <= 16 * killed.count("edge")  # kept, but killed before the answer
    assert sorted(found["leads"]) == sorted({click.replace("-", "") for click in advertiser.answered})
    assert found["books"] == []
    assert eventually(lambda: settled() and sum(found["counted"].values()) == len(found["clicks"]), 60), found[
        "counted"
    ]


async def under_fire(whole, visitors, advertiser) -> list[str]:
    """Visitors click, twenty clicks a second become orders, and somebody is killed again and again; who was."""
    clicking = asyncio.create_task(visitors.click_until_enough())
    telling = asyncio.create_task(tell(visitors, advertiser, clicking))
    choice, killed = random.Random(7), []
    for _ in range(ROUNDS):
        for victim in choice.sample(sorted(VICTIMS), len(VICTIMS)):
            await asyncio.sleep(ROUND_SECONDS / len(VICTIMS))
            assert await asyncio.to_thread(eventually, lambda victim=victim: _is_up(whole, victim), 60), victim
            whole.kill(victim)
            killed.append(victim)
    visitors.want_only(500)
    await clicking
    await telling
    return killed


async def tell(visitors, advertiser, clicking) -> None:
    while not clicking.done():
        if visitors.answered:
            advertiser.clicks.put(visitors.answered[-1])
        await asyncio.sleep(0.05)


def _is_up(whole, victim: str) -> bool:
    try:
        return bool(whole.pid_of(VICTIMS[victim]))
    except AssertionError:
        return False
