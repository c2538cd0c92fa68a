"""A write that is sent twice happens once."""

import threading

import pytest
from django.db import connection

from cpanet.accounts.models import Membership
from cpanet.accounts.rest import repeats
from cpanet.tenancy.scope import network_scope
from payouts.models import Payout, PayoutDetails, PayoutMethod
from tests.factories import NOW
from tests.payouts.story import earned
from tracking.models import TrackingLink

from .conftest import usd
from .test_errors import check_problem


@pytest.fixture
def details(people, network):
    """Alice has 100.00 available and details of a method with a minimum of 20.00."""
    with network_scope(network.pk):
        earned(people.alice.affiliate, "100")
        method = PayoutMethod.objects.create(kind="iban", name="SEPA", currency="USD", minimum=usd("20"))
        return PayoutDetails.objects.create(
            affiliate=people.alice.affiliate,
            method=method,
            holder="Alice",
            account="DE89370400440532013000",
            masked="DE89 … 3000",
        )


def test_payout_is_requested_once(alice, details, network):
    body = {"details_id": details.pk, "amount": "30.00"}
    first = alice.post("payouts", body, idempotency_key="k-1")
    again = alice.post("payouts", body, idempotency_key="k-1")
    assert first.status_code == again.status_code == 201 and first.data == again.data
    assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
    check_problem(
        alice.post("payouts", body | {"amount": "31.00"}, idempotency_key="k-1"), 422, "idempotency_key_reused"
    )
    assert first.data["amount"] == "30.00" and first.data["status"] == "requested"
    with network_scope(network.pk):
        assert Payout.objects.count() == 1
    [balance] = alice.get("balance").data["data"]
    assert (balance["available"], balance["in_payout"]) == ("70.00", "30.00")
    assert alice.get(f"payouts/{first.data['public_id']}").data == alice.get("payouts").data["data"][0]


def test_payout_refusals(alice, bob, details, network):
    body = {"details_id": details.pk, "amount": "30.00"}
    check_problem(alice.post("payouts", body), 400, "bad_idempotency_key")
    check_problem(alice.post("payouts", body | {"amount": "19.99"}, idempotency_key="a"), 422, "below_minimum")
    check_problem(alice.post("payouts", body | {"amount": "100.01"}, idempotency_key="b"), 422)
    check_problem(alice.post("payouts", body | {"amount": "NaN"}, idempotency_key="c"), 400)
    check_problem(alice.post("payouts", body | {"amount": "30.00001"}, idempotency_key="d"), 422)
    check_problem(bob.post("payouts", body, idempotency_key="e"), 422, "unknown_details")
    assert (
        bob.get("payout-details").data["data"] == [] and alice.get("payout-details").data["data"][0]["id"] == details.pk
    )
    with network_scope(network.pk):
        assert not Payout.objects.exists()
    mended = alice.post("payouts", body, idempotency_key="a")
    assert mended.status_code == 201, "a refused call may be mended under its key"


def test_payout_is_cancelled_once(alice, bob, details, network):
    payout = alice.post("payouts", {"details_id": details.pk, "amount": "30.00"}, idempotency_key="a").data
    address = f"payouts/{payout['public_id']}/cancel"
    check_problem(bob.post(address, {}), 404)
    assert alice.post(f"{address}?dry_run=1", {}).data["status"] == "rejected"
    assert alice.get("balance").data["data"][0]["in_payout"] == "30.00"
    for _ in range(2):
        assert alice.post(address, {}).data["status"] == "rejected"
    [balance] = alice.get("balance").data["data"]
    assert (balance["available"], balance["in_payout"]) == ("100.00", "0.00")
    check_problem(alice.post(address, {"why": "x"}), 400)


def test_payout_rehearsed(alice, details, network):
    answer = alice.post("payouts?dry_run=1", {"details_id": details.pk, "amount": "30.00"})
    assert answer.status_code == 200 and answer.data["net"] == "30.00"
    with network_scope(network.pk):
        assert not Payout.objects.exists()


def test_keys_of_two_callers_and_two_paths_are_apart(alice, bob, shop, network):
    body = {"offer_id": shop.pk, "traffic_source": "content", "name": "Once"}
    answers = [caller.post("links", body, idempotency_key="same") for caller in (alice, bob, alice)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert answers[0].data == answers[2].data and answers[0].data["id"] != answers[1].data["id"]
    assert answers[2]["ETag"] == answers[0]["ETag"]
    with network_scope(network.pk):
        assert TrackingLink.objects.filter(name="Once").count() == 2


def test_bad_keys(alice, shop):
    for key in ("", "x" * 101, "a\tb"):
        answer = alice.post("links", {"offer_id": shop.pk, "traffic_source": "content"}, idempotency_key=key)
        check_problem(answer, 400, "bad_idempotency_key")
    assert NOW


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_call_at_work_is_not_begun_again(alice, shop, network, people):
    """The first call's transaction is still open on another connection."""
    body = {"offer_id": shop.pk, "traffic_source": "content", "name": "Once"}
    with network_scope(network.pk):
        member = Membership.objects.get(user=people.alice.user)
    begun, done = threading.Event(), threading.Event()

    def first_call():
        with network_scope(network.pk):
            repeats._lock(f"{member.pk}:/api/v1/links:slow")
            begun.set()
            done.wait(20)
        connection.close()

    thread = threading.Thread(target=first_call)
    thread.start()
    begun.wait(20)
    refused = alice.post("links", body, idempotency_key="slow")
    done.set()
    thread.join(20)
    check_problem(refused, 409, "idempotency_in_flight")
    assert alice.post("links", body, idempotency_key="slow").status_code == 201
