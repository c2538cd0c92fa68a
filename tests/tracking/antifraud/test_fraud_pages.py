"""The review queue, the rules and the block-lists over HTTP: who may do what, and who reads what."""

import pytest

from cpanet.tenancy.scope import network_scope
from tracking.models import BlockEntry, ConversionFlag, FraudRule
from tracking.selectors.fraud import Rules

READERS, DECIDERS = ["owner", "finance", "manager", "adman", "support"], ["owner", "adman"]
EDITORS = ["owner", "manager", "adman"]
PAGES = ["/manager/fraud/", "/manager/fraud/rules/", "/manager/fraud/rules/too_fast/", "/manager/fraud/lists/"]


@pytest.fixture
def scope(shop):
    with network_scope(shop.network.pk):
        yield


def client(people, who):
    return getattr(people, who).client


def test_the_queue_says_why(people, flagged):
    page = client(people, "adman").get("/manager/fraud/").text
    assert f"№ {flagged.pk}" in page and "1 second after the click; less than 5 seconds is suspicious." in page
    assert "To be reviewed" in page and "Alice" in page and f"/manager/leads/{flagged.pk}/#why" in page
    lead_page = client(people, "support").get(f"/manager/leads/{flagged.pk}/").text
    assert "Too soon after the click" in lead_page and "less than 5 seconds" in lead_page


def test_the_sidebar_counts_what_waits_for_who_may_decide(people, flagged):
    for who in ("owner", "support"):
        page = client(people, who).get("/manager/").text
        line = page.partition('href="/manager/fraud/"')[2].partition("</a>")[0]
        assert ('<span class="count">1</span>' in line) is (who == "owner"), (who, line)


def test_who_may_look(people, flagged):
    for path in PAGES:
        for who in READERS:
            assert client(people, who).get(path).status_code == 200, (path, who)
        for who in ("alice", "adam", "charlie"):
            assert client(people, who).get(path).status_code == 404, (path, who)
        assert people.stranger.client.get(path).status_code == 302
        assert "Alice" not in client(people, "boss").get(path).text  # the other network's own page


def test_who_may_decide(people, flagged, fresh):
    values = {"act": "decline", "lead": [flagged.pk], "decline-reason": "fraud"}
    for who in sorted(set(READERS) - set(DECIDERS)):
        assert client(people, who).post("/manager/fraud/review/", values).status_code == 403
        assert 'data-dialog="clear"' not in client(people, who).get("/manager/fraud/").text
    for who in ("alice", "adam"):
        assert client(people, who).post("/manager/fraud/review/", values).status_code == 404
    assert "toast-error" in client(people, "boss").post("/manager/fraud/review/", values, follow=True).text
    assert fresh(flagged).status == "pending"


def test_leads_are_cleared_together(people, make_lead, look, fresh):
    leads = [make_lead(f"L-{n}", seconds=1, address=f"198.51.{n}.1") for n in range(3)]
    look()
    values = {"act": "clear", "lead": [lead.pk for lead in leads[:2]] + ["x", "9" * 30], "note": "A flash sale"}
    answer = client(people, "owner").post("/manager/fraud/review/", values, follow=True)
    assert "2 leads cleared" in answer.text and f"№ {leads[0].pk}<" not in answer.text
    assert [fresh(lead).hold_until == lead.hold_until for lead in leads] == [True, True, False]
    cleared = client(people, "owner").get("/manager/fraud/?state=released").text
    assert "A flash sale" in cleared and "Cleared" in cleared
    again = client(people, "owner").post("/manager/fraud/review/", values, follow=True)
    assert "Nothing is to be reviewed" in again.text


