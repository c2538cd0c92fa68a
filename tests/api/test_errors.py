"""Whatever goes wrong is a problem document that a program and a person understand."""

from datetime import timedelta

import pytest

from cpanet.accounts.models import ApiKey
from cpanet.accounts.rest import limits
from cpanet.accounts.services.keys import revoke_api_key
from cpanet.tenancy.scope import network_scope
from tests.factories import NOW

from .conftest import Caller, caller_of


def check_problem(answer, status, code=None):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.data) == {"type", "title", "status", "code", "detail", "errors", "request_id"}
    assert answer.data["status"] == status and answer.data["request_id"] == answer["X-Request-ID"]
    assert answer.data["detail"]
    if code:
        assert answer.data["code"] == code
    return answer.data


def test_unknown_parameter_is_refused_with_a_suggestion(alice):
    problem = check_problem(alice.get("conversions?ofer=1"), 400, "unknown_parameter")
    assert "Did you mean “offer”?" in problem["detail"]
    assert problem["errors"][0]["pointer"] == "/ofer"


@pytest.mark.parametrize(
    "path",
    [
        "conversions?limit=0",
        "conversions?limit=501",
        "conversions?limit=x",
        "conversions?offer=1,x",
        "conversions?status=won",
        "conversions?created_from=yesterday",
        "conversions?updated_since=2026-11-01",
        "conversions?after=%FF",
        "links?after=abc",
        "conversions?offer=1&offer=2",
        "conversions?offer=99999999999999999999",
        "conversions?after=W10",
        "offers?country=%00",
        "statistics?date_from=2026-11-01",
        "statistics?date_from=2026-13-01&date_until=2026-11-02",
        "offers?country=Deutschland",
        "statistics?date_from=2026-11-02&date_until=2026-11-02",
        "statistics?date_from=2026-11-01&date_until=2026-11-02&dimensions=colour",
        "statistics?date_from=2026-11-01&date_until=2026-11-02&timezone=Mars/Olympus",
        "conversions?affiliate=1",
        "payouts?affiliate=1",
        "statistics?date_from=2026-11-01&date_until=2026-11-02&metrics=margin",
        "statistics?date_from=0001-01-01&date_until=2026-11-02",
        "statistics?date_from=2026-11-01&date_until=2026-11-02&sort=colour",
        "conversions?format=xml",
        "balance?x",
    ],
)
def test_malformed_parameters(alice, path):
    check_problem(alice.get(path), 400)


def test_addresses_that_are_no_calls(alice):
    for path in ("nothing", "offers/", "../v2/offers", "conversions/1/2"):
        check_problem(alice.get(path), 404, "not_found")
    check_problem(alice.post("nothing", {}), 404, "not_found")


def test_methods_that_are_no_calls(alice):
    answer = alice.post("conversions", {})
    check_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_bodies(alice):
    check_problem(alice.post("links", "{not json"), 400, "parse_error")
    check_problem(
        alice.post("links", "a=1", content_type="application/x-www-form-urlencoded"), 415, "unsupported_media_type"
    )
    check_problem(alice.post("links", [1]), 400)
    problem = check_problem(alice.post("links", {"offer": 1, "traffic_source": "smoke"}), 400, "unknown_member")
    assert problem["errors"][0]["pointer"] == "/offer" and "offer_id" in problem["errors"][0]["detail"]
    assert (
        check_problem(alice.post("links", {"offer_id": "x", "traffic_source": "seo"}), 400)["errors"][0]["pointer"]
        == "/offer_id"
    )


def test_keys_that_open_nothing(alice, people, network, charlie):
    answer = Caller("alpha.test", "").get("offers")
    check_problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    check_problem(Caller("alpha.test", "cpa_live_nonsense").get("offers"), 401, "authentication_failed")
    check_problem(Caller("alpha.test", charlie.key).get("offers"), 401, "authentication_failed")
    check_problem(Caller("beta.test", alice.key).get("offers"), 401, "authentication_failed")
    expired = caller_of(people.alice, "alpha.test", network, expires_at=NOW - timedelta(days=1))
    check_problem(expired.get("offers"), 401, "authentication_failed")
    elsewhere = caller_of(people.alice, "alpha.test", network, addresses=["203.0.113.0/24"])
    check_problem(elsewhere.get("offers"), 401, "authentication_failed")
    with network_scope(network.pk):
        revoke_api_key(key=ApiKey.objects.first(), actor=people.alice.user, now=NOW)
        last = ApiKey.objects.first()
    assert last.revoked_at


def test_scopes_and_roles(alice, people, network):
    narrow = caller_of(people.alice, "alpha.test", network, scopes=["links:read"])
    assert narrow.get("links").status_code == 200
    check_problem(narrow.post("links", {}), 403, "permission_denied")
    check_problem(narrow.get("offers"), 403, "permission_denied")
    check_problem(alice.get("affiliates"), 403, "permission_denied")
    check_problem(alice.post("conversions/decisions", {"decisions": []}), 403, "permission_denied")
    check_problem(caller_of(people.manager, "alpha.test", network).get("links"), 403, "permission_denied")


def test_budget(alice, monkeypatch):
    answer = alice.get("balance")
    assert answer["RateLimit-Policy"] == '"read";q=600;w=60' and answer["RateLimit"].startswith('"read";r=599;t=')
    monkeypatch.setitem(limits.BUDGETS, "read", 3)
    answers = [alice.get("balance") for _ in range(4)]
    spent = answers[-1]
    check_problem(spent, 429, "throttled")
    assert 1 <= int(spent["Retry-After"]) <= 60 and spent["RateLimit"].startswith('"read";r=0')


def test_a_fault_of_ours_is_a_problem_too(alice, monkeypatch):
    def broken(*arguments, **options):
        raise RuntimeError("broken")

    monkeypatch.setattr("payouts.api.webmaster_money", broken)
    problem = check_problem(alice.get("balance"), 500)
    assert "broken" not in problem["detail"]


def test_session_of_our_own_pages_reads(people):
    answer = people.alice.client.get("/api/v1/balance")
    assert answer.status_code == 200
    stranger = people.stranger.client.get("/api/v1/balance")
    assert stranger.status_code == 401
