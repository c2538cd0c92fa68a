"""A hundred payouts through a rail that loses answers, repeats itself, tells things late, fails and takes back. In
the end its book says what ours says, and nobody was paid twice. `--run-slow` does it with 5,000."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from cpanet.tenancy.scope import network_scope
from payouts.models import Payout, PayoutAttempt
from payouts.rails import simulated
from payouts.rails.signing import signed_headers
from payouts.services import answers, sending
from payouts.services.notices import take_notice
from payouts.services.sending import look_up_due, submit_due
from tests.killing import Killed, killed_at
from tests.payouts import rail_story
from tests.payouts.story import AFTER_HOLD

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
WAITS = (timedelta(minutes=6), timedelta(minutes=40), timedelta(hours=2), timedelta(days=1))
ROUNDS = 24
SETTLED = ("paid", "failed", "returned")


@pytest.fixture(autouse=True)
def simulated_rail(settings, tmp_path, monkeypatch):
    return rail_story.prepare(settings, tmp_path, monkeypatch)


def at_once(calls):
    """Run the calls in threads with connections of their own; their errors are ours."""

    def run(call):
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def deliver(network_id, method, chance, number, reference, state, now):
    """One notice of the rail; some come twice."""
    body = f'{{"reference": "{reference}", "status": "{state}"}}'.encode()
    headers = signed_headers(method.rail_secret, f"n{number}", int(now.timestamp()), body)
    for _ in range(chance.choice((1, 1, 2))):
        with network_scope(network_id):
            take_notice(method=method, headers=headers, body=body, now=now)


@pytest.mark.parametrize(
    ("webmasters", "each"), [(10, 10), pytest.param(50, 100, marks=[pytest.mark.slow])], ids=["100", "5000"]
)
def test_its_book_is_ours(simulated_rail, monkeypatch, webmasters, each):
    monkeypatch.setattr(sending, "SILENT", 1_000_000)  # nobody spares this rail
    monkeypatch.setattr(answers, "MAX_ATTEMPTS", 1_000)
    chance = random.Random(20261122)
    network_id, method, payouts = rail_story.rich_network(webmasters, each)
    for number in range(webmasters):
        plan = chance.choices(simulated.BEHAVIOURS, weights=(4, 2, 3, 3, 3, 1, 1, 1, 1), k=each)
        simulated_rail.plan(rail_story.account_of(number), plan)
    now = AFTER_HOLD
    for _round in range(ROUNDS):
        submit = [lambda now=now: submit_due(network_id=network_id, now=now, limit=5000)] * 3
        at_once([*submit, lambda now=now: look_up_due(network_id=network_id, now=now, limit=5000)])
        simulated_rail.work()
        told = simulated_rail.notices()
        for each_told in chance.sample(told, min(len(told), len(payouts) // 12)):  # any of them, again and out of order
            deliver(network_id, method, chance, *each_told, now)
        now += chance.choice(WAITS)
        with network_scope(network_id):
            if not Payout.objects.exclude(status__in=SETTLED).exists() and _round > 3:
                break
    last = [deliver(network_id, method, chance, *each_told, now) for each_told in simulated_rail.notices()]
    at_once([lambda: look_up_due(network_id=network_id, now=now, limit=5000)] * 2)
    assert len(last) > len(payouts)
    rail_story.assert_books_agree(network_id, now)
    with network_scope(network_id):
        statuses = set(Payout.objects.values_list("status", flat=True))
        assert statuses == set(SETTLED)
        assert not Payout.objects.exclude(attention="").exists()
        assert PayoutAttempt.objects.filter(step="asked", number__gt=1).exists()


def only_due(payout, now):
    Payout.objects.filter(submit_at__isnull=False).update(submit_at=None)
    Payout.objects.filter(pk=payout.pk).update(submit_at=now)


def test_killed_before_any_statement_it_pays_once(simulated_rail):
    """Sender and asker die before each of their statements in turn, and are run again: the books are those of an
    undisturbed run."""
    network_id, _method, payouts = rail_story.rich_network(2, 90)
    waiting, now = iter(payouts), AFTER_HOLD
    for dies_in in (submit_due, look_up_due):
        for statement in range(1, 100):
            payout = next(waiting)
            with network_scope(network_id):
                only_due(payout, now)
            if dies_in is look_up_due:
                submit_due(network_id=network_id, now=now)
                simulated_rail.work()
                now += timedelta(hours=2)
            lived = killed_at(statement, lambda work=dies_in, now=now: work(network_id=network_id, now=now))
            now = rail_story.pass_time(network_id, since=now, waits=rail_story.WAIT_FOR_THE_RAIL[:4])
            with network_scope(network_id):
                assert (statement, Payout.objects.get(pk=payout.pk).status) == (statement, "paid")
            if lived:
                break
        assert lived and statement > 20
    with network_scope(network_id):
        Payout.objects.filter(submit_at__isnull=False).update(submit_at=None)
        assert PayoutAttempt.objects.filter(step="lost").exists()
    rail_story.assert_books_agree(network_id, now)


@pytest.mark.parametrize(("when", "attempts"), [("before", 2), ("after", 1)])
def test_killed_at_the_call_it_pays_once(simulated_rail, monkeypatch, when, attempts):
    """Between the commit of the reference and the question, and between the rail's deed and its answer."""
    network_id, _method, [payout] = rail_story.rich_network(1, 1)

    class DyingRail:
        def submit(self, **order):
            if when == "after":
                simulated_rail.submit(**order)
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(sending, "rail_of", lambda method: DyingRail())
        submit_due(network_id=network_id, now=AFTER_HOLD)
    with network_scope(network_id):
        assert (Payout.objects.get().status, Payout.objects.get().attempt) == ("submitting", 1)
    assert submit_due(network_id=network_id, now=AFTER_HOLD + timedelta(days=1)) == 0
    now = rail_story.pass_time(network_id)
    with network_scope(network_id):
        payout = Payout.objects.get()
        assert (payout.status, payout.attempt) == ("paid", attempts)
    assert [line.times_paid for line in simulated_rail.payments()] == [1]
    rail_story.assert_books_agree(network_id, now)


def test_many_senders_submit_each_payout_once(simulated_rail):
    network_id, _method, payouts = rail_story.rich_network(1, 6)
    gate = threading.Barrier(12)

    def send():
        gate.wait()
        return submit_due(network_id=network_id, now=AFTER_HOLD)

    assert sum(at_once([send] * 12)) == len(payouts)
    assert len(simulated_rail.payments()) == len(payouts)
    at_once([lambda: look_up_due(network_id=network_id, now=AFTER_HOLD + timedelta(hours=1))] * 6)
    rail_story.assert_books_agree(network_id, AFTER_HOLD)
