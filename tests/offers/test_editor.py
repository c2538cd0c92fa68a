"""From an empty draft to a running offer, through the pages; and everything that is refused on the way."""

import pytest

from cpanet.accounts.models import Advertiser, AuditEntry
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from offers import services
from offers.choices import TrafficSource
from offers.models import Goal, Landing, Offer, Vertical
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
GENERAL = {"name": "Lamps of Adam", "access": "request", "hold_days": 14, "decision_days": 30}
GOAL = {
    "name": "Sale",
    "code": "sale",
    "payment_model": "fixed",
    "attribution_days": 30,
    "duplicate_policy": "once_per_click",
    "is_active": "on",
}
LANDING = {"name": "Main", "url": "https://shop.example/?c={click_id}&s={sub1}", "weight": 1, "is_active": "on"}


def traffic(**policies):
    return {f"policy_{source}": policies.get(source, "forbidden") for source in TrafficSource.values}


@pytest.fixture
def draft(network, people):
    with network_scope(network.pk):
        return services.create_offer(advertiser=people.adam.advertiser, name="Draft", actor=None, now=NOW)


@pytest.fixture
def running(network, people):
    with network_scope(network.pk):
        made = factories.offer(advertiser=people.adam.advertiser)
        factories.goal(offer=made)
        return made


def fresh(offer):
    with network_scope(offer.network_id):
        return Offer.objects.get(pk=offer.pk)


def post(person, path, values=None, audience="advertiser"):
    return person.client.post(f"/{audience}/offers/{path}", values or {})


def test_an_advertiser_makes_an_offer_and_starts_it(people, network):
    answer = post(people.adam, "new/", GENERAL)
    with network_scope(network.pk):
        offer = Offer.objects.get()
    assert answer.url == f"/advertiser/offers/{offer.pk}/goals/"
    assert (offer.status, offer.currency, offer.advertiser_id) == ("draft", "USD", people.adam.advertiser.pk)
    goal_url = post(people.adam, f"{offer.pk}/goals/", GOAL).url
    assert (
        people.adam.client.post(f"{goal_url}rates/", {"revenue": "10", "earning": "8", "country": ""}).status_code
        == 302
    )
    assert post(people.adam, f"{offer.pk}/landings/", LANDING).status_code == 302
    assert post(people.adam, f"{offer.pk}/traffic/", traffic(content="allowed", email="ask")).status_code == 302
    audience = {"countries": ["DE", "TR"], "devices": ["mobile"], "deep_link_domains": "Shop.example\nwww.shop.example"}
    assert post(people.adam, f"{offer.pk}/audience/", audience).status_code == 302
    assert post(people.adam, f"{offer.pk}/status/", {"status": "active"}).status_code == 302
    offer = fresh(offer)
    assert (offer.status, offer.countries, offer.devices) == ("active", ["DE", "TR"], ["mobile"])
    assert offer.deep_link_domains == ["shop.example", "www.shop.example"]
    assert "Lamps of Adam" in people.alice.client.get("/webmaster/offers/").content.decode()


def test_the_staff_makes_an_offer_for_any_advertiser_of_its_network(people, network):
    values = {**GENERAL, "advertiser": people.eve.advertiser.pk}
    assert post(people.adman, "new/", values, "manager").status_code == 302
    with network_scope(network.pk):
        assert Offer.objects.get().advertiser_id == people.eve.advertiser.pk
    values["advertiser"] = people.dora.advertiser.pk
    assert post(people.adman, "new/", values, "manager").status_code == 422


def test_an_advertiser_cannot_choose_another_advertiser(people, network):
    post(people.adam, "new/", {**GENERAL, "advertiser": people.eve.advertiser.pk})
    with network_scope(network.pk):
        assert Offer.objects.get().advertiser_id == people.adam.advertiser.pk


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""}, {"name": "x" * 151}, {"access": "secret"}, {"hold_days": "-1"}, {"hold_days": 366},
        {"site_url": "javascript:alert(1)"}, {"fallback_url": "ftp://files.example/"}, {"vertical": "999999"},
        {"starts_at": "2026-12-02T10:00", "ends_at": "2026-12-01T10:00"}, {"description": "x" * 20_001},
    ],
)  # fmt: skip
def test_bad_data_of_an_offer_are_shown_in_the_form(people, network, change):
    answer = post(people.adam, "new/", {**GENERAL, **change})
    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode() or "notice" in answer.content.decode()
    with network_scope(network.pk):
        assert not Offer.objects.exists()


