"""Leads of Alice's for Adam's shop, looked at by the rules when a test says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import Conversion, ConversionFlag
from tracking.services.conversions import Action, record_conversion
from tracking.services.fraud import check_new_leads


@pytest.fixture
def make_lead(shop):
    """`make_lead(order_id, seconds=…, at=…, **click)`: a lead so many seconds after its click."""

    def make(order_id="A-1", *, seconds=3600, at=None, link=None, **click):
        at = at or timezone.now()
        with network_scope(shop.network.pk):
            made = factories.click(link=link or shop.link, at=at - timedelta(seconds=seconds), **click)
            action = Action(shop.goal, order_id, None, "", False, call="1")
            return record_conversion(click=made, action=action, now=at).conversion

    return make


@pytest.fixture
def look(shop):
    """Runs the rules over the leads that are new; returns {lead's id: [rules]}."""

    def run(now=None):
        with network_scope(shop.network.pk):
            check_new_leads(now=now or timezone.now())
            found = {}
            for lead_id, rule in ConversionFlag.objects.values_list("conversion_id", "rule"):
                found.setdefault(lead_id, []).append(rule)
            return found

    return run


@pytest.fixture
def fresh(shop):
    def read(lead):
        with network_scope(shop.network.pk):
            return Conversion.objects.get(pk=lead.pk)

    return read


@pytest.fixture
def flagged(make_lead, look):
    """A lead one second after its click: too soon."""
    lead = make_lead("FAST-1", seconds=1)
    assert look() == {lead.pk: ["too_fast"]}
    return lead
