"""Which events are written down for whom: in the transaction of the event, once, and never for a test."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests import factories
from tracking.outgoing.services.events import tell_created, tell_decided
from tracking.services.decisions import decide
from tracking.services.holds import release_due_holds


def told(outbox, **where):
    return [(each.event, each.facts["status"], each.facts["payout"]) for each in outbox.deliveries(**where)]


def test_a_lead_is_told_from_its_coming_to_its_money(outbox, shop):
    outbox.receiver()
    lead = outbox.lead()
    outbox.decide(lead, "approved")
    outbox.decide(lead, "approved", earning=50_000)
    with outbox.scope():
        release_due_holds(now=outbox.now + timedelta(days=90))
    outbox.decide(lead, "declined")
    assert told(outbox) == [
        ("created", "pending", "8.00"),
        ("approved", "approved", "8.00"),
        ("changed", "approved", "5.00"),
        ("paid", "paid", "5.00"),
        ("declined", "declined", "0.00"),
    ]
    facts = outbox.deliveries()[-1].facts
    assert facts["reason"] == "returned" and facts["external_click_id"] == "w1" and facts["sub1"] == "blog"
    assert not {"order_id", "revenue"} & set(facts)  # the webmaster sees neither


def test_a_decision_taken_back_is_a_change(outbox):
    outbox.receiver()
    lead = outbox.lead()
    outbox.decide(lead, "approved", source="statement")
    outbox.decide(lead, "pending", source="statement")
    assert [each[:2] for each in told(outbox)][-1] == ("changed", "pending")


def test_only_those_who_want_it_hear_of_it(outbox, shop, people):
    with outbox.scope():
        other = factories.offer(advertiser=people.adam.advertiser, access="open")
        second = factories.goal(offer=shop.offer, code="install")
    names = {
        "all": {}, "offer": {"offer": shop.offer}, "goal": {"goal": shop.goal}, "other offer": {"offer": other},
        "other goal": {"goal": second}, "approved only": {"events": ["approved"]},
        "bob": {"affiliate": people.bob.affiliate},
    }  # fmt: skip
    for name, values in names.items():
        outbox.receiver(name=name, **values)
    outbox.lead()
    receivers = {each.pk: each.name for each in outbox.receivers()}
    assert {receivers[each.receiver_id] for each in outbox.deliveries()} == {"all", "offer", "goal"}


def test_a_test_lead_is_told_to_nobody(outbox):
    outbox.receiver()
    lead = outbox.lead(is_test=True)
    outbox.decide(lead, "approved")
    assert outbox.deliveries() == []


def test_an_event_is_enqueued_once(outbox):
    outbox.receiver()
    lead = outbox.decide(outbox.lead())
    with outbox.scope():
        for _again in range(3):
            tell_created(lead, outbox.now)
            tell_decided(lead, outbox.now)
    assert [each.event for each in outbox.deliveries()] == ["created", "approved"]


def test_what_did_not_happen_is_not_told(outbox):
    """The row is part of the transaction of the decision: taken back with it."""
    outbox.receiver()
    lead = outbox.lead()

    class UndoError(Exception):
        pass

    with pytest.raises(UndoError), outbox.scope(), transaction.atomic():
        decide(conversion_id=lead.pk, status="approved", source="manager", actor=None, now=outbox.now)
        raise UndoError
    assert [each.event for each in outbox.deliveries()] == ["created"]


def test_a_postback_of_the_advertiser_is_told(outbox, shop):
    outbox.receiver()
    assert shop.call(order_id="B-1", status="approved").status_code == 200
    assert [each.event for each in outbox.deliveries()] == ["created", "approved"]