def test_another_networks_theme_is_no_choice(people, network, other_network):
    with network_scope(other_network.pk):
        theirs = Vertical.objects.create(name="Theirs")
    assert post(people.adam, "new/", {**GENERAL, "vertical": theirs.pk}).status_code == 422


def test_an_incomplete_offer_says_everything_that_is_missing(people, draft):
    post(people.adam, f"{draft.pk}/status/", {"status": "active"})
    page = people.adam.client.get(f"/advertiser/offers/{draft.pk}/").content.decode()
    for words in ("a goal with a rate", "an active landing", "a kind of traffic that is allowed"):
        assert words in page
    assert fresh(draft).status == "draft"


@pytest.mark.parametrize("start, to, ends", [
    ("active", "paused", "paused"), ("paused", "active", "active"), ("active", "archived", "archived"),
    ("archived", "draft", "draft"), ("archived", "active", "archived"), ("active", "draft", "active"),
    ("active", "nonsense", "active"), ("draft", "paused", "draft"),
])  # fmt: skip
def test_which_status_may_follow_which(people, network, running, start, to, ends):
    with network_scope(network.pk):
        Offer.objects.update(status=start)
    assert post(people.adam, f"{running.pk}/status/", {"status": to}).status_code == 302
    assert fresh(running).status == ends


def test_a_blocked_advertiser_starts_nothing(people, network, running):
    with network_scope(network.pk):
        Offer.objects.update(status="paused")
        Advertiser.objects.filter(pk=people.adam.advertiser.pk).update(status="blocked")
    post(people.adam, f"{running.pk}/status/", {"status": "active"})
    assert fresh(running).status == "paused"


@pytest.mark.parametrize("url, words", [
    ("https://shop.example/?c={clickid}", "Unknown macro {clickid}"),
    ("https://{sub1}.example/", "after the host"),
    ("javascript:alert(1)", "http://"),
    ("//shop.example/", "http://"),
    ("https://user:pw@shop.example/", "password"),
    ("https://shop.example/a b", "space"),
    ("https://[bad/", "web address"),
    ("", "required"),
])  # fmt: skip
def test_an_address_is_checked_when_it_is_saved(people, network, draft, url, words):
    answer = post(people.adam, f"{draft.pk}/landings/", {**LANDING, "url": url})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with network_scope(network.pk):
        assert not Landing.objects.exists()


def test_the_last_landing_of_a_running_offer_stays(people, network, running):
    with network_scope(network.pk):
        landing = running.landings.get()
    path = f"{running.pk}/landings/{landing.pk}/"
    off = {key: value for key, value in LANDING.items() if key != "is_active"}
    answer = post(people.adam, path, off)
    assert answer.status_code == 422
    assert "an active landing" in answer.content.decode()
    assert post(people.adam, f"{running.pk}/landings/", {**LANDING, "name": "Second"}).status_code == 302
    assert post(people.adam, path, off).status_code == 302


def test_a_landing_of_another_offer_is_not_found(people, network, running, draft):
    with network_scope(network.pk):
        landing = running.landings.get()
    assert people.adam.client.get(f"/advertiser/offers/{draft.pk}/landings/{landing.pk}/").status_code == 404


def test_a_running_offer_must_allow_some_traffic(people, running):
    answer = post(people.adam, f"{running.pk}/traffic/", traffic())
    assert answer.status_code == 422
    assert "a kind of traffic that is allowed" in answer.content.decode()
    assert post(people.adam, f"{running.pk}/traffic/", traffic(seo="maybe")).status_code == 422


