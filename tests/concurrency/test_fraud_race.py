"""Rules, decisions and releases at the same leads at the same moment: every lead is looked at once, no money moves
twice, and the books agree."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from tests import factories
from tracking.models import Conversion, ConversionFlag, LeadTrace
from tracking.services.conversions import Action, record_conversion
from tracking.services.decisions import decide
from tracking.services.fraud import NothingToReview, check_new_leads, clear_lead, judge_webmasters
from tracking.services.holds import release_due_holds

LEADS, WORKERS = 24, 3

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def leads(db):
    """Leads one second after their clicks, without a hold; (the network's id, their ids)."""
    network, now = factories.network(), timezone.now()
    with network_scope(network.pk):
        offer = factories.offer(hold_days=0)
        goal = factories.goal(offer=offer)
        link = factories.link(offer=offer, affiliate=factories.affiliate())
        made = []
        for number in range(LEADS):
            click = factories.click(link=link, at=now - timedelta(seconds=1))
            action = Action(goal, f"A-{number}", None, "", False, call=str(number))
            made.append(record_conversion(click=click, action=action, now=now).conversion.pk)
    return network.pk, made


def together(network_id, jobs):
    """Every job in a thread and a transaction of its own, all let go at the same moment."""
    gate = threading.Barrier(len(jobs))

    def run(job):
        gate.wait()
        try:
            with network_scope(network_id):
                job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        list(pool.map(run, jobs))


def look():
    while check_new_leads(now=timezone.now(), limit=5):
        pass


def decider(ids):
    def run():
        for pk in random.sample(ids, 4):
            decide(conversion_id=pk, status="approved", source="advertiser", actor=None, now=timezone.now())

    return run


def release():
    release_due_holds(now=timezone.now(), limit=5)


def test_each_lead_is_looked_at_once(leads):
    network_id, ids = leads
    jobs = [look] * WORKERS + [decider(ids[:12]), release, release, lambda: judge_webmasters(now=timezone.now())]
    together(network_id, jobs)
    with network_scope(network_id):
        look()  # leads that were being decided had been passed over
        assert LeadTrace.objects.count() == LEADS
        rules = list(ConversionFlag.objects.filter(rule="too_fast").values_list("conversion_id", flat=True))
        assert sorted(rules) == sorted(ids)
        late = Conversion.objects.filter(released=0, hold_until__lte=timezone.now() + timedelta(days=13))
        assert not late.exists()  # whatever was not out yet is held by the flag
        assert _broken(network_id) == []


def test_one_of_two_people_clears(leads):
    network_id, ids = leads
    said = []

    def clear():
        try:
            clear_lead(conversion_id=ids[0], actor=None, now=timezone.now())
            said.append("cleared")
        except NothingToReview:
            said.append("too late")

    with network_scope(network_id):
        look()
    together(network_id, [clear] * 4)
    assert sorted(said) == ["cleared"] + ["too late"] * 3
    with network_scope(network_id):
        assert _broken(network_id) == []


def _broken(network_id):
    now = timezone.now()
    return [each.name for each in examine_books(network_id=network_id, now=now) if not each.holds]
