"""Trackers of the demo's webmasters. Their names lead nowhere, so their answers to the past are played, as visits are.

From then on everything is real: an event of today is sent, finds no such server, and the log shows it.
"""

import random
from datetime import datetime, timedelta

from cpanet.accounts.models import Affiliate
from tracking.models import PostbackDelivery
from tracking.outgoing.calls import Answer
from tracking.outgoing.presets import PRESETS
from tracking.outgoing.services.receivers import create_receiver
from tracking.outgoing.services.sending import claim, settle
from tracking.outgoing.words import OPEN, Event, ReceiverKind

DAYS = 6  # how long ago they were set up
BATCH = 100
_ANSWERS = ((200, "OK", 92), (503, "Service Unavailable", 5), (404, "unknown click", 3))  # status, body, weight


def set_up(webmasters: list[Affiliate], now: datetime) -> None:
    """The first webmaster has a tracker and a program of his own, the second a tracker that has died."""
    keitaro = PRESETS["keitaro"]
    for place, affiliate in enumerate(webmasters[:2]):
        member = affiliate.memberships(manager="objects").first().user
        host = ("tracker", "old-tracker")[place]
        address = keitaro.address.replace("YOUR-TRACKER", f"{host}.example").replace("YOUR-KEY", "4f2ab71")
        create_receiver(
            affiliate=affiliate, kind=ReceiverKind.POSTBACK, name=keitaro.name, address=address, method="GET",
            events=list(keitaro.events), words=keitaro.words, actor=member, now=now,
        )  # fmt: skip
    if webmasters:
        create_receiver(
            affiliate=webmasters[0], kind=ReceiverKind.WEBHOOK, name="Bookkeeping", actor=None, now=now,
            address="https://books.example/leads", events=[Event.APPROVED, Event.DECLINED, Event.PAID, Event.PAYOUT],
        )  # fmt: skip


def play_answers(network_id: int, until: datetime, chance: random.Random) -> int:
    """What is due by `until` is answered: well by those who live, not at all by the dead; answers how many calls.

    Claimed and settled as a worker does it, only that nothing is called.
    """
    made, moment = 0, None
    while moment := _next_moment(moment, until):
        while claimed := claim(network_id=network_id, now=moment, limit=BATCH):
            for each in claimed:
                settle(claimed=each, answer=_answer(each.order.url, chance), now=moment + timedelta(seconds=2))
            made += len(claimed)
    return made


def _next_moment(after: datetime | None, until: datetime) -> datetime | None:
    waiting = PostbackDelivery.objects.filter(state__in=OPEN, receiver__state="active", next_attempt_at__lte=until)
    waiting = waiting.filter(next_attempt_at__gt=after) if after else waiting
    return waiting.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()


def _answer(url, chance) -> Answer:
    if "old-tracker" in url:
        return Answer(None, "", "The server did not answer within 10 seconds.", 10_002)
    (status, text, _weight) = chance.choices(_ANSWERS, [weight for *_words, weight in _ANSWERS])[0]
    error = "" if status == 200 else f"HTTP {status}"
    return Answer(status, text, error, chance.randint(40, 400))