@pytest.mark.parametrize(
    "values",
    [
        {"countries": ["XX"]},
        {"devices": ["fridge"]},
        {"deep_link_domains": "https://shop.example/"},
        {"deep_link_domains": "localhost"},
    ],
)
def test_a_bad_audience_is_refused(people, running, values):
    assert post(people.adam, f"{running.pk}/audience/", values).status_code == 422


def test_two_goals_cannot_have_one_code(people, network, running):
    assert post(people.adam, f"{running.pk}/goals/", GOAL).status_code == 422
    assert post(people.adam, f"{running.pk}/goals/", {**GOAL, "code": "lead"}).status_code == 302
    assert post(people.adam, f"{running.pk}/goals/", {**GOAL, "code": "a b"}).status_code == 422
    with network_scope(network.pk):
        assert Goal.objects.count() == 2


def test_every_change_is_written_down_and_told_to_the_edge(people, network, running):
    def version():
        return Network.objects.get(pk=network.pk).config_version

    steps = [
        (f"{running.pk}/general/", {**GENERAL, "name": "New name"}, "offer.changed"),
        (f"{running.pk}/landings/", LANDING, "landing.added"),
        (f"{running.pk}/traffic/", traffic(video="allowed"), "offer.traffic"),
        (f"{running.pk}/goals/", {**GOAL, "code": "lead"}, "goal.added"),
        (f"{running.pk}/status/", {"status": "paused"}, "offer.status"),
    ]
    for path, values, action in steps:
        before = version()
        assert post(people.adam, path, values).status_code == 302
        assert version() == before + 1, path
        with network_scope(network.pk):
            entry = AuditEntry.objects.order_by("-id").first()
            assert (entry.action, entry.actor_id) == (action, people.adam.user.pk)


def test_saving_without_a_change_writes_nothing(people, network, running):
    post(people.adam, f"{running.pk}/general/", GENERAL)
    with network_scope(network.pk):
        before = AuditEntry.objects.count()
    post(people.adam, f"{running.pk}/general/", GENERAL)
    with network_scope(network.pk):
        assert AuditEntry.objects.count() == before


def test_lists_filter_and_cost_the_same_for_5_and_25(people, network, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(url):
        with CaptureQueriesContext(connection) as queries:
            answer = people.adman.client.get(url)
        assert answer.status_code == 200
        return len(queries), len(answer.context["table"].page.object_list)

    with network_scope(network.pk):
        for number in range(5):
            factories.offer(name=f"Offer {number}", advertiser=people.adam.advertiser)
    cost("/manager/offers/")
    few, shown = cost("/manager/offers/")
    with network_scope(network.pk):
        for number in range(5, 25):
            factories.offer(name=f"Offer {number}", status="paused")
    assert (cost("/manager/offers/"), shown) == ((few, 25), 5)
    assert cost("/manager/offers/?status=paused")[1] == 20
    assert cost(f"/manager/offers/?advertiser={people.adam.advertiser.pk}&q=offer")[1] == 5
    assert len(people.adam.client.get("/advertiser/offers/").context["table"].page.object_list) == 5


def test_themes(people, network):
    def themes():
        with network_scope(network.pk):
            return list(Vertical.objects.values_list("name", flat=True))

    url = "/manager/verticals/"
    assert people.adman.client.post(url, {"name": "Finance"}).status_code == 302
    assert people.adman.client.post(url, {"name": " finance "}).status_code == 422
    assert people.adman.client.post(url, {"name": ""}).status_code == 422
    assert people.support.client.post(url, {"name": "Travel"}).status_code == 422
    with network_scope(network.pk):
        vertical = Vertical.objects.get()
        offer = factories.offer(vertical=vertical, status="draft")
    people.adman.client.post(f"{url}{vertical.pk}/", {"name": "Money"})
    assert themes() == ["Money"]
    people.adman.client.post(f"{url}{vertical.pk}/", {"delete": "1"})
    assert themes() == ["Money"], "offers have it"
    with network_scope(network.pk):
        services.update_offer(offer=offer, vertical=None, actor=None, now=NOW)
    assert people.support.client.post(f"{url}{vertical.pk}/", {"delete": "1"}).status_code == 403
    people.adman.client.post(f"{url}{vertical.pk}/", {"delete": "1"})
    assert themes() == []