def test_declined_from_the_queue(people, flagged, fresh):
    values = {"act": "decline", "lead": [flagged.pk], "decline-reason": "fraud", "decline-note": "No person"}
    values["next"] = "/manager/fraud/?rule=too_fast"
    answer = client(people, "adman").post("/manager/fraud/review/", values)
    assert answer.url == values["next"] and fresh(flagged).status == "declined"
    page = client(people, "alice").get(f"/webmaster/leads/{flagged.pk}/").text
    assert "Fraud" in page and "No person" in page
    assert "Nothing to review" in client(people, "adman").get("/manager/fraud/").text


def test_a_review_that_says_too_little_is_refused(people, flagged, fresh):
    for values in (
        {"act": "decline", "lead": [flagged.pk]},
        {"act": "decline", "lead": [flagged.pk], "decline-reason": "ugly"},
        {"act": "decline", "lead": [flagged.pk], "decline-reason": "other"},
        {"act": "clear"},
        {"act": "forget", "lead": [flagged.pk]},
        {"lead": [flagged.pk]},
    ):
        answer = client(people, "owner").post("/manager/fraud/review/", values, follow=True)
        assert "toast-error" in answer.text and fresh(flagged).status == "pending", values
    with network_scope(fresh(flagged).network_id):
        assert ConversionFlag.objects.get().state == "open"


def test_filters_narrow_the_queue(people, flagged, shop):
    for query in ("rule=too_fast", f"offer={shop.offer.pk}", f"affiliate={people.alice.affiliate.pk}", "state=marked"):
        assert f"№ {flagged.pk}" in client(people, "owner").get(f"/manager/fraud/?{query}").text, query
    for query in ("rule=spike", f"affiliate={people.bob.affiliate.pk}", "state=declined"):
        assert f"№ {flagged.pk}<" not in client(people, "owner").get(f"/manager/fraud/?{query}").text, query
    nonsense = "rule=x&offer=x&affiliate=99999999999999999999999&state=%00&page=-1"
    assert client(people, "owner").get(f"/manager/fraud/?{nonsense}").status_code == 200


def test_the_webmaster_reads_the_class_and_the_date_alone(people, flagged, fresh):
    page = client(people, "alice").get(f"/webmaster/leads/{flagged.pk}/").text
    assert "Unusual time between click and lead" in page and f"{fresh(flagged).hold_until:%b %-d, %Y}" in page
    assert "suspicious" not in page and "5 seconds" not in page and "Too soon" not in page
    assert "To be reviewed" not in client(people, "adam").get(f"/advertiser/leads/{flagged.pk}/").text
    assert "Unusual time" not in client(people, "adam").get(f"/advertiser/leads/{flagged.pk}/").text


def test_the_webmaster_is_not_told_of_mere_marks(people, make_lead, look):
    lead = make_lead(flags=["duplicate"])
    look()
    assert "does not look like" not in client(people, "alice").get(f"/webmaster/leads/{lead.pk}/").text
    assert "Not the visitor" in client(people, "owner").get(f"/manager/leads/{lead.pk}/").text


def test_a_rule_is_tried_and_saved(people, flagged, scope):
    url = "/manager/fraud/rules/too_fast/"
    values = {"is_on": "on", "action": "review", "hold_days": "30", "seconds": "10", "percent": "0"}
    tried = client(people, "manager").post(url, values | {"try": "1"})
    assert "1 of 1 leads would have been caught" in tried.text and not FraudRule.objects.exists()
    tried = client(people, "manager").post(url, values | {"seconds": "1", "try": "1"})
    assert "0 of 1 leads" in tried.text
    assert client(people, "manager").post(url, values | {"save": "1"}).status_code == 302
    setting = Rules().at(None)["too_fast"]
    assert (setting.action, setting.hold_days, setting.limits) == ("review", 30, {"seconds": 10, "percent": 0})
    page = client(people, "owner").get("/manager/fraud/rules/").text
    assert "sooner than 10 seconds" in page
    assert "fraud rule changed" in client(people, "owner").get("/manager/audit/").text.lower().replace(
        "_", " "
    ).replace(".", " ")


