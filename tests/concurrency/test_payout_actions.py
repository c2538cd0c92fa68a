"""Every deed about payouts, fifty times at the same moment: one effect, fifty equal answers."""

from datetime import UTC, datetime

import pytest

from cpanet.accounts.models import AuditEntry
from cpanet.ledger.models import Journal
from cpanet.tenancy.scope import network_scope
from payouts.models import Payout, PayoutBatch, PayoutDetails
from payouts.rails.signing import signed_headers
from payouts.results import ResultRow
from payouts.services import batches, details, notices, outcomes, requests, schedules, sending
from payouts.services.results import apply_results
from tests.concurrency.test_payout_race import MANY, asking, assert_books_hold, at_once, in_scope, rich
from tests.payouts import rail_story, story
from tests.payouts.story import AFTER_HOLD, OTHER_IBAN

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["rich"]
MONDAY = datetime(2026, 12, 7, 9, tzinfo=UTC)


def many_times(rich, service, **arguments):
    """The answers of fifty calls; none may fail."""
    answers = at_once([in_scope(rich, service, **arguments)] * MANY)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    return answers


def counted(rich, payout, kind, action):
    """(journals of this kind, audit lines of this action) about a payout."""
    with network_scope(rich.network_id):
        journals = Journal.objects.filter(subject=payout.subject, kind=kind).count()
        return journals, AuditEntry.objects.filter(action=action, subject_id=payout.pk).count()


def test_the_life_of_a_batch(rich):
    payout = asking(rich, "30", "a")()
    gather = {"method_id": payout.method_id, "payout_ids": [payout.pk], "actor": rich.first}
    [batch_id] = {batch.pk for batch in many_times(rich, batches.create_batch, **gather)}
    for service, actor, status in (
        (batches.confirm_batch, rich.second, "confirmed"),
        (batches.dissolve_batch, rich.first, "dissolved"),
    ):
        assert {each.status for each in many_times(rich, service, batch_id=batch_id, actor=actor)} == {status}
    [batch_id] = {batch.pk for batch in many_times(rich, batches.create_batch, **gather)}
    many_times(rich, batches.take_out, payout_id=payout.pk, actor=rich.first)
    assert counted(rich, payout, "payout_send", "payout.taken_out") == (0, 1)
    [batch_id] = {batch.pk for batch in many_times(rich, batches.create_batch, **gather)}
    in_scope(rich, batches.confirm_batch, batch_id=batch_id, actor=rich.second)()
    assert {each.status for each in many_times(rich, batches.mark_sent, batch_id=batch_id, actor=rich.first)} == {
        "sent"
    }
    assert counted(rich, payout, "payout_send", "payout.sent") == (1, 1)
    for service, kind, status in (
        (outcomes.mark_unknown, "", "unknown"),
        (outcomes.mark_failed, "payout_fail", "failed"),
    ):
        answers = many_times(rich, service, payout_id=payout.pk, reason="x", actor=rich.first)
        assert {each.status for each in answers} == {status}
        assert counted(rich, payout, kind, f"payout.{status}") == (int(bool(kind)), 1)
    with network_scope(rich.network_id):
        assert PayoutBatch.objects.get(pk=batch_id).status == "closed"
    assert_books_hold(rich)


def test_paid_and_returned(rich):
    payouts = [asking(rich, "30", key)() for key in "ab"]
    with network_scope(rich.network_id):
        batch = story.sent(payouts, first=rich.first, second=rich.second)
    rows = [ResultRow(1, str(payouts[0].pk), "paid"), ResultRow(2, str(payouts[1].pk), "failed", "closed")]
    verdicts = many_times(rich, apply_results, batch_id=batch.pk, rows=rows, actor=rich.first)
    assert sum(verdict.is_effective for answer in verdicts for verdict in answer) == 2
    assert counted(rich, payouts[0], "payout_confirm", "payout.paid") == (1, 1)
    assert counted(rich, payouts[1], "payout_fail", "payout.failed") == (1, 1)
    answers = many_times(rich, outcomes.mark_returned, payout_id=payouts[0].pk, reason="x", actor=rich.first)
    assert {each.status for each in answers} == {"returned"}
    assert counted(rich, payouts[0], "payout_return", "payout.returned") == (1, 1)
    assert_books_hold(rich)


def test_cancelled_rejected_changed_and_due(rich):
    cancelled, rejected = (asking(rich, "20", key)() for key in "ab")
    many_times(rich, requests.cancel_payout, affiliate=rich.affiliate, payout_id=cancelled.pk, actor=None)
    many_times(rich, requests.reject_payout, payout_id=rejected.pk, reason="x", actor=rich.first)
    assert counted(rich, cancelled, "payout_reject", "payout.cancelled") == (1, 1)
    assert counted(rich, rejected, "payout_reject", "payout.rejected") == (1, 1)
    with network_scope(rich.network_id):
        method = story.method(schedule="weekly")
    new = {"affiliate": rich.affiliate, "method_id": method.pk, "account": OTHER_IBAN, "holder": "A", "actor": None}
    [details_id] = {each.pk for each in many_times(rich, details.add_details, **new)}

    def due():
        return schedules.request_scheduled(network_id=rich.network_id, now=MONDAY)

    assert sum(at_once([due] * MANY)) >= 1
    with network_scope(rich.network_id):
        assert PayoutDetails.objects.filter(method=method).count() == 1
        [payout] = Payout.objects.filter(details_id=details_id)
        assert payout.amount == story.usd("100")
    assert_books_hold(rich)


def test_notices_and_answers_of_a_rail(rich, settings, tmp_path, monkeypatch):
    simulated = rail_story.prepare(settings, tmp_path, monkeypatch)
    with network_scope(rich.network_id):
        method = rail_story.method()
        payout = story.requested(rich.affiliate, "20", story.payable(rich.affiliate, method, account="a@b.example"))
        PayoutDetails.objects.update(usable_at=None)
        rail_story.handed_over([payout], first=rich.first, second=rich.second)
    sending.submit_due(network_id=rich.network_id, now=AFTER_HOLD)
    simulated.work()
    body = f'{{"reference": "{payout.public_id}-1", "status": "paid"}}'.encode()
    headers = signed_headers(method.rail_secret, "notice", int(AFTER_HOLD.timestamp()), body)
    answers = many_times(rich, notices.take_notice, method=method, headers=headers, body=body)
    assert sorted(answers) == [False] * (MANY - 1) + [True]
    at_once([lambda: sending.look_up_due(network_id=rich.network_id, now=AFTER_HOLD)] * MANY)
    assert counted(rich, payout, "payout_confirm", "payout.paid") == (1, 1)
    assert_books_hold(rich)
