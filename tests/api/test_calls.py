"""What each call answers, to whom."""

import csv
import io
import re
from datetime import timedelta

import pytest

from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.factories import NOW
from tracking.models import Conversion, TrackingLink
from tracking.services.decisions import decide
from tracking.statistics.rollup import count_dirty_hours

from .conftest import make_leads
from .test_errors import check_problem

MINE = {"offer_id": None, "traffic_source": "content", "name": "Second", "sub1": "x"}


def everything(caller, path):
    """All rows of a list, page by page, three at a time."""
    rows, after = [], ""
    for _ in range(50):
        page = caller.get(f"{path}{'&' if '?' in path else '?'}limit=3{after}").data
        rows += page["data"]
        if not page["has_more"]:
            return rows
        after = f"&after={page['next_cursor']}"
    raise AssertionError("the pages do not end")


def test_offers_of_the_catalogue(alice, shop, people, network):
    with network_scope(network.pk):
        hidden = factories.offer(name="Hidden", access="invite")
        draft = factories.offer(name="Draft", status="draft", access="open")
        for number in range(5):
            factories.offer(name=f"More {number}", access="open", countries=["TR"])
    names = [row["name"] for row in everything(alice, "offers")]
    assert len(names) == 6 and "Riche" in names and not {"Hidden", "Draft"} & set(names)
    [row] = alice.get("offers?q=Riche&traffic=content&country=DE&payment_model=fixed").data["data"]
    [rate] = row["goals"][0]["rates"]
    assert rate == {"country": "", "category": "", "earning_fixed": "8.00", "earning_percent": "0"}
    assert row["traffic"] == [{"traffic_source": "content", "policy": "allowed", "note": ""}]
    assert alice.get("offers?q=Riche&traffic=email").data["data"] == []
    for reference in (shop.pk, shop.public_id):
        assert alice.get(f"offers/{reference}").data["name"] == "Riche"
    for missing in (hidden.pk, draft.public_id, 10**15, "offer_x", "x"):
        check_problem(alice.get(f"offers/{missing}"), 404)


def test_advertiser_sees_own_offers_with_revenue(adam, shop, people, network):
    with network_scope(network.pk):
        other = factories.offer(advertiser=people.eve.advertiser)
    [row] = adam.get("offers?status=active").data["data"]
    [rate] = row["goals"][0]["rates"]
    assert rate == {"country": "", "category": "", "revenue_fixed": "10.00", "revenue_percent": "0"}
    check_problem(adam.get(f"offers/{other.pk}"), 404)


def test_link_is_made_read_and_changed(alice, shop, network):
    made = alice.post("links", MINE | {"offer_id": shop.pk, "deep_link": "https://shop.example/p/1"})
    assert made.status_code == 201 and made["ETag"]
    assert made.data["url"].endswith(f"/c/{made.data['code']}") and made.data["sub1"] == "x"
    read = alice.get(f"links/{made.data['id']}")
    assert read.data == made.data and read["ETag"] == made["ETag"]
    changed = alice.patch(f"links/{made.data['code']}", {"name": "Third", "is_active": False}, if_match=read["ETag"])
    assert changed.status_code == 200 and (changed.data["name"], changed.data["is_active"]) == ("Third", False)
    assert changed.data["sub1"] == "x" and changed["ETag"] != read["ETag"]
    check_problem(
        alice.patch(f"links/{made.data['id']}", {"name": "Fourth"}, if_match=read["ETag"]), 412, "precondition_failed"
    )
    assert alice.get(f"links/{made.data['id']}").data["name"] == "Third"


def test_link_refusals_name_the_member(alice, shop):
    body = MINE | {"offer_id": shop.pk}
    cases = [
        ({"traffic_source": "email"}, "traffic_not_allowed", "/traffic_source"),
        ({"deep_link": "https://evil.example/"}, "bad_deep_link", "/deep_link"),
        ({"landing_id": 99}, "bad_landing", "/landing_id"),
        ({"offer_id": 10**12}, "unknown_offer", "/offer_id"),
    ]
    for change, code, pointer in cases:
        problem = check_problem(alice.post("links", body | change), 422, code)
        assert problem["errors"][0]["pointer"] == pointer


def test_links_of_another_are_not_there(bob, charlie, shop):
    for caller in (bob, charlie):
        check_problem(caller.get(f"links/{shop.link.pk}"), 404)
        check_problem(caller.get(f"links/{shop.link.code}"), 404)
        check_problem(caller.patch(f"links/{shop.link.pk}", {"name": "mine"}), 404)


def test_dry_run_writes_nothing(alice, shop, network):
    answer = alice.post("links?dry_run=1", MINE | {"offer_id": shop.pk})
    assert answer.status_code == 200 and answer["Dry-Run"] == "true" and answer.data["name"] == "Second"
    with network_scope(network.pk):
        assert TrackingLink.objects.filter(name="Second").count() == 0
    check_problem(alice.post("links?dry_run=1", MINE | {"offer_id": shop.pk, "traffic_source": "email"}), 422)


