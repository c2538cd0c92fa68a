"""Schemathesis calls whatever the description allows: no fault of ours, and every answer is one that is described."""

import contextlib

import hypothesis
import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from cpanet.tenancy.scope import network_scope
from cpanet.wsgi import application
from tests.factories import NOW
from tracking.services.decisions import decide

from .test_schema import KEPT

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
QUICK = hypothesis.settings(
    max_examples=4,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture(scope="module")
def schema():
    loaded = schemathesis.openapi.from_dict(yaml.safe_load(KEPT.read_text()))
    loaded.app = application
    return loaded


@pytest.fixture
def unlimited(monkeypatch):
    """No budget, and as in Django's own test client the connection of the test stays open between calls."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield from _without_budget(monkeypatch)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _without_budget(monkeypatch):
    monkeypatch.setattr("cpanet.accounts.rest.limits.BUDGETS", {"read": 10**6, "report": 10**6, "write": 10**6})
    yield


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
def test_whatever_is_asked(mode, schema, leads, network, unlimited, alice, adam, manager):
    """Each question is asked by a webmaster, an advertiser and the staff: to think of it costs more than to answer."""
    with network_scope(network.pk):
        decide(conversion_id=leads[0].pk, status="declined", reason="fraud", source="advertiser", actor=None, now=NOW)
    called = [_fuzz(operation.ok(), mode, (alice, adam, manager)) for operation in schema.get_all_operations()]
    assert len(called) >= 18 and sum(called) > 90


def _fuzz(operation, mode, callers) -> int:
    calls = []

    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @QUICK
    def call(case):
        for caller in callers:
            answer = case.call(base_url="http://alpha.test", headers={"Authorization": f"Bearer {caller.key}"})
            calls.append(answer.status_code)
            assert answer.status_code != 401, answer.content
            case.validate_response(answer, checks=CHECKS)

    with contextlib.suppress(hypothesis.errors.Unsatisfiable):  # a call without anything to get wrong
        call()
    return len(calls)


def test_readable_rows_under_real_ids(alice, adam, manager, schema, leads, shop, people, network, unlimited):
    """The paths of rows that exist, so that the answers of success are checked as well."""
    rows = {"/api/v1/conversions/{id}": leads[0].public_id, "/api/v1/offers/{id}": shop.pk}
    rows |= {"/api/v1/links/{id}": shop.link.code, "/api/v1/affiliates/{id}": people.alice.affiliate.pk}
    checked = 0
    for path, row in rows.items():
        for caller in (alice, adam, manager):
            case = schema[path]["GET"].Case(path_parameters={"id": str(row)})
            answer = case.call(base_url="http://alpha.test", headers={"Authorization": f"Bearer {caller.key}"})
            case.validate_response(answer, checks=CHECKS)
            checked += answer.status_code == 200
    assert checked >= 7