def test_a_rule_off_its_bounds_is_refused(people, scope, shop):
    url = "/manager/fraud/rules/one_address/"
    good = {"is_on": "on", "action": "hold", "hold_days": "14", "leads": "3", "hours": "24", "save": "1"}
    for bad in ({"leads": "0"}, {"hours": "x"}, {"hold_days": "999"}, {"action": "shave"}, {"leads": ""}):
        assert client(people, "owner").post(url, good | bad).status_code == 422, bad
    assert not FraudRule.objects.exists()
    for who in ("support", "finance"):
        assert client(people, who).post(url, good).status_code == 403
    assert client(people, "owner").get("/manager/fraud/rules/nonsense/").status_code == 404
    assert client(people, "owner").get(f"{url}?offer=x").status_code == 404
    assert client(people, "owner").get(f"{url}?offer=999999").status_code == 404


def test_an_offer_gets_its_own_rule_and_loses_it(people, shop, scope):
    url = f"/manager/fraud/rules/one_address/?offer={shop.offer.pk}"
    values = {"action": "flag", "hold_days": "5", "leads": "9", "hours": "2", "save": "1"}
    assert client(people, "owner").post(url, values).status_code == 302
    assert Rules().at(shop.offer.pk)["one_address"].is_on is False and Rules().at(None)["one_address"].is_on
    assert "Otherwise at Lamps" in client(people, "owner").get("/manager/fraud/rules/").text
    forget = f"/manager/fraud/rules/one_address/forget/?offer={shop.offer.pk}"
    assert client(people, "support").post(forget).status_code == 403
    assert client(people, "owner").post(forget).status_code == 302
    assert Rules().at(shop.offer.pk)["one_address"].is_on


def test_block_lists_are_kept(people, scope, shop):
    url, who = "/manager/fraud/lists/", client(people, "manager")
    assert "Nothing is blocked" in who.get(url).text
    assert who.post(url, {"kind": "address", "value": "203.0.113.9/24", "note": "A farm"}).status_code == 302
    entry = BlockEntry.objects.get()
    assert (entry.value, entry.created_by) == ("203.0.113.0/24", people.manager.user)
    page = f"{url}{entry.pk}/"
    assert who.post(page, {"value": "198.51.100.0/24", "note": "Another farm"}).status_code == 302
    assert "198.51.100.0/24" in who.get(url).text and "Another farm" in who.get(page).text
    assert client(people, "support").post(f"{page}remove/").status_code == 403
    assert who.post(f"{page}remove/").status_code == 302 and not BlockEntry.objects.exists()
    audit = client(people, "owner").get("/manager/audit/").text
    assert "203.0.113.0/24" in audit and "198.51.100.0/24" in audit


def test_bad_lines_are_refused(people, scope, shop):
    good = {"kind": "source", "value": "mailing", "note": "Spam"}
    assert client(people, "owner").post("/manager/fraud/lists/", good).status_code == 302
    for bad in (
        {},
        {"kind": "address", "value": "0.0.0.0/0"},
        {"kind": "address", "value": "<script>"},
        {"kind": "agent", "value": "a"},
        {"kind": "webmaster", "value": "999999"},
        {"kind": "webmaster", "value": "Bob"},
        {"kind": "ugly"},
        {"value": "new", "note": ""},
    ):
        assert client(people, "owner").post("/manager/fraud/lists/", good | bad).status_code == 422, bad
    assert BlockEntry.objects.count() == 1
    assert client(people, "finance").post("/manager/fraud/lists/", good | {"value": "x"}).status_code == 403


def test_the_queue_takes_the_same_queries_for_few_and_many(people, make_lead, look, django_assert_max_num_queries):
    owner, counts = client(people, "owner"), []
    for first, last in ((0, 3), (3, 12)):
        for number in range(first, last):
            make_lead(f"Q-{number}", seconds=1, address=f"198.51.{number}.1")
        look()
        with django_assert_max_num_queries(30) as captured:
            assert owner.get("/manager/fraud/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