def test_conversions_by_role(alice, bob, adam, manager, charlie, leads):
    mine = everything(alice, "conversions")
    assert [row["id"] for row in mine] == [lead.pk for lead in reversed(leads[:5])]
    assert mine[0]["earning"] == "8.00" and not {"revenue", "order_id", "affiliate"} & set(mine[0])
    theirs = everything(adam, "conversions")
    assert len(theirs) == 7 and theirs[0]["revenue"] == "10.00" and not {"earning", "sub1", "link"} & set(theirs[0])
    assert theirs[0]["affiliate"].startswith("aff_")
    assert {"revenue", "earning", "advertiser"} <= set(everything(manager, "conversions")[0])
    assert everything(charlie, "conversions") == []
    for reference in (leads[0].pk, leads[0].public_id):
        assert alice.get(f"conversions/{reference}").data["id"] == leads[0].pk
        check_problem(bob.get(f"conversions/{reference}"), 404)
        check_problem(charlie.get(f"conversions/{reference}"), 404)


def test_conversion_filters(alice, adam, leads, network):
    with network_scope(network.pk):
        decide(
            conversion_id=leads[0].pk, status="declined", reason="returned", source="advertiser", actor=None, now=NOW
        )
    assert [row["id"] for row in alice.get("conversions?status=declined").data["data"]] == [leads[0].pk]
    assert [row["id"] for row in alice.get("conversions?reason=returned,fraud").data["data"]] == [leads[0].pk]
    assert [row["id"] for row in adam.get("conversions?order_id=order-3,order-9").data["data"]] == [leads[3].pk]
    assert len(alice.get("conversions?sub1=mark0,mark1").data["data"]) == 4
    assert alice.get("conversions?created_from=2026-11-21T00:00:00Z").data["data"] == []
    assert len(alice.get("conversions?created_until=2026-11-21T00:00:00%2B03:00").data["data"]) == 5
    assert alice.get("conversions?offer=999").data["data"] == []


def test_changes_are_followed_without_a_gap(alice, leads, network):
    """One reads to the end, keeps the cursor, and later gets exactly what has changed since."""
    start = "conversions?updated_since=2026-11-01T00:00:00Z&limit=2"
    seen, page = [], alice.get(start).data
    while page["has_more"]:
        seen += [row["id"] for row in page["data"]]
        page = alice.get(f"{start}&after={page['next_cursor']}").data
    seen += [row["id"] for row in page["data"]]
    assert sorted(seen) == sorted(lead.pk for lead in leads[:5])
    kept = page["next_cursor"]
    assert alice.get(f"{start}&after={kept}").data["data"] == []
    with network_scope(network.pk):
        Conversion.objects.filter(pk=leads[1].pk).update(updated_at=NOW + timedelta(hours=1))
    assert [row["id"] for row in alice.get(f"{start}&after={kept}").data["data"]] == [leads[1].pk]


def test_decisions_one_by_one(adam, bob, leads, network, people):
    with network_scope(network.pk):
        foreign = make_foreign(people)
    decisions = [
        {"id": str(leads[0].pk), "status": "approved"},
        {"id": leads[1].public_id, "status": "declined", "reason": "returned", "note": "came back"},
        {"order_id": "order-2", "goal": "sale", "status": "approved"},
        {"id": str(leads[3].pk), "status": "declined"},
        {"id": str(foreign.pk), "status": "approved"},
        {"order_id": "no such", "status": "approved"},
    ]
    answer = adam.post("conversions/decisions", {"decisions": decisions})
    assert answer.status_code == 200
    assert [row["result"] for row in answer.data["data"]] == [
        "changed",
        "changed",
        "changed",
        "refused",
        "refused",
        "refused",
    ]
    assert [row["code"] for row in answer.data["data"][3:]] == [
        "reason_missing",
        "unknown_conversion",
        "unknown_conversion",
    ]
    assert (answer.data["changed"], answer.data["refused"]) == (3, 3)
    with network_scope(network.pk):
        states = [Conversion.objects.get(pk=lead.pk).status for lead in [*leads[:4], foreign]]
    assert states == ["approved", "declined", "approved", "pending", "pending"]
    again = adam.post("conversions/decisions", {"decisions": decisions[:3]})
    assert [row["result"] for row in again.data["data"]] == ["unchanged"] * 3


def make_foreign(people):
    offer = factories.offer(advertiser=people.eve.advertiser, access="open")
    offer.goal = factories.goal(offer=offer)
    link = factories.link(offer=offer, affiliate=people.alice.affiliate)
    return make_leads(offer, link, 1, start=50)[0]


