"""Payouts that leave by a call: what the rail says is what the books say, however badly it behaves."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cpanet.ledger.models import Journal
from payouts import tasks
from payouts.models import Payout, PayoutAttempt, PayoutFreeze
from payouts.rails import simulated
from payouts.rails.words import Answer, Outcome
from payouts.services import answers, batches, outcomes, sending
from payouts.services.answers import take_answer
from tests.payouts import rail_story, story
from tests.payouts.rail_story import DAY, HOUR, MINUTE
from tests.payouts.story import AFTER_HOLD, INBOX, money, status_of, text_of

ACCOUNT = "alice@pay.example"
NEVER_HEARD = (MINUTE, 6 * MINUTE, HOUR + MINUTE)


@pytest.fixture(autouse=True)
def simulated_rail(settings, tmp_path, monkeypatch):
    return rail_story.prepare(settings, tmp_path, monkeypatch)


@pytest.fixture
def payout(people, in_network):
    """50.00 of Alice in a batch that the rail method has been told to send."""
    story.earned(people.alice.affiliate, "100")
    details = story.payable(people.alice.affiliate, rail_story.method(), account=ACCOUNT)
    made = story.requested(people.alice.affiliate, "50", details)
    rail_story.handed_over([made], first=people.finance.user, second=people.owner.user)
    return made


def steps(payout):
    return list(payout.attempts.values_list("number", "step", "outcome"))


def kinds(payout):
    return list(Journal.objects.filter(subject=payout.subject).order_by("id").values_list("kind", flat=True))


def test_accepted_then_paid(payout, network, people, simulated_rail):
    assert sending.submit_due(network_id=network.pk, now=AFTER_HOLD) == 1
    assert status_of(payout) == "sent"
    assert money(people.alice.affiliate) == {"available": "50.00", "in_payout": "48.50"}
    assert sending.look_up_due(network_id=network.pk, now=AFTER_HOLD + MINUTE) == 0
    simulated_rail.work()
    sending.look_up_due(network_id=network.pk, now=AFTER_HOLD + HOUR)
    assert status_of(payout) == "paid"
    assert status_of(Payout.objects.get(pk=payout.pk).batch) == "closed"
    assert steps(payout) == [(1, "asked", ""), (1, "answered", "accepted"), (1, "looked_up", "paid")]
    assert kinds(payout) == ["payout_request", "payout_send", "payout_confirm"]
    [line] = simulated_rail.payments()
    assert (line.account, line.amount, line.currency, line.times_paid) == (ACCOUNT, "48.50", "USD", 1)
    page = text_of(people.finance.client.get(f"{INBOX}{payout.pk}/"))
    assert "Handed to the rail" in page
    assert line.reference in page
    rail_story.assert_books_agree(network.pk, AFTER_HOLD + HOUR)


@pytest.mark.parametrize(
    ("behaviours", "status", "attempts", "left"),
    [
        ([simulated.PAY], "paid", 1, {"available": "50.00", "paid": "48.50"}),
        ([simulated.REFUSE], "failed", 1, {"available": "100.00"}),
        ([simulated.FAIL], "failed", 1, {"available": "100.00"}),
        ([simulated.LOSE_ANSWER], "paid", 1, {"available": "50.00", "paid": "48.50"}),
        ([simulated.LOSE_ANSWER_PAID], "paid", 1, {"available": "50.00", "paid": "48.50"}),
        ([simulated.RETURN], "paid", 1, {"available": "50.00", "paid": "48.50"}),
        ([simulated.LOSE_REQUEST, simulated.PAY], "paid", 2, {"available": "50.00", "paid": "48.50"}),
        ([simulated.LOSE_REQUEST] * 2, "paid", 3, {"available": "50.00", "paid": "48.50"}),
    ],
)
def test_every_behaviour_ends_in_the_same_books(
    payout, network, people, simulated_rail, behaviours, status, attempts, left
):
    simulated_rail.plan(ACCOUNT, behaviours)
    waits = rail_story.WAIT_FOR_THE_RAIL * 3 if simulated.RETURN not in behaviours else (HOUR,)
    end = rail_story.pass_time(network.pk, waits=waits)
    payout.refresh_from_db()
    assert (payout.status, payout.attempt) == (status, attempts)
    assert money(people.alice.affiliate) == left
    rail_story.assert_books_agree(network.pk, end)


def test_no_answer_is_unknown_until_the_rail_answers(payout, network, people, simulated_rail):
    simulated_rail.plan(ACCOUNT, [simulated.LOSE_ANSWER])
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    assert status_of(payout) == "unknown"
    assert money(people.alice.affiliate) == {"available": "50.00", "in_payout": "48.50"}
    for action, fields in (("failed", {"reason": "x"}), ("paid", {})):
        answer = people.finance.client.post(f"{INBOX}{payout.pk}/act/", {"action": action, **fields})
        assert answer.status_code == 422
        assert "only its answer settles it" in answer.content.decode()
    assert sending.submit_due(network_id=network.pk, now=AFTER_HOLD + DAY) == 0
    assert sending.look_up_due(network_id=network.pk, now=AFTER_HOLD + 5 * MINUTE) == 1
    assert status_of(payout) == "sent"


def test_never_received_is_believed_only_when_nobody_can_be_calling(payout, network, simulated_rail):
    simulated_rail.plan(ACCOUNT, [simulated.LOSE_REQUEST])
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    sending.look_up_due(network_id=network.pk, now=AFTER_HOLD + 5 * MINUTE)
    assert status_of(payout) == "unknown"
    sending.look_up_due(network_id=network.pk, now=AFTER_HOLD + 2 * HOUR)
    assert status_of(payout) == "approved"
    assert kinds(payout)[-2:] == ["payout_send", "payout_recall"]
    assert sending.submit_due(network_id=network.pk, now=AFTER_HOLD + 2 * HOUR) == 1
    first, second = payout.attempts.filter(step="asked").values_list("reference", flat=True)
    assert first != second


def test_reached_after_all_is_not_sent_again(payout, network, people, simulated_rail):
    """The rail said “never received” and then knows it: the second attempt is not made."""
    simulated_rail.plan(ACCOUNT, [simulated.LOSE_REQUEST])
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    sending.look_up_due(network_id=network.pk, now=AFTER_HOLD + 2 * HOUR)
    answer = Answer(Outcome.PAID, version=1)
    take_answer(payout_id=payout.pk, number=1, answer=answer, step="looked_up", now=AFTER_HOLD + 2 * HOUR)
    assert status_of(payout) == "paid"
    assert sending.submit_due(network_id=network.pk, now=AFTER_HOLD + DAY) == 0
    assert money(people.alice.affiliate) == {"available": "50.00", "paid": "48.50"}


@pytest.mark.parametrize("outcome", [Outcome.PAID, Outcome.FAILED])
def test_what_is_said_of_an_earlier_attempt_moves_nothing(payout, network, simulated_rail, outcome):
    simulated_rail.plan(ACCOUNT, [simulated.LOSE_REQUEST])
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    sending.look_up_due(network_id=network.pk, now=AFTER_HOLD + 2 * HOUR)
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD + 2 * HOUR)
    before = kinds(payout)
    take_answer(payout_id=payout.pk, number=1, answer=Answer(outcome), step="looked_up", now=AFTER_HOLD + 3 * HOUR)
    payout.refresh_from_db()
    assert (payout.status, payout.attempt, kinds(payout)) == ("sent", 2, before)
    assert bool(payout.attention) == (outcome == Outcome.PAID)  # that would be twice: a person looks into it


def test_after_days_without_an_answer_a_person_is_asked(payout, network, people, monkeypatch):
    def dead(method):
        raise ConnectionError

    monkeypatch.setattr(sending, "rail_of", dead)
    rail_story.pass_time(network.pk, waits=(DAY,) * 6, works=False)
    payout.refresh_from_db()
    assert payout.status == "unknown"
    assert "has not said for days" in payout.attention
    assert "has not said for days" in text_of(people.finance.client.get(f"{INBOX}{payout.pk}/"))
    assert "/manager/payouts/?attention=" in people.finance.client.get(INBOX).content.decode()
    response = people.finance.client.post(f"{INBOX}{payout.pk}/act/", {"action": "paid", "reference": "by phone"})
    assert response.status_code == 302
    assert status_of(payout) == "paid"


def test_money_stays_in_clearing_while_attempts_run_out(payout, network, simulated_rail):
    simulated_rail.plan(ACCOUNT, [simulated.LOSE_REQUEST] * 9)
    end = rail_story.pass_time(network.pk, waits=(DAY,) * 12)
    payout.refresh_from_db()
    assert (payout.status, payout.attempt) == ("unknown", answers.MAX_ATTEMPTS)
    assert "have not reached the rail" in payout.attention
    assert simulated_rail.payments() == []
    rail_story.assert_books_agree(network.pk, end)


def test_nothing_is_submitted_while_payouts_are_frozen(payout, network, simulated_rail):
    PayoutFreeze.objects.create(frozen_at=AFTER_HOLD, findings=[])
    assert sending.submit_due(network_id=network.pk, now=AFTER_HOLD) == 0
    assert simulated_rail.payments() == []


def test_batch_of_a_rail_cannot_be_dissolved_or_marked_paid_by_hand(payout, network, people):
    batch = Payout.objects.get(pk=payout.pk).batch
    act = f"/manager/batches/{batch.pk}/act/"
    assert people.finance.client.post(act, {"action": "dissolve"}).status_code == 409
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    assert people.finance.client.post(act, {"action": "paid"}).status_code == 409
    assert status_of(payout) == "sent"


def test_older_answers_change_nothing(payout, network):
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    for outcome, version in ((Outcome.FAILED, 9), (Outcome.PAID, 5), (Outcome.ACCEPTED, 1), (Outcome.FAILED, 9)):
        answer = Answer(outcome, version=version)
        take_answer(payout_id=payout.pk, number=1, answer=answer, step="looked_up", now=AFTER_HOLD)
    payout.refresh_from_db()
    assert (payout.status, payout.attention) == ("failed", "")


def test_what_cannot_be_true_asks_for_a_person_and_moves_nothing(payout, network, people):
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    for outcome in (Outcome.FAILED, Outcome.PAID):
        take_answer(payout_id=payout.pk, number=1, answer=Answer(outcome), step="looked_up", now=AFTER_HOLD)
    payout.refresh_from_db()
    assert payout.status == "failed"
    assert "The rail says “paid”" in payout.attention
    for _ in range(2):
        looked = people.finance.client.post(f"{INBOX}{payout.pk}/act/", {"action": "looked"})
        assert looked.status_code == 302
    assert Payout.objects.get(pk=payout.pk).attention == ""
    assert money(people.alice.affiliate) == {"available": "100.00"}


def test_paid_can_still_come_back(payout, network, people, simulated_rail):
    simulated_rail.plan(ACCOUNT, [simulated.REVERSE])
    rail_story.pass_time(network.pk, waits=(HOUR,))
    assert status_of(payout) == "paid"
    simulated_rail.work()
    Payout.objects.filter(pk=payout.pk).update(look_up_at=AFTER_HOLD + DAY)
    sending.look_up_due(network_id=network.pk, now=AFTER_HOLD + DAY)
    assert status_of(payout) == "returned"
    assert money(people.alice.affiliate) == {"available": "98.50"}
    rail_story.assert_books_agree(network.pk, AFTER_HOLD + DAY)


def test_attempts_are_written_once(payout, network):
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    with pytest.raises(DatabaseError), transaction.atomic():
        PayoutAttempt.objects.update(outcome="paid")


def test_notices_are_signed_and_count_once(payout, network, people, simulated_rail, run_queue):
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    simulated_rail.work()
    method = payout.method
    client, reference = people.stranger.client, Payout.objects.get(pk=payout.pk).reference

    def notify(number, secret=method.rail_secret, about=reference, state="paid"):
        return rail_story.notify(client, method.pk, secret, number, about, state)

    assert notify(1, secret="whsec_" + "A" * 43 + "=") == 401
    assert client.post(f"/payout-rails/{method.pk}/notices/", b"{}", content_type="text/plain").status_code == 401
    assert notify(2, about="payout_nobody-1") == 404
    assert status_of(payout) == "sent"
    with run_queue():
        assert notify(3) == 200
    assert status_of(payout) == "paid"
    with run_queue():
        assert [notify(3), notify(4, state="accepted"), notify(5)] == [200, 200, 200]
    assert status_of(payout) == "paid"
    assert payout.attempts.filter(step="notice").count() == 3
    assert kinds(payout) == ["payout_request", "payout_send", "payout_confirm"]


def test_register_methods_take_no_notices(people, in_network):
    method = story.method()
    assert rail_story.notify(people.stranger.client, method.pk, "whsec_" + "A" * 43 + "=", 1, "x", "paid") == 404


def test_simulated_rail_is_offered_only_where_it_is_allowed(people, in_network, settings):
    settings.SIMULATED_RAIL = False
    with pytest.raises(story.methods.BadMethod):
        rail_story.method()


def test_mark_unknown_is_for_registers(payout, network, people):
    sending.submit_due(network_id=network.pk, now=AFTER_HOLD)
    with pytest.raises(outcomes.AskTheRail):
        outcomes.mark_unknown(payout_id=payout.pk, reason="x", actor=people.finance.user, now=AFTER_HOLD)
    assert status_of(Payout.objects.get(pk=payout.pk).batch) == batches.PayoutBatch.Status.SENT
    assert timedelta(minutes=25) < answers.LAST_CALL


def test_silent_rail_is_left_alone_for_a_while(people, in_network, network, simulated_rail):
    story.earned(people.alice.affiliate, "100")
    details = story.payable(people.alice.affiliate, rail_story.method(), account=ACCOUNT)
    payouts = [story.requested(people.alice.affiliate, "10", details) for _ in range(5)]
    rail_story.handed_over(payouts, first=people.finance.user, second=people.owner.user)
    simulated_rail.plan(ACCOUNT, [simulated.LOSE_ANSWER] * 3)
    assert sending.submit_due(network_id=network.pk, now=AFTER_HOLD) == 3
    assert sending.submit_due(network_id=network.pk, now=AFTER_HOLD + MINUTE) == 0
    assert sending.submit_due(network_id=network.pk, now=AFTER_HOLD + 5 * MINUTE) == 2


def test_task_sends_what_is_due(people, in_network, network, simulated_rail, payout, run_queue):
    tasks.submit_due_payouts()
    Payout.objects.update(submit_at=timezone.now())
    tasks.submit_due_payouts(network_id=network.pk)
    assert status_of(payout) == "sent"
    simulated_rail.work()
    Payout.objects.update(look_up_at=timezone.now())
    tasks.look_up_unknown()
    assert status_of(payout) == "paid"
