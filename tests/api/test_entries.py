"""The webmaster's movements over the API."""

from cpanet.tenancy.scope import network_scope
from tests.api.test_errors import check_problem
from tests.factories import NOW
from tracking.services.decisions import decide


def test_entries_are_his_own_and_filtered(alice, bob, manager, leads, network):
    with network_scope(network.pk):
        decide(conversion_id=leads[0].pk, status="approved", source="advertiser", actor=None, now=NOW)
    [row] = alice.get("entries").data["data"]
    assert {name: row[name] for name in ("event", "account", "amount", "balance_after", "subject")} == {
        "event": "recognise",
        "account": "hold",
        "amount": "8.00",
        "balance_after": "8.00",
        "subject": f"conversion:{leads[0].pk}",
    }
    for query, found in (
        ("account=hold", 1), ("account=available,debt", 0), ("event=release", 0), ("currency=usd", 1),
        ("currency=EUR", 0), ("from=2026-11-20T12:00:00Z", 1), ("until=2026-11-20T12:00:00Z", 0),
    ):  # fmt: skip
        assert len(alice.get(f"entries?{query}").data["data"]) == found, query
    assert bob.get("entries").data["data"] == []
    check_problem(manager.get("entries"), 403)
    check_problem(alice.get("entries?account=cash"), 400)