def test_decisions_rehearsed(adam, leads, network):
    answer = adam.post(
        "conversions/decisions?dry_run=1", {"decisions": [{"id": str(leads[0].pk), "status": "approved"}]}
    )
    assert answer.data["data"][0]["result"] == "changed" and answer["Dry-Run"] == "true"
    with network_scope(network.pk):
        assert Conversion.objects.get(pk=leads[0].pk).status == "pending"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"decisions": []},
        {"decisions": [{}]},
        {"decisions": [{"id": "1"}]},
        {"decisions": [{"id": "1", "order_id": "2", "status": "approved"}]},
        {"decisions": [{"id": "1", "status": "pending"}]},
        {"decisions": [{"id": "1", "status": "approved"}] * 1001},
    ],
)
def test_bad_decisions(adam, body):
    check_problem(adam.post("conversions/decisions", body), 400)


def test_page_and_api_give_the_same_figures(alice, adam, manager, leads, people, network):
    with network_scope(network.pk):
        decide(conversion_id=leads[0].pk, status="approved", source="advertiser", actor=None, now=NOW)
    count_dirty_hours(network_id=network.pk, limit=100)
    desks = [
        (alice, people.alice, "webmaster"),
        (adam, people.adam, "advertiser"),
        (manager, people.manager, "manager"),
    ]
    for caller, person, desk in desks:
        spec = caller.get("statistics/schema").data
        money = {metric["key"] for metric in spec["metrics"] if metric["kind"] == "money"}
        keys = [metric["key"] for metric in spec["metrics"] if metric["kind"] != "percent"]
        answer = caller.get(
            f"statistics?dimensions=day,offer&metrics={','.join(keys)}&date_from=2026-11-01&date_until=2026-12-01"
        )
        columns = "&".join(f"columns={key}" for key in keys)
        page = person.client.get(
            f"/{desk}/statistics/?since=2026-11-01&until=2026-11-30&group=day&group=offer&{columns}&file=csv"
        )
        lines = list(csv.reader(io.StringIO(page.content.decode("utf-8-sig"))))
        shown = [[str(row["metrics"][key]) for key in keys] for row in answer.data["data"]]
        assert shown == [["None" if cell == "" else cell for cell in line[2:]] for line in lines[1:-1]] and shown
        assert [str(answer.data["totals"][key]) for key in keys] == lines[-1][2:]
        assert money and answer.data["totals"]["leads"] == (5 if desk == "webmaster" else 7)


def test_the_request_shown_on_the_page_gives_its_figures(alice, leads, people, network):
    count_dirty_hours(network_id=network.pk, limit=100)
    address = "/webmaster/statistics/?since=2026-11-01&until=2026-11-30&group=sub1&sub1=mark1&columns=clicks"
    html = people.alice.client.get(address).content.decode()
    [path] = re.findall(r"http://alpha.test/api/v1/(statistics[^&]*?dimensions=sub1[^<]*?)&quot;", html)[:1]
    answer = alice.get(path.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert [row["dimensions"] for row in answer.data["data"]] == [{"sub1": "mark1"}]
    assert answer.data["totals"] == {"clicks": 2}


def test_statistics_are_paged_and_sorted(alice, leads, network):
    count_dirty_hours(network_id=network.pk, limit=100)
    query = "statistics?dimensions=sub1&metrics=clicks&date_from=2026-11-01&date_until=2026-12-01&sort=-clicks"
    whole = alice.get(query).data
    assert whole["count"] == 3 and [row["metrics"]["clicks"] for row in whole["data"]] == [2, 2, 1]
    first = alice.get(query + "&limit=2").data
    second = alice.get(query + f"&limit=2&after={first['next_cursor']}").data
    assert first["data"] + second["data"] == whole["data"] and not second["has_more"] and first["has_more"]
    assert first["totals"] == whole["totals"] == {"clicks": 5}
    assert alice.get(query + "&sub1=mark2").data["totals"] == {"clicks": 1}


def test_balances(alice, adam, manager, leads, network):
    with network_scope(network.pk):
        decide(conversion_id=leads[0].pk, status="approved", source="advertiser", actor=None, now=NOW)
    [row] = alice.get("balance").data["data"]
    assert row == {
        "currency": "USD",
        "pending": "32.00",
        "hold": "8.00",
        "available": "0.00",
        "in_payout": "0.00",
        "paid": "0.00",
        "debt": "0.00",
    }
    [row] = adam.get("balance").data["data"]
    assert row["owed"] == "10.00"
    check_problem(manager.get("balance"), 403)


def test_affiliates_for_the_staff(manager, people, charlie):
    names = {row["name"] for row in everything(manager, "affiliates?status=approved")}
    assert names == {"Alice", "Bob"}
    assert manager.get(f"affiliates/{people.alice.affiliate.public_id}").data["id"] == people.alice.affiliate.pk
    check_problem(manager.get(f"affiliates/{people.charlie.affiliate.pk}"), 404)


def test_lists_do_not_ask_more_for_more_rows(alice, manager, leads, network, shop, django_assert_max_num_queries):
    with network_scope(network.pk):
        make_leads(shop, shop.link, 20, start=100)
    for caller, path in ((alice, "conversions"), (manager, "conversions"), (alice, "offers"), (alice, "links")):
        with django_assert_max_num_queries(20):
            assert caller.get(path).status_code == 200
