"""Disputes over the API, and decisions about single lines of an order."""

from decimal import Decimal

from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.api.test_calls import check_problem
from tracking.models import Dispute
from tracking.services.conversions import Action, record_conversion

WORDS = "The customer has the goods."


def decide(adam, lead, status="declined", **more):
    answer = adam.post("conversions/decisions", {"decisions": [{"id": str(lead.pk), "status": status, **more}]})
    return answer.data["data"][0]


def test_a_dispute_is_opened_listed_and_answered(alice, bob, adam, manager, leads, network):
    lead = leads[0]
    decide(adam, lead, reason="returned")
    body = {"conversion": lead.public_id, "text": WORDS}
    check_problem(bob.post("disputes", body), 404)
    check_problem(adam.post("disputes", body), 403)
    check_problem(alice.post("disputes", body | {"text": "no"}), 400)
    rehearsal = alice.post("disputes?dry_run=1", body)
    assert rehearsal.status_code == 200 and rehearsal.data["state"] == "open"
    answer = alice.post("disputes", body, idempotency_key="d-1")
    assert answer.status_code == 201 and answer.data["about"] == "decline" and answer.data["conversion"] == lead.pk
    assert alice.post("disputes", body, idempotency_key="d-1").data == answer.data
    check_problem(alice.post("disputes", body), 409, "not_disputable")

    for caller in (alice, adam, manager):
        assert [row["text"] for row in caller.get("disputes?state=open").data["data"]] == [WORDS]
    assert bob.get("disputes").data["data"] == []
    path = f"disputes/{answer.data['id']}/answer"
    for caller in (alice, manager):
        check_problem(caller.post(path, {"answer": "It is right."}), 403)
    upheld = adam.post(path, {"answer": "It came back on Tuesday."})
    assert (upheld.data["state"], upheld.data["answered_as"]) == ("upheld", "api")
    check_problem(adam.post(path, {"answer": "It came back twice."}), 409, "dispute_closed")
    check_problem(adam.post("disputes/999999/answer", {"answer": "It came back."}), 404)


def test_approving_grants_and_why_tells_it(alice, adam, leads, network):
    lead = leads[1]
    decide(adam, lead, reason="returned")
    alice.post("disputes", {"conversion": str(lead.pk), "text": WORDS})
    assert decide(adam, lead, "approved")["result"] == "changed"
    with network_scope(network.pk):
        assert Dispute.objects.get().state == "granted"
    titles = [event["title"] for event in alice.get(f"conversions/{lead.pk}/why").data["history"]]
    assert {"Disputed", "Granted", "Declined", "Approved"} <= set(titles)


def test_lines_are_approved_by_quantity(adam, shop, people, network):
    basket = ({"id": "7", "category": "", "name": "Lamp", "price": "50", "quantity": "2"},)
    with network_scope(network.pk):
        goal = factories.goal(offer=shop, code="part", percent=(1000, 800))
        click = factories.click(link=shop.link, at=timezone.now())
        action = Action(goal, "order-part", Decimal("100"), "", False, call="1", basket=basket)
        lead = record_conversion(click=click, action=action, now=timezone.now()).conversion
    assert decide(adam, lead, "approved", quantities=["3"])["code"] == "bad_quantities"
    assert decide(adam, lead, "approved", quantities=["1"], order_amount="5")["code"] == "bad_decision"
    assert decide(adam, lead, "approved", quantities=["1"])["result"] == "changed"
    shown = adam.get(f"conversions/{lead.pk}").data
    assert (shown["order_amount"], shown["revenue"], shown["basket"][0]["approved"]) == ("50.00", "5.00", "1")
