"""Every page of offers opens for its people, and is nothing to others: strangers, other networks, other advertisers."""

import pytest

from cpanet.jobs.models import Job
from cpanet.tenancy.scope import network_scope
from offers.feeds.importer import import_products
from offers.feeds.intake import FeedOptions
from offers.models import Creative, Offer, ProductFeed, Vertical
from tests import factories
from tests.factories import NOW
from tests.offers.pictures import png
from tests.offers.test_importer import item, yml

pytestmark = pytest.mark.django_db
EDITOR = [
    "offers/", "offers/{offer}/", "offers/new/", "offers/{offer}/general/", "offers/{offer}/audience/",
    "offers/{offer}/traffic/", "offers/{offer}/goals/", "offers/{offer}/goals/{goal}/", "offers/{offer}/landings/",
    "offers/{offer}/landings/{landing}/", "offers/{offer}/creatives/", "offers/{offer}/feeds/",
    "offers/{offer}/feeds/{feed}/", "offers/{offer}/feeds/{feed}/settings/", "offers/{offer}/feeds/{feed}/imports/",
    "offers/{offer}/feeds/{feed}/imports/{job}/",
]  # fmt: skip
STAFF = ["offers/{offer}/access/", "access/", "verticals/"]
WEBMASTER = ["offers/", "offers/{offer}/", "offers/{offer}/products/"]


@pytest.fixture
def world(network, people):
    """An offer with everything in it; the numbers of its parts."""
    import io

    with network_scope(network.pk):
        offer = factories.offer(
            advertiser=people.adam.advertiser, name="Lamps of Adam", countries=["DE", "TR"],
            vertical=Vertical.objects.create(name="Home"), description="Lamps.\n\nMany.", rules="No spam.",
        )  # fmt: skip
        goal = factories.goal(offer=offer)
        factories.access(offer=offer, affiliate=people.alice.affiliate)
        factories.access(offer=offer, affiliate=people.bob.affiliate, status="requested")
        feed = ProductFeed.objects.create(offer=offer, name="Shop", imported_at=NOW)
        import_products(feed=feed, source=io.BytesIO(yml(item(1), item(2))), now=NOW, options=FeedOptions())
        job = Job.objects.create(
            kind="feed_import", task="x", arguments={"feed_id": feed.pk}, state="partial", message="1 new",
            result={"seen": 2, "rejected": [{"row": 2, "id": "b", "reason": "No price at all."}], "warnings": ["Hm."]},
        )  # fmt: skip
        creative = Creative.objects.create(offer=offer, name="Wide", width=10, height=5)
        creative.image.save("creatives/a.png", png(10, 5))
        Creative.objects.create(offer=offer, name="Words", kind="text", text="Buy lamps.")
        return {
            "offer": offer.pk, "goal": goal.pk, "landing": offer.landings.get().pk, "feed": feed.pk, "job": job.pk,
        }  # fmt: skip


@pytest.mark.parametrize("route", EDITOR)
def test_the_editor_opens_for_its_advertiser_and_the_staff_alone(people, world, route):
    path = route.format(**world)
    assert people.adam.client.get(f"/advertiser/{path}").status_code == 200
    assert people.owner.client.get(f"/manager/{path}").status_code == 200
    assert people.adman.client.get(f"/manager/{path}").status_code == 200
    assert people.alice.client.get(f"/advertiser/{path}").status_code == 404
    assert people.adam.client.get(f"/manager/{path}").status_code == 404
    assert people.stranger.client.get(f"/advertiser/{path}").status_code == 302
    if "{offer}" in route:
        assert people.eve.client.get(f"/advertiser/{path}").status_code == 404
        assert people.boss.client.get(f"/manager/{path}").status_code == 404
        assert people.dora.client.get(f"/advertiser/{path}").status_code == 404


@pytest.mark.parametrize("route", EDITOR[2:])
def test_support_may_look_at_offers_and_not_edit_them(people, world, route):
    assert people.support.client.get("/manager/" + route.format(**world)).status_code == 403


@pytest.mark.parametrize("route", STAFF + EDITOR[:2])
def test_the_pages_of_the_staff(people, world, route):
    path = "/manager/" + route.format(**world)
    assert people.manager.client.get(path).status_code == 200
    assert people.support.client.get(path).status_code == 200
    assert people.adam.client.get(path).status_code == 404


@pytest.mark.parametrize("route", WEBMASTER)
def test_the_pages_of_webmasters(people, world, route):
    path = "/webmaster/" + route.format(**world)
    assert people.alice.client.get(path).status_code == 200
    assert people.adam.client.get(path).status_code == 404
    if "{offer}" in route:
        assert people.charlie.client.get(path).status_code == 404


def test_a_draft_is_nothing_to_webmasters(network, people, world):
    with network_scope(network.pk):
        Offer.objects.update(status=Offer.Status.DRAFT)
    assert people.alice.client.get(f"/webmaster/offers/{world['offer']}/").status_code == 404
    assert b"Lamps of Adam" not in people.alice.client.get("/webmaster/offers/").content


def test_pages_say_what_they_are_about(people, world):
    page = people.alice.client.get(f"/webmaster/offers/{world['offer']}/").content.decode()
    for words in (
        "Lamps of Adam",
        "$8.00",
        "Content site",
        "Allowed",
        "No spam.",
        "Granted",
        "YOUR-LINK",
        "Buy lamps.",
    ):
        assert words in page
    assert "&lt;a href=&quot;YOUR-LINK&quot;" in page, "the code of a banner is shown, not run"
    assert "$10.00" not in page, "what the advertiser pays is not the webmaster's business"
    job = people.adam.client.get("/advertiser/" + EDITOR[-1].format(**world)).content.decode()
    assert "No price at all." in job and "Hm." in job
