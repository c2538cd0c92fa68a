"""A transaction that decides about many leads, and another that wants one of them: nobody may wait in a circle."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connections

from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from payouts.services import deposits
from tests import factories
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD
from tracking.models import Conversion
from tracking.services.bulk_decisions import decide_many
from tracking.services.funding import mark_all_funded
from tracking.services.holds import release_due_holds
from tracking.services.locks import lock_leads

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def leads(db):
    """Two leads of Alice, whose accounts are the network's oldest, one of Bob, and one of whom she has referred."""
    network = factories.network()
    with network_scope(network.pk):
        alice, bob = factories.affiliate(), factories.affiliate()
        story.refer(percent=1000)
        offer = factories.offer(hold_days=story.HOLD_DAYS, needs_funding=True)
        for affiliate in (alice, bob):
            story.approve(story.lead(affiliate, offer=offer))
        hers, other, his = (story.lead(each, offer=offer) for each in (alice, alice, bob))
        story.lead(factories.affiliate(referrer=alice), offer=offer)
    return SimpleNamespace(network_id=network.pk, hers=hers, other=other, his=his)


def meet_in_the_middle(leads, *, prepare):
    """Bob's lead and then Alice's in one transaction; between the two somebody decides about another of Alice's."""
    between, errors = threading.Event(), []

    def many():
        with network_scope(leads.network_id):
            prepare([leads.his.pk, leads.hers.pk])
            story.approve(leads.his)
            between.set()
            threading.Event().wait(0.7)  # the other one is now waiting for what this transaction holds
            story.approve(leads.hers)

    def one():
        between.wait(10)
        with network_scope(leads.network_id):
            story.approve(leads.other)

    def run(work):
        try:
            work()
        except OperationalError as error:
            errors.append(str(error))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (many, one)))
    return errors


def test_without_locking_first_they_wait_in_a_circle(leads):
    (error,) = meet_in_the_middle(leads, prepare=lambda ids: None)
    assert "deadlock detected" in error


def test_with_all_locked_first_nobody_waits_for_ever(leads):
    assert meet_in_the_middle(leads, prepare=lock_leads) == []
    with network_scope(leads.network_id):
        assert Conversion.objects.filter(status="approved").count() == 5


def test_bulk_decisions_and_releases_at_once_end_with_good_books(leads):
    with network_scope(leads.network_id):
        ids = list(Conversion.objects.filter(status="pending").values_list("pk", flat=True))
        shop = Conversion.objects.first().advertiser
    gate = threading.Barrier(8)

    def decide(order):
        rows = sorted(Conversion.objects.filter(pk__in=ids), key=lambda lead: lead.pk * order)
        decide_many(conversions=rows, status="approved", source="advertiser", actor=None, now=AFTER_HOLD)

    def release(_):
        while release_due_holds(now=AFTER_HOLD).count:
            pass

    def pay(number):
        """The same payment twice is one; the three of them pay for all six leads."""
        deposits.record_deposit(
            advertiser=shop, amount=story.usd("20"), currency="USD", reference="Bank", idempotency_key=str(number),
            actor=None, now=AFTER_HOLD,
        )  # fmt: skip

    def run(work):
        gate.wait()
        try:
            with network_scope(leads.network_id):
                work[0](work[1])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, [(decide, 1), (pay, 1), (decide, -1), (release, 0)] * 2))
    with network_scope(leads.network_id):
        pay(2)
        pay(3)
        mark_all_funded(now=AFTER_HOLD)
        release(0)
        findings = examine_books(network_id=leads.network_id, now=AFTER_HOLD)
        assert [finding.name for finding in findings if not finding.holds] == []
        assert set(Conversion.objects.values_list("status", "held", "referral_held")) == {("approved", 0, 0)}
        assert webmaster_balance(affiliate_id=leads.hers.affiliate_id, currency="USD").available == story.usd("24.80")
