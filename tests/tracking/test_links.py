"""The webmaster's links: made only where they are allowed, listed in a fixed number of queries, nobody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cpanet.accounts.models import AuditEntry
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from offers.choices import TrafficPolicy, TrafficSource
from offers.models import Creative, OfferAccess, TrafficRule
from tests import factories
from tracking.link_address import link_url
from tracking.models import HourlyLinkStats, TrackingLink


@pytest.fixture
def offer(people, network):
    with network_scope(network.pk):
        made = factories.offer(
            advertiser=people.adam.advertiser, access="request", deep_link_domains=["shop.example"], name="Lamps"
        )
        TrafficRule.objects.create(offer=made, traffic_source=TrafficSource.EMAIL, policy=TrafficPolicy.ASK)
        TrafficRule.objects.create(offer=made, traffic_source=TrafficSource.PUSH, policy=TrafficPolicy.FORBIDDEN)
        factories.goal(offer=made)
        factories.access(offer=made, affiliate=people.alice.affiliate)
    return made


def new(client, offer, **values):
    return client.post(f"/webmaster/links/new/?offer={offer.pk}", {"traffic_source": "content", **values})


def links_in(network):
    with network_scope(network.pk):
        return list(TrackingLink.objects.order_by("id"))


def test_a_webmaster_makes_a_link_and_sees_its_address(people, offer, network):
    version = Network.objects.get(pk=network.pk).config_version
    page = people.alice.client.get(f"/webmaster/links/new/?offer={offer.pk}")
    assert page.status_code == 200 and "https://shop.example/?click=" in page.text
    answer = new(people.alice.client, offer, name="Blog", sub1="top", deep_link="https://www.shop.example/lamp?a=1&b=2")
    (link,) = links_in(network)
    assert answer.status_code == 302 and answer.url == f"/webmaster/links/{link.pk}/"
    page = people.alice.client.get(answer.url).text
    assert f"/c/{link.code}?url=https%3A%2F%2Fwww.shop.example%2Flamp%3Fa%3D1%26b%3D2" in page
    assert (link.name, link.sub1, link.traffic_source, link.affiliate_id) == (
        "Blog",
        "top",
        "content",
        people.alice.affiliate.pk,
    )
    assert Network.objects.get(pk=network.pk).config_version > version  # the edges hear of it
    with network_scope(network.pk):
        assert AuditEntry.objects.filter(action="link.created", subject_id=link.pk).count() == 1


BAD_LINKS = [
    ({"traffic_source": ""}, "required"),
    ({"traffic_source": "push"}, "Select a valid choice"),
    ({"deep_link": "https://evil.example/"}, "shop.example"),
    ({"deep_link": "https://shop.example.evil.example/"}, "shop.example"),
    ({"deep_link": "javascript:alert(1)"}, "shop.example"),
    ({"deep_link": "https://shop.example@evil.example/"}, "shop.example"),
    ({"sub1": "x" * 601}, "600"),
    ({"landing": "999999"}, "Select a valid choice"),
    ({"fallback_url": "not an address"}, "valid URL"),
]


def test_bad_input_is_shown_in_the_form_and_nothing_is_made(people, offer, network):
    for values, words in BAD_LINKS:
        answer = new(people.alice.client, offer, **values)
        assert answer.status_code == 422 and words in answer.text
        assert links_in(network) == []


def test_traffic_after_approval_needs_the_grant(people, offer, network):
    assert new(people.alice.client, offer, traffic_source="email").status_code == 302
    with network_scope(network.pk):
        OfferAccess.objects.all().delete()
        type(offer).objects.filter(pk=offer.pk).update(access="open")
    answer = new(people.alice.client, offer, traffic_source="email")
    assert answer.status_code == 422 and len(links_in(network)) == 1


@pytest.mark.parametrize("status", [None, "requested", "refused", "withdrawn"])
def test_without_access_there_is_no_link(people, offer, network, status):
    with network_scope(network.pk):
        OfferAccess.objects.all().delete()
        if status:
            factories.access(offer=offer, affiliate=people.alice.affiliate, status=status)
    assert new(people.alice.client, offer).status_code == 404
    assert links_in(network) == []


def test_a_paused_offer_takes_no_new_links(people, offer, network):
    with network_scope(network.pk):
        type(offer).objects.filter(pk=offer.pk).update(status="paused")
    assert new(people.alice.client, offer).status_code == 404


def test_the_service_itself_asks_for_access(people, offer, network):
    from tracking.services.links import BadLanding, NoAccess, TrafficNotAllowed, create_link

    with network_scope(network.pk):
        values = {"actor": people.bob.user, "now": timezone.now(), "traffic_source": "content"}
        with pytest.raises(NoAccess):
            create_link(affiliate=people.bob.affiliate, offer=offer, **values)
        mine = {"affiliate": people.alice.affiliate, "offer": offer}
        with pytest.raises(TrafficNotAllowed, match="forbids"):
            create_link(**mine, **values | {"traffic_source": "push"})
        with pytest.raises(TrafficNotAllowed, match="Say which"):
            create_link(**mine, **values | {"traffic_source": ""})
        other = factories.offer().landings.get()
        with pytest.raises(BadLanding):
            create_link(**mine, **values, landing=other)


def test_preview_follows_what_is_typed(people, offer):
    values = {"traffic_source": "content", "sub1": "<b>top", "deep_link": "https://shop.example/a"}
    page = people.alice.client.post(f"/webmaster/links/preview/{offer.pk}/", values).text
    assert "https://shop.example/a?click=019a" in page and "sub1 = &lt;b&gt;top" in page
    assert people.bob.client.post(f"/webmaster/links/preview/{offer.pk}/", values).status_code == 404


def test_marks_keep_macros_of_trackers(people, offer, network):
    new(people.alice.client, offer)
    (link,) = links_in(network)
    page = people.alice.client.get(f"/webmaster/links/{link.pk}/marked/", {"sub1": "{campaign}", "sub2": "a b&c"}).text
    assert "sub1={campaign}&amp;sub2=a%20b%26c" in page


def test_address_keeps_the_host_of_the_network(settings):
    settings.CLICK_ADDRESS = "https://go.{host}"
    assert link_url("alpha.test", "abc", marks={"sub1": "", "sub2": "x"}) == "https://go.alpha.test/c/abc?sub2=x"


def test_settings_change_but_the_code_stays(people, offer, network):
    new(people.alice.client, offer, name="Old")
    (link,) = links_in(network)
    url = f"/webmaster/links/{link.pk}/edit/"
    assert 'value="Old"' in people.alice.client.get(url).text
    assert people.alice.client.post(url, {"traffic_source": "content", "name": "New"}).status_code == 302
    (changed,) = links_in(network)
    assert (changed.name, changed.code) == ("New", link.code)
    with network_scope(network.pk):
        assert AuditEntry.objects.get(action="link.changed").changes == {"name": ["Old", "New"]}


def test_switching_off_and_on_again(people, offer, network):
    new(people.alice.client, offer)
    (link,) = links_in(network)
    url = f"/webmaster/links/{link.pk}/switch/"
    for nothing in ({}, {"on": "yes"}):
        page = people.alice.client.post(url, nothing, follow=True)
        assert "nothing has changed" in page.text and links_in(network)[0].is_active is True
    people.alice.client.post(url, {"on": "0"})
    assert links_in(network)[0].is_active is False
    people.alice.client.post(url, {"on": "1"})
    assert links_in(network)[0].is_active is True
    assert people.alice.client.get(url).status_code == 405


def test_the_test_click_is_shown(people, offer, network):
    with network_scope(network.pk):
        link = factories.link(offer=offer, affiliate=people.alice.affiliate)
        assert "No clicks" in people.alice.client.get(f"/webmaster/links/{link.pk}/").text
        click = factories.click(link=link, at=timezone.now() - timedelta(seconds=2), sub1="<i>", flags=["bot"])
    page = people.alice.client.get(f"/webmaster/links/{link.pk}/clicks/").text
    assert click.id.hex in page and "bot" in page and "&lt;i&gt;" in page


def test_banner_code_leads_through_the_link(people, offer, network):
    with network_scope(network.pk):
        link = factories.link(offer=offer, affiliate=people.alice.affiliate)
        creative = Creative.objects.create(
            offer=offer, name='"Big" <sale>', image="creatives/a.png", width=300, height=250
        )
    page = people.alice.client.get(f"/webmaster/links/{link.pk}/").text
    picture = reverse("creative_image", args=[creative.pk])
    assert f"/c/{link.code}&quot;&gt;&lt;img src=&quot;http://alpha.test{picture}&quot;" in page
    assert "alt=&quot;&amp;quot;Big&amp;quot; &amp;lt;sale&amp;gt;&quot;" in page


def test_list_shows_the_week_and_filters(people, offer, network):
    now = timezone.now()
    with network_scope(network.pk):
        first = factories.link(offer=offer, affiliate=people.alice.affiliate, name="First", sub2="summer")
        factories.link(offer=offer, affiliate=people.alice.affiliate, name="Second", is_active=False)
        common = {
            "offer_id": offer.pk, "affiliate_id": people.alice.affiliate.pk, "advertiser_id": 1,
            "link_id": first.pk, "currency": "USD", "basis": "visit",
        }  # fmt: skip
        HourlyLinkStats.objects.create(
            **common, hour=now - timedelta(days=1), clicks=1234, pending=3, approved=2, declined=1
        )
        HourlyLinkStats.objects.create(**common, hour=now - timedelta(days=8), clicks=5000)
    page = people.alice.client.get("/webmaster/links/").text
    assert "1,234" in page and ">6<" in page and "Second" in page
    for query in ("q=summer", "q=fir", f"q={first.code}", "state=on", f"offer={offer.pk}&state=on"):
        page = people.alice.client.get(f"/webmaster/links/?{query}").text
        assert "First" in page and "Second" not in page, query
    assert people.alice.client.get("/webmaster/links/?offer=x&page=99&sort=nonsense&state=maybe").status_code == 200


def test_empty_list_offers_one_action(people, network):
    page = people.alice.client.get("/webmaster/links/").text
    assert "No links yet" in page and reverse("webmaster:link_new") in page


def test_list_takes_the_same_queries_for_5_and_25_links(people, offer, network, django_assert_max_num_queries):
    counts, client = [], people.alice.client
    for number in (5, 20):
        with network_scope(network.pk):
            for _ in range(number):
                factories.link(offer=offer, affiliate=people.alice.affiliate)
        with django_assert_max_num_queries(20) as captured:
            client.get("/webmaster/links/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_nobody_else_sees_a_link(people, offer, network):
    with network_scope(network.pk):
        link = factories.link(offer=offer, affiliate=people.alice.affiliate)
    for who in ("bob", "charlie", "adam", "owner"):
        client = getattr(people, who).client
        for page in ("", "edit/", "marked/", "clicks/"):
            assert client.get(f"/webmaster/links/{link.pk}/{page}").status_code == 404, (who, page)
        assert client.post(f"/webmaster/links/{link.pk}/switch/", {"on": "0"}).status_code == 404
        assert client.post(f"/webmaster/links/{link.pk}/edit/", {"name": "Mine"}).status_code == 404
    assert links_in(network)[0].is_active


def test_strangers_are_sent_to_sign_in(people, offer, network):
    with network_scope(network.pk):
        link = factories.link(offer=offer, affiliate=people.alice.affiliate)
    answer = people.stranger.client.get(f"/webmaster/links/{link.pk}/")
    assert answer.status_code == 302 and "login" in answer.url
