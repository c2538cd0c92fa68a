"""Every deed about payouts is killed before each of its statements in turn, and then done: the books never show it."""

from types import SimpleNamespace

import pytest

from cpanet.ledger.models import Entry, Journal
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from payouts.models import Payout
from payouts.results import ResultRow
from payouts.services import batches, details, outcomes, requests, schedules
from payouts.services.results import apply_results
from tests import factories
from tests.killing import killed_at
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, OTHER_IBAN, usd

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def stage(db):
    """A webmaster with 100.00, details, and the two persons a batch needs; committed."""
    network = factories.network()
    with network_scope(network.pk):
        affiliate = factories.affiliate(user=factories.user())
        story.earned(affiliate, "100")
        pay_to = story.payable(affiliate, story.method())
        people = {"first": factories.user(), "second": factories.user()}
        return SimpleNamespace(network_id=network.pk, affiliate=affiliate, pay_to=pay_to, **people)


def books_of(network_id):
    with network_scope(network_id):
        findings = examine_books(network_id=network_id, now=AFTER_HOLD)
        assert [each.as_dict() for each in findings if not each.holds] == []
        return Journal.objects.count(), Entry.objects.count()


def survived(stage, service, **arguments):
    """Kill the service at its first, second, third… statement until it lives to its end; its answer, and that a repeat
    changes nothing more. Nothing is left behind by those that died."""
    answers = []

    def deed():
        with network_scope(stage.network_id):
            answers.append(service(now=AFTER_HOLD, **arguments))

    before = books_of(stage.network_id)
    for statement in range(1, 200):
        if killed_at(statement, deed):
            break
        if statement % 7 == 0:  # the whole check each time would say the same
            assert books_of(stage.network_id) == before
    assert statement > 5
    answer = answers[-1]
    after = books_of(stage.network_id)
    deed()
    assert books_of(stage.network_id) == after
    return answer


def test_whole_life_of_payouts(stage):
    ask = {"affiliate": stage.affiliate, "details_id": stage.pay_to.pk, "amount": usd("20"), "actor": None}
    one, two, three, four = (survived(stage, requests.request_payout, idempotency_key=key, **ask) for key in "abcd")
    survived(stage, requests.cancel_payout, affiliate=stage.affiliate, payout_id=three.pk, actor=None)
    survived(stage, requests.reject_payout, payout_id=four.pk, reason="x", actor=stage.first)
    ids = [one.pk, two.pk]
    gather = {"method_id": one.method_id, "payout_ids": ids, "actor": stage.first}
    batch = survived(stage, batches.create_batch, **gather)
    survived(stage, batches.confirm_batch, batch_id=batch.pk, actor=stage.second)
    survived(stage, batches.mark_sent, batch_id=batch.pk, actor=stage.first)
    survived(stage, outcomes.mark_unknown, payout_id=two.pk, reason="x", actor=stage.first)
    rows = [ResultRow(1, str(one.pk), "paid"), ResultRow(2, str(two.pk), "failed", "closed")]
    survived(stage, apply_results, batch_id=batch.pk, rows=rows, actor=stage.first)
    survived(stage, outcomes.mark_returned, payout_id=one.pk, reason="x", actor=stage.first)
    with network_scope(stage.network_id):
        statuses = list(Payout.objects.order_by("pk").values_list("status", flat=True))
        assert statuses == ["returned", "failed", "rejected", "rejected"]
        assert story.money(stage.affiliate) == {"available": "98.80"}


def test_details_and_schedules(stage):
    with network_scope(stage.network_id):
        method = story.method(schedule="net", net_days=0)
    add = {"affiliate": stage.affiliate, "method_id": method.pk, "account": OTHER_IBAN, "holder": "A", "actor": None}
    stored = survived(stage, details.add_details, **add)
    with network_scope(stage.network_id):
        type(method).objects.filter(pk=method.pk).update(schedule="twice_a_month")

    def due(*, now):
        return schedules.request_if_due(details_id=stored.pk, now=now.replace(day=16))

    assert survived(stage, due).amount == usd("100")
