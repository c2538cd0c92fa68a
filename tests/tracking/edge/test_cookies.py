"""The click cookie: nobody gets one but a visitor of an offer whose advertiser uses the pixel."""

import re

import pytest
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.tracking.edge.clicks import GOOGLE
from tests.tracking.edge.clicks import network as network_facts
from tests.tracking.edge.test_app import Running
from tracking.edge.build import network_section
from tracking.edge.cookies import click_cookie
from tracking.services.postback_settings import save_settings

FIRST, LAST = "01a1e9c000007000800000000000000a", "01a1e9c000007000800000000000000b"


@pytest.fixture
def edge_with(tmp_path):
    """`edge_with(cookie_seconds=…)`: a running edge over an offer of advertiser 3."""
    running = []

    def start(*, https=False, **offer):
        running.append(Running(tmp_path, snapshot=network_facts(offer=offer), https=https))
        return running[-1]

    yield start
    for each in running:
        each.stop()


def test_without_the_pixel_the_answer_carries_no_cookie(edge_with):
    assert "set-cookie" not in edge_with().ask().headers


def test_with_the_pixel_the_browser_remembers_the_click_it_made(edge_with):
    edge = edge_with(cookie_seconds=864000)
    answer = edge.ask()
    click = edge.rows()[0]["id"].replace("-", "")
    assert answer.headers["set-cookie"] == (
        f"cpanet_clicks_3={click}; Path=/pixel/; Max-Age=864000; HttpOnly; SameSite=Lax"
    )
    again = edge.ask(cookie=f"other=1; cpanet_clicks_3={click}")
    last = edge.rows()[1]["id"].replace("-", "")
    assert again.headers["set-cookie"].startswith(f"cpanet_clicks_3={click}.{last}; ")


@pytest.mark.parametrize("visitor", [{"method": "HEAD"}, {"user_agent": GOOGLE}, {"purpose": "prefetch"}])
def test_who_does_not_look_is_not_remembered(edge_with, visitor):
    assert "set-cookie" not in edge_with(cookie_seconds=60).ask(**visitor).headers


def test_who_is_sent_away_is_not_remembered(edge_with):
    edge = edge_with(cookie_seconds=60, countries=frozenset({"DE"}), fallback_url="https://f.example/")
    answer = edge.ask()
    assert (answer.status, "set-cookie" in answer.headers) == (302, False)


def test_over_https_other_sites_pages_may_bring_it(edge_with):
    assert "SameSite=None; Secure" in edge_with(cookie_seconds=60, https=True).ask().headers["set-cookie"]


@pytest.mark.parametrize(
    "header",
    [
        "", "cpanet_clicks_3", "cpanet_clicks_3=", "cpanet_clicks_3=<script>", f"cpanet_clicks_3={FIRST[:-1]}",
        f"cpanet_clicks_33={FIRST}", f"xcpanet_clicks_3={FIRST}", f"cpanet_clicks_3={FIRST.upper()}",
        f'cpanet_clicks_3="{FIRST}"', f"cpanet_clicks_3={FIRST}\r\nset-cookie: x=y",
    ],
)  # fmt: skip
def test_what_is_no_click_is_not_sent_back(header):
    value = click_cookie(3, LAST, header, seconds=60, https=False)
    assert re.fullmatch(f"cpanet_clicks_3={LAST}; Path=/pixel/; Max-Age=60; HttpOnly; SameSite=Lax", value)


@pytest.mark.django_db
def test_the_longest_window_of_the_offers_goals_says_how_long(network, people):
    with network_scope(network.pk):
        advertiser = people.adam.advertiser
        offer = factories.offer(advertiser=advertiser)
        factories.goal(offer=offer, attribution_days=7)
        factories.goal(offer=offer, code="late", attribution_days=45)
        factories.goal(offer=offer, code="gone", attribution_days=90, is_active=False)
        other = factories.offer(advertiser=people.eve.advertiser)
        factories.goal(offer=other)
        version = network.config_version
        save_settings(advertiser=advertiser, actor=None, now=timezone.now(), pixel_domains=["shop.example"])
        network.refresh_from_db()
        found = network_section(network).offers
    assert (found[offer.pk].cookie_seconds, found[other.pk].cookie_seconds) == (45 * 86400, 0)
    assert network.config_version > version
