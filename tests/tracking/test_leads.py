"""Leads as their three readers see them: who may see and decide what, in how many queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import Conversion, ConversionRevision
from tracking.services.conversions import Action, record_conversion
from tracking.services.decisions import decide
from tracking.services.holds import release_due_holds


@pytest.fixture
def make_lead(shop):
    """A lead of Alice's for Adam's shop; `make_lead(order_id, …)`."""

    def make(order_id="A-1", link=None, goal=None, **click):
        with network_scope(shop.network.pk):
            made = factories.click(link=link or shop.link, at=shop.clicked_at, **click)
            action = Action(goal or shop.goal, order_id, None, "", False, call="1")
            return record_conversion(click=made, action=action, now=timezone.now()).conversion

    return make


@pytest.fixture
def fresh(shop):
    def read(lead):
        with network_scope(shop.network.pk):
            return Conversion.objects.get(pk=lead.pk)

    return read


def decide_url(lead):
    return f"/advertiser/leads/{lead.pk}/decide/"


def test_advertiser_approves_and_the_money_is_on_hold(people, shop, make_lead, fresh):
    lead = make_lead()
    assert "A-1" in people.adam.client.get("/advertiser/leads/").text
    answer = people.adam.client.post(
        decide_url(lead), {"status": "approved", "next": "/advertiser/leads/?status=pending"}
    )
    assert answer.status_code == 302 and answer.url == "/advertiser/leads/?status=pending"
    assert fresh(lead).status == "approved" and fresh(lead).decided_by == "advertiser"
    with network_scope(shop.network.pk):
        assert webmaster_balance(affiliate_id=people.alice.affiliate.pk, currency="USD").hold == 80000
        assert ConversionRevision.objects.get().actor == people.adam.user
    page = people.alice.client.get(f"/webmaster/leads/{lead.pk}/").text
    assert "On hold until" in page and "+$8.00" in page and "Advertiser" in page


def test_a_foreign_next_page_is_not_followed(people, make_lead):
    lead = make_lead()
    for address in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = people.adam.client.post(decide_url(lead), {"status": "approved", "next": address})
        assert answer.url == f"/advertiser/leads/{lead.pk}/"


BAD_DECISIONS = [
    ({"status": "declined"}, "This field is required"),
    ({"status": "declined", "reason": "ugly"}, "Select a valid choice"),
    ({"status": "declined", "reason": "other"}, "Say the reason in words"),
    ({"status": "pending"}, "approved"),
    ({"status": "paid"}, "approved"),
    ({}, "approved"),
]


def test_a_decision_that_says_too_little_is_refused(people, make_lead, fresh):
    lead = make_lead()
    for values, words in BAD_DECISIONS:
        answer = people.adam.client.post(decide_url(lead), values)
        assert answer.status_code == 422 and words in answer.text
        assert fresh(lead).status == "pending"


def test_the_webmaster_reads_the_reason(people, make_lead):
    lead = make_lead()
    people.adam.client.post(decide_url(lead), {"status": "declined", "reason": "not_paid", "note": "Never <b>paid</b>"})
    for page in ("/webmaster/leads/", f"/webmaster/leads/{lead.pk}/"):
        assert "Not paid" in people.alice.client.get(page).text
    page = people.alice.client.get(f"/webmaster/leads/{lead.pk}/").text
    assert "Never &lt;b&gt;paid" in page and "adam@example.com" not in page


def test_a_manager_outranks_the_advertiser(people, make_lead, fresh):
    lead = make_lead()
    answer = people.adman.client.post(f"/manager/leads/{lead.pk}/decide/", {"status": "approved"})
    assert answer.status_code == 302 and fresh(lead).decided_by == "manager"
    answer = people.adam.client.post(decide_url(lead), {"status": "declined", "reason": "fraud"}, follow=True)
    assert "A manager has decided otherwise" in answer.text
    assert fresh(lead).status == "approved"
    assert "Somebody decided otherwise" in people.owner.client.get(f"/manager/leads/{lead.pk}/").text


def test_staff_without_the_right_may_look_but_not_decide(people, make_lead, fresh):
    lead = make_lead()
    page = people.support.client.get(f"/manager/leads/{lead.pk}/")
    assert page.status_code == 200 and "/decide/" not in page.text
    assert people.support.client.post(f"/manager/leads/{lead.pk}/decide/", {"status": "approved"}).status_code == 403
    assert fresh(lead).status == "pending"


def test_nobody_sees_what_is_not_his(people, shop, make_lead):
    with network_scope(shop.network.pk):
        goal = factories.goal(offer=shop.offer, code="odd", revenue="31.37", earning="23.11")
    lead = make_lead("ORDER-77", goal=goal)
    with network_scope(shop.network.pk):
        decide(
            conversion_id=lead.pk, status="approved", source="advertiser", actor=people.adam.user, now=timezone.now()
        )
        release_due_holds(now=timezone.now() + timedelta(days=60))
    webmaster = [people.alice.client.get(page).text for page in ("/webmaster/leads/", f"/webmaster/leads/{lead.pk}/")]
    advertiser = [people.adam.client.get(page).text for page in ("/advertiser/leads/", f"/advertiser/leads/{lead.pk}/")]
    manager = [people.owner.client.get(page).text for page in ("/manager/leads/", f"/manager/leads/{lead.pk}/")]
    for page in webmaster:
        assert "23.11" in page and "31.37" not in page and "8.26" not in page and "ORDER-77" not in page
    for page in advertiser:
        assert "31.37" in page and "23.11" not in page and "8.26" not in page and "Alice" not in page
        assert "ORDER-77" in page and people.alice.affiliate.public_id in page
    for page in manager:
        assert all(figure in page for figure in ("31.37", "23.11", "8.26", "ORDER-77", "Alice"))


def test_bulk_decides_each_for_itself(people, shop, make_lead, fresh):
    leads = [make_lead(f"B-{number}") for number in range(3)]
    with network_scope(shop.network.pk):
        decide(
            conversion_id=leads[0].pk,
            status="declined",
            reason="fraud",
            source="manager",
            actor=None,
            now=timezone.now(),
        )
    answer = people.adam.client.post(
        "/advertiser/leads/bulk/", {"status": "approved", "lead": [lead.pk for lead in leads] + ["x", "9" * 30]}
    )
    assert "2 of 3 leads decided" in answer.text and "A manager has decided otherwise" in answer.text
    assert [fresh(lead).status for lead in leads] == ["declined", "approved", "approved"]
    answer = people.adam.client.post(
        "/advertiser/leads/bulk/", {"status": "declined", "lead": [lead.pk for lead in leads[1:]], "reason": "returned"}
    )
    assert answer.status_code == 302
    assert [fresh(lead).reason for lead in leads[1:]] == ["returned", "returned"]


def test_bulk_needs_a_reason_and_a_choice(people, make_lead, fresh):
    lead = make_lead()
    for values in ({"status": "declined", "lead": [lead.pk]}, {"status": "approved"}, {"lead": [lead.pk]}):
        answer = people.adam.client.post("/advertiser/leads/bulk/", values, follow=True)
        assert "toast-error" in answer.text
    assert fresh(lead).status == "pending"


def test_another_advertisers_leads_do_not_exist(people, shop, make_lead, fresh):
    lead = make_lead()
    assert people.eve.client.get(f"/advertiser/leads/{lead.pk}/").status_code == 404
    assert people.eve.client.post(decide_url(lead), {"status": "approved"}).status_code == 404
    people.eve.client.post("/advertiser/leads/bulk/", {"status": "approved", "lead": [lead.pk]})
    assert fresh(lead).status == "pending"
    assert "A-1" not in people.eve.client.get("/advertiser/leads/").text


OTHERS = ["bob", "charlie", "adam", "owner"]


def test_another_webmasters_leads_do_not_exist(people, make_lead):
    lead = make_lead(sub1="secret-campaign")
    for who in OTHERS:
        client = getattr(people, who).client
        assert client.get(f"/webmaster/leads/{lead.pk}/").status_code == 404
        answer = client.get("/webmaster/leads/?q=secret-campaign")
        assert answer.status_code == 404 or f"/webmaster/leads/{lead.pk}/" not in answer.text


NOT_STAFF = ["boss", "alice", "adam", "charlie", "dora"]


def test_the_staff_pages_are_the_staffs(people, make_lead):
    lead = make_lead()
    for who in NOT_STAFF:
        client = getattr(people, who).client
        assert client.get(f"/manager/leads/{lead.pk}/").status_code == 404
        assert client.post(f"/manager/leads/{lead.pk}/decide/", {"status": "approved"}).status_code == 404


def test_filters_find_the_lead_they_name(people, shop, make_lead):
    lead = make_lead("NEEDLE", sub1="needle-mark")
    make_lead("HAY", sub1="hay", country="FR")
    day = timezone.localdate(shop.clicked_at)
    queries = [
        "q=NEED", f"q={lead.pk}", f"q={lead.public_id}", f"q={lead.click_id.hex}", "q=needle-m", "sub1=needle-mark",
        "country=DE", f"offer={shop.offer.pk}&goal={shop.goal.pk}&sub1=needle-mark",
        f"clicked_from={day}&clicked_until={day}&country=DE", f"first={timezone.localdate()}&country=DE",
    ]  # fmt: skip
    for query in queries:
        page = people.adam.client.get(f"/advertiser/leads/?{query}").text.partition("<main")[2]
        assert "NEEDLE" in page and "HAY" not in page, query
    for query in ("status=approved", f"last={timezone.localdate() - timedelta(days=2)}", f"link={shop.link.pk + 1}"):
        page = people.owner.client.get(f"/manager/leads/?{query}").text
        assert "Nothing matches" in page, query
    nonsense = "q=%00%27&status=x&offer=x&goal=-1&first=yesterday&clicked_until=2026-99-99&page=-3&sort=x&link=a"
    assert people.adam.client.get(f"/advertiser/leads/?{nonsense}").status_code == 200


def test_what_waits_stands_first(people, shop, make_lead):
    with network_scope(shop.network.pk):
        for number in range(2):
            lead = make_lead(f"OLD-{number}")
        decide(conversion_id=lead.pk, status="approved", source="advertiser", actor=None, now=timezone.now())
    page = people.adam.client.get("/advertiser/leads/").text
    assert page.index("OLD-0") < page.index("OLD-1")
    page = people.adam.client.get("/advertiser/leads/?sort=-lead").text
    assert page.index("OLD-1") < page.index("OLD-0")


@pytest.mark.parametrize("who", ["alice", "adam", "owner"])
def test_lists_take_the_same_queries_for_5_and_25_leads(people, shop, make_lead, who, django_assert_max_num_queries):
    audience = {"alice": "webmaster", "adam": "advertiser", "owner": "manager"}[who]
    browser, counts = getattr(people, who).client, []
    for first, last in ((0, 5), (5, 25)):
        for number in range(first, last):
            make_lead(f"Q-{number}")
        with django_assert_max_num_queries(30) as captured:
            assert browser.get(f"/{audience}/leads/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_test_lead_is_marked(people, shop):
    shop.call(order_id="T-1", test="1")
    for who, page in (("alice", "webmaster"), ("adam", "advertiser"), ("owner", "manager")):
        assert ">test<" in getattr(people, who).client.get(f"/{page}/leads/").text
