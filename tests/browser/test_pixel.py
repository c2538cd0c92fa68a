"""The pixel in a real browser on a shop's page with a strict policy; the copied examples of signed calls, run."""

import re
import shutil
import subprocess
import sys
import time

import pytest
from django.utils import timezone
from playwright.sync_api import sync_playwright

from cpanet.tenancy.models import Domain
from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.incoming.postback_examples import pixel_tags, signed_examples
from tracking.models import Conversion, InboundPostback
from tracking.services.postback_keys import create_key
from tracking.services.postback_settings import save_settings

from .test_pages import CHROMIUM, Chromium

SHOP = "http://shop.localhost"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def site(live_server, people, network):
    """The network served for real, Adam's offer with two clicks, a key and the pixel's settings."""
    for host in ("pages.localhost", "127.0.0.1"):
        Domain.objects.create(network=network, host=host)
    site = type("Site", (), {})()
    site.network, site.address = network, f"http://pages.localhost:{live_server.thread.port}"
    with network_scope(network.pk):
        offer = factories.offer(advertiser=people.adam.advertiser)
        factories.goal(offer=offer)
        link = factories.link(offer=offer, affiliate=people.alice.affiliate)
        site.clicks = [factories.click(link=link, at=timezone.now()) for _ in range(2)]
        site.key = create_key(advertiser=people.adam.advertiser, actor=None, now=timezone.now())
        site.settings = save_settings(
            advertiser=people.adam.advertiser, actor=None, now=timezone.now(), pixel_domains=["shop.localhost"]
        )
    site.path = f"/postback/{people.adam.advertiser.public_id}/"
    return site


class Shopper(Chromium):
    """Walks through a shop whose pages carry the tags."""

    def __init__(self, site, tags):
        super().__init__()
        self.site, self.tags, self.said = site, tags, []

    def walk(self, paths):
        return self._do(self._walk, paths)

    def _start(self):
        self._playwright = sync_playwright().start()
        # The shop's page is made up here and counts as of the open net, the network is served by this machine.
        quiet = "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests"
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", quiet])

    def _walk(self, paths):
        context = self._browser.new_context()
        page = context.new_page()
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.route(f"{SHOP}/**", self._answer)
        for path in paths:
            page.goto(SHOP + path)
            page.wait_for_load_state("networkidle")
        return {cookie["name"]: cookie["value"] for cookie in context.cookies(SHOP)}

    def _answer(self, route):
        tag = self.tags["thanks"] if "/thanks" in route.request.url else self.tags["every"]
        ours = self.site.address
        policy = f"default-src 'none'; script-src {ours}; img-src {ours} data:; connect-src {ours}"
        headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "Content-Type": "text/html"}
        route.fulfill(headers=headers, body=f"<!doctype html><title>Shop</title><link rel=icon href='data:,'>{tag}")


def until(is_so, seconds=10):
    for _ in range(seconds * 10):
        if is_so():
            return True
        time.sleep(0.1)
    return False


def conversions(site):
    with network_scope(site.network.pk):
        return list(Conversion.objects.order_by("id"))


def test_the_pixel_remembers_the_clicks_and_tells_of_the_order(site):
    script = f"{site.address}/pixel/v1.js"
    tags = pixel_tags(script, f"{site.address}/pixel/{site.settings.pixel_id}.gif", site.settings.pixel_id)
    first, last = (click.id.hex for click in site.clicks)
    shopper = Shopper(site, tags)
    try:
        cookies = shopper.walk([f"/?click_id={first}", f"/lamp?click_id={last}", "/cart", "/thanks", "/thanks"])
        assert cookies == {"cpanet_clicks": f"{first}.{last}"}, shopper.said
        assert until(lambda: conversions(site)), shopper.said
    finally:
        shopper.close()
    (lead,) = conversions(site)
    assert (lead.click_id.hex, lead.origin, lead.attributed_by, lead.order_id) == (last, "pixel", "cookie", "ORDER")
    with network_scope(site.network.pk):
        verdicts = list(InboundPostback.objects.order_by("id").values_list("verdict", flat=True))
    assert verdicts == ["accepted", "repeat"]


@pytest.mark.parametrize("kind", ["curl", "python"])
def test_the_copied_example_of_a_signed_call_works(site, kind):
    if kind == "curl" and not (shutil.which("curl") and shutil.which("openssl")):
        pytest.skip("no curl or openssl on this machine")
    address = site.address.replace("pages.localhost", "127.0.0.1")  # resolved everywhere
    text = signed_examples(f"{address}{site.path}", site.path, site.key.pk, site.key.secret)[kind]
    text = text.replace("CLICK_ID", site.clicks[0].id.hex)
    program = ["bash", "-c", text] if kind == "curl" else [sys.executable, "-c", text]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert re.search(r'"status": ?"accepted"', done.stdout), (done.stdout, done.stderr)
    assert [lead.order_id for lead in conversions(site)] == ["1001"]
