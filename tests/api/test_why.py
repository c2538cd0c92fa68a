"""Why, for programs: the same answers as the pages, graded by the key."""

from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.factories import NOW
from tracking.antifraud.catalogue import RULES, default_setting
from tracking.antifraud.rules import Finding
from tracking.models import Conversion
from tracking.services.fraud import flag_lead


def flag(lead, network):
    """The lead caught by a rule, as the task would have done it."""
    with network_scope(network.pk):
        locked = Conversion.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        finding = Finding("too_fast", "timing", {"seconds": 1, "limit": 5, "usual": None})
        flag_lead(lead=locked, findings=[finding], limits={c: default_setting(c) for c in RULES}, now=NOW)


def test_flags_are_told_by_class(alice, adam, manager, leads, network):
    flag(leads[0], network)
    answer = alice.get(f"conversions/{leads[0].pk}").data
    assert answer["flags"] == ["timing"] and answer["hold_until"] > f"{leads[0].hold_until:%Y-%m-%dT}"
    assert alice.get(f"conversions/{leads[1].pk}").data["flags"] == []
    assert manager.get(f"conversions/{leads[0].pk}").data["flags"] == ["timing"]
    assert "flags" not in adam.get(f"conversions/{leads[0].pk}").data
    assert {row["id"]: row["flags"] for row in alice.get("conversions").data["data"]}[leads[0].pk] == ["timing"]


def test_a_conversion_says_why(alice, bob, adam, manager, charlie, leads, network):
    flag(leads[0], network)
    path = f"conversions/{leads[0].public_id}/why"
    mine, theirs = alice.get(path).data, manager.get(path).data
    assert mine["flags"][0]["reason_class"] == "timing" and mine["flags"][0]["text"] == ""
    assert "1 second after the click" in theirs["flags"][0]["text"]
    assert any("You earn $8.00" in line for line in mine["price"]) and "$10.00" not in str(mine)
    assert "$10.00" in str(theirs["price"])
    assert {"label": "Counted by", "text": "Click id"} in mine["attribution"]
    assert [event["title"] for event in mine["history"]] and mine["earning"] == "8.00"
    for caller in (bob, charlie):
        assert caller.get(path).status_code == 404
    assert adam.get(path).status_code == 403


def test_a_click_says_why(alice, bob, adam, manager, charlie, shop, network):
    with network_scope(network.pk):
        click = factories.click(link=shop.link, flags=["wrong_geo"], reason="wrong_geo", country="BR")
    answer = alice.get(f"clicks/{click.id}/why").data
    stopped = [step["step"] for step in answer["steps"] if step["result"] == "stopped"]
    assert stopped == ["country", "outcome"] and answer["reason"] == "wrong_geo" and answer["conversions"] == []
    assert "203.0.113" not in str(answer)
    assert manager.get(f"clicks/{click.id.hex}/why").status_code == 200
    for caller in (bob, charlie):
        assert caller.get(f"clicks/{click.id}/why").status_code == 404
    assert adam.get(f"clicks/{click.id}/why").status_code == 403
    for nonsense in ("1", "x", "0" * 32, "%00"):
        assert alice.get(f"clicks/{nonsense}/why").status_code == 404
