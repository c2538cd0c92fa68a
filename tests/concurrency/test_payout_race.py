"""Many requests for the same money at the same moment. The guard is the lock on the account; without it the race is
real."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connections
from django.test import Client

from cpanet.core.errors import DomainError
from cpanet.core.money import to_text
from cpanet.ledger import journal
from cpanet.ledger.models import Account, Journal
from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from payouts.models import Payout
from payouts.services import batches, outcomes, requests
from tests import factories
from tests.fixtures.people import client_of
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, usd

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
MANY = 50


@pytest.fixture
def rich(db):
    """A network with a webmaster who has 100.00, and two of its staff; committed."""
    network = factories.network()
    with network_scope(network.pk):
        user = factories.user()
        affiliate = factories.affiliate(user=user)
        story.earned(affiliate, "100")
        return SimpleNamespace(
            network_id=network.pk,
            affiliate=affiliate,
            user=user,
            pay_to=story.payable(affiliate, story.method()),
            first=factories.user(),
            second=factories.user(),
        )


def at_once(calls):
    """Run each call in a thread and a connection of its own, all let go together; domain errors are answers too."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait()
        try:
            return call()
        except DomainError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def in_scope(rich, service, **arguments):
    def call():
        with network_scope(rich.network_id):
            return service(now=AFTER_HOLD, **arguments)

    return call


def asking(rich, amount, key):
    return in_scope(
        rich,
        requests.request_payout,
        affiliate=rich.affiliate,
        details_id=rich.pay_to.pk,
        amount=usd(amount),
        idempotency_key=key,
        actor=None,
    )


def available(rich):
    return to_text(webmaster_balance(affiliate_id=rich.affiliate.pk, currency="USD").available, "USD")


def assert_books_hold(rich):
    with network_scope(rich.network_id):
        findings = examine_books(network_id=rich.network_id, now=AFTER_HOLD)
        assert [finding.name for finding in findings if not finding.holds] == []


def test_same_request_fifty_times_is_one_payout(rich):
    answers = at_once([asking(rich, "30", "once")] * MANY)
    assert len({payout.pk for payout in answers}) == 1
    with network_scope(rich.network_id):
        assert Payout.objects.count() == 1
        assert available(rich) == "70.00"
    assert_books_hold(rich)


def test_same_form_sent_many_times_over_http_is_one_payout(rich):
    form = {"details": rich.pay_to.pk, "amount": "30", "key": "once"}
    with network_scope(rich.network_id):
        cookies = client_of(rich.user, "alpha.test").cookies

    def send():
        client = Client(HTTP_HOST="alpha.test")
        client.cookies = cookies
        return client.post("/webmaster/payouts/", form)

    answers = at_once([send] * 12)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    with network_scope(rich.network_id):
        assert Payout.objects.count() == 1


def test_different_requests_never_take_more_than_there_is(rich):
    answers = at_once([asking(rich, "30", f"key-{number}") for number in range(MANY)])
    refused = [answer for answer in answers if isinstance(answer, journal.NotEnough)]
    assert len(refused) == MANY - 3
    assert "You have $10.00 available" in str(refused[-1])
    with network_scope(rich.network_id):
        assert Payout.objects.count() == 3
        assert available(rich) == "10.00"
    assert_books_hold(rich)


def test_without_the_lock_the_same_money_is_taken_twice(rich, monkeypatch):
    """The same race with its guards taken away: so the tests above can fail."""
    met = threading.Barrier(2, timeout=20)

    def look_only(refs):
        wanted = set(refs)
        ids = journal._ids(wanted)
        found = {account.ref: account for account in Account.objects.filter(pk__in=ids.values())}
        met.wait()
        return found

    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP INDEX entry_claims_version")
    with network_scope(rich.network_id):  # so that nobody has to make an account on the way
        journal.lock_accounts([journal.Ref("in_payout", rich.affiliate.pk, "USD")])
    monkeypatch.setattr(journal, "_lock", look_only)
    at_once([asking(rich, "70", "a"), asking(rich, "70", "b")])
    monkeypatch.undo()
    with network_scope(rich.network_id):
        assert Payout.objects.count() == 2
        assert available(rich) == "30.00"
        broken = {each.name for each in examine_books(network_id=rich.network_id, now=AFTER_HOLD) if not each.holds}
    assert {"balance_is_sum_of_entries", "in_payout_is_waiting_payouts"} <= broken


def test_cancelling_and_gathering_at_once_has_one_winner(rich):
    for number in range(4):
        payout = asking(rich, "20", f"key-{number}")()
        cancel = in_scope(rich, requests.cancel_payout, affiliate=rich.affiliate, payout_id=payout.pk, actor=None)
        gather = in_scope(
            rich, batches.create_batch, method_id=payout.method_id, payout_ids=[payout.pk], actor=rich.first
        )
        answers = at_once([cancel, gather])
        assert sum(isinstance(answer, DomainError) for answer in answers) == 1
        assert_books_hold(rich)


def test_every_step_of_a_batch_taken_by_many_happens_once(rich):
    payouts = [asking(rich, "20", f"key-{number}")() for number in range(3)]
    ids = [payout.pk for payout in payouts]
    gather = in_scope(rich, batches.create_batch, method_id=payouts[0].method_id, payout_ids=ids, actor=rich.first)
    made = {batch.pk for batch in at_once([gather] * 6)}
    assert len(made) == 1
    batch_id = made.pop()
    at_once([in_scope(rich, batches.confirm_batch, batch_id=batch_id, actor=rich.second)] * 6)
    at_once([in_scope(rich, batches.mark_sent, batch_id=batch_id, actor=rich.first)] * 6)
    pay = in_scope(rich, outcomes.mark_paid, payout_ids=ids, actor=rich.first)
    pay_backwards = in_scope(rich, outcomes.mark_paid, payout_ids=ids[::-1], actor=rich.first)
    paid = at_once([pay, pay_backwards] * 3)
    assert sorted(len(each) for each in paid) == [0, 0, 0, 0, 0, 3]
    with network_scope(rich.network_id):
        assert set(Payout.objects.values_list("status", flat=True)) == {"paid"}
        assert Journal.objects.filter(kind="payout_send").count() == 3
        assert Journal.objects.filter(kind="payout_confirm").count() == 3
    assert_books_hold(rich)
