"""What became of the visits: postbacks, decisions, holds, payouts – in the order of time."""

import heapq
import itertools
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from cpanet.accounts.roles import Role
from cpanet.core.money import EXTRA_DIGITS
from cpanet.ledger.selectors import webmaster_balance
from cpanet.portal.demo import disputes, receivers
from offers.models import Offer
from payouts.models import Payout
from payouts.selectors.payouts import active_details
from payouts.services.batches import confirm_batch, create_batch, mark_sent
from payouts.services.outcomes import mark_batch_paid
from payouts.services.requests import request_payout
from tracking.choices import DecisionSource, DeclineReason, Status
from tracking.services.decisions import decide
from tracking.services.holds import release_due_holds
from tracking.services.postbacks import take_call

REASONS = (
    (DeclineReason.CANCELLED, 5),
    (DeclineReason.NOT_PAID, 3),
    (DeclineReason.RETURNED, 2),
    (DeclineReason.DUPLICATE, 1),
    (DeclineReason.WRONG_DATA, 1),
)


class History:
    """Plays the events of one network in the order of time. Make and use it inside the network's scope."""

    def __init__(self, stage, chance: random.Random):
        self._stage, self._chance = stage, chance
        self._order = itertools.count()
        self._events: list[tuple] = []
        self._advertisers = {offer.pk: offer.advertiser for offer in Offer.objects.select_related("advertiser")}
        self.leads = 0

    def expect(self, visits) -> None:
        """Some of the visits become leads, some time later."""
        for visit in visits:
            _shop, plan = self._stage.offers[visit.offer_id]
            for goal in plan.goals:
                if self._chance.random() < goal.rate:
                    delay = timedelta(minutes=self._chance.expovariate(1 / 90) + 2)
                    self._at(visit.at + delay, self._postback, visit, goal)

    def rush(self, visits) -> None:
        """Leads that come two seconds after their clicks: what the rules against fraud are for."""
        for visit in visits:
            goal = self._stage.offers[visit.offer_id][1].goals[0]
            self._at(visit.at + timedelta(seconds=2), self._postback, visit, goal)

    def play(self, days: list[datetime], until: datetime) -> None:
        """Everything that happens on these days, up to `until`."""
        for day in days:
            self._at(day + timedelta(hours=1), self._release)
            if day.weekday() == 4:
                self._at(day + timedelta(hours=10), self._ask_for_payouts)
            if day.weekday() == 0:
                self._at(day + timedelta(hours=11), self._pay)
        self._at(until - timedelta(days=receivers.DAYS), self._set_up_trackers)
        for event, at, arguments in self._due(until):
            event(at, *arguments)
        self._release(until)  # what has become due since the last morning: the clock takes over from here
        disputes.dispute_some(until)
        receivers.play_answers(self._stage.network.pk, until, self._chance)

    def _set_up_trackers(self, at):
        receivers.set_up(self._stage.webmasters, at)

    def _at(self, moment, event, *arguments):
        heapq.heappush(self._events, (moment, next(self._order), event, arguments))

    def _due(self, until) -> Iterator[tuple]:
        while self._events and self._events[0][0] < until:
            moment, _number, event, arguments = heapq.heappop(self._events)
            yield event, moment, arguments

    def _postback(self, at, visit, goal):
        self.leads += 1
        parameters = {
            "click_id": visit.click_id,
            "goal": goal.code,
            "order_id": f"{goal.code[:2].upper()}-{10_000 + self.leads}",
        }
        if goal.percent:
            parameters["amount"] = f"{self._chance.triangular(*goal.basket, sum(goal.basket) / 3):.2f}"
        _call, outcome = take_call(
            advertiser=self._advertisers[visit.offer_id],
            parameters=parameters,
            method="GET",
            address="192.0.2.10",
            now=at,
        )
        if outcome.conversion and outcome.conversion.status == Status.PENDING:
            thinking = timedelta(days=self._chance.uniform(0.5, 9))
            self._at(at + thinking, self._decide, outcome.conversion.pk, goal)

    def _decide(self, at, conversion_id, goal):
        if self._chance.random() < goal.approval:
            words = {"status": Status.APPROVED}
        else:
            reasons, weights = zip(*REASONS, strict=True)
            words = {"status": Status.DECLINED, "reason": self._chance.choices(reasons, weights)[0]}
        decide(conversion_id=conversion_id, source=DecisionSource.ADVERTISER, actor=None, now=at, **words)

    def _release(self, at):
        while release_due_holds(now=at).count:
            pass

    def _ask_for_payouts(self, at):
        for affiliate in self._stage.webmasters:
            details = active_details(affiliate_id=affiliate.pk).filter(method=self._stage.method).first()
            balance = webmaster_balance(affiliate_id=affiliate.pk, currency=self._stage.network.currency)
            coin = 10**EXTRA_DIGITS
            amount = balance.available // coin * coin
            if details and amount >= self._stage.method.minimum:
                member = affiliate.memberships(manager="objects").first().user
                request_payout(
                    affiliate=affiliate, details_id=details.pk, amount=amount,
                    idempotency_key=f"demo-{at:%Y%m%d}", actor=member, now=at,
                )  # fmt: skip

    def _pay(self, at):
        waiting = list(Payout.objects.filter(status=Payout.Status.REQUESTED).values_list("pk", flat=True))
        if not waiting:
            return
        staff = self._stage.staff
        batch = create_batch(method_id=self._stage.method.pk, payout_ids=waiting, actor=staff[Role.FINANCE], now=at)
        confirm_batch(batch_id=batch.pk, actor=staff[Role.OWNER], now=at + timedelta(minutes=20))
        mark_sent(batch_id=batch.pk, actor=staff[Role.FINANCE], now=at + timedelta(minutes=30))
        mark_batch_paid(batch_id=batch.pk, actor=staff[Role.FINANCE], now=at + timedelta(hours=5))
