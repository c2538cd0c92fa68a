"""The product's pages in Chromium: accessible, silent in the console, never wider than the screen.

A dozen of them each time; every page that has an address with `--run-slow`. CPANET_SHOTS=FOLDER keeps the pictures.
"""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver
from playwright.sync_api import sync_playwright

from cpanet.tenancy.models import Domain
from cpanet.tenancy.scope import network_scope
from tests.fixtures.world import world
from tests.tenancy.test_every_address import addresses, path_of

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCREENS = {
    "wide": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "narrow": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "narrow-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
DAILY = {
    "webmaster": [
        "",
        "offers/",
        "statistics/",
        "leads/",
        "postbacks/",
        "balance/",
        "payouts/",
        "disputes/",
        "referrals/",
    ],  # fmt: skip
    "advertiser": ["", "leads/", "disputes/", "integration/", "statements/"],
    "manager": [
        "",
        "webmasters/",
        "access/",
        "fraud/",
        "disputes/",
        "referrals/",
        "payouts/",
        "advertisers/{advertiser}/integration/",
    ],  # fmt: skip
}
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")]


@pytest.fixture
def site(live_server, people, network):
    """(address, {audience: session cookie}, one of everything) of a network served for real."""
    Domain.objects.create(network=network, host="pages.localhost")
    with network_scope(network.pk):
        things = world(webmaster=people.alice, advertiser=people.adam, staff=people.finance)
    members = {"webmaster": people.alice, "advertiser": people.adam, "manager": people.owner}
    sessions = {audience: member.client.cookies["sessionid"].value for audience, member in members.items()}
    return f"http://pages.localhost:{live_server.thread.port}", sessions, members, things


def every_page(audience, members, things):
    """The paths of the audience that answer a plain GET with a page."""
    plain = [f"/{text}" for text in _plain_addresses() if text.startswith(f"{audience}/")]
    named = [path_of(text, who, page, names, things) for who, page, text, names in addresses() if who == audience]
    client = members[audience].client
    for path in sorted({*plain, *named}):
        answer = client.get(path)
        if answer.status_code == 200 and "text/html" in answer["Content-Type"] and b"<html" in answer.content:
            yield path


def _plain_addresses(resolver=None, prefix=""):
    for entry in (resolver or get_resolver("cpanet.urls")).url_patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if "<" not in text:
                yield text
        else:
            yield from _plain_addresses(entry, text)


class Chromium:
    """Chromium in a thread of its own: its event loop must not seem to be ours to Django."""

    def __init__(self):
        self._thread = ThreadPoolExecutor(1)
        self._do(self._start)

    def look(self, site, session, screen, paths):
        """What is wrong with each of the pages: {path: [complaints]}."""
        return self._do(self._look, site, session, screen, paths)

    def close(self):
        self._do(self._browser.close)
        self._do(self._playwright.stop)
        self._thread.shutdown()

    def _do(self, function, *arguments):
        return self._thread.submit(function, *arguments).result()

    def _start(self):
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

    def _look(self, site, session, screen, paths):
        context = self._browser.new_context(bypass_csp=False, **SCREENS[screen])
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page = context.new_page()
        page.set_default_timeout(90_000)
        said = []
        page.on("console", lambda message: said.append(message.text) if _is_complaint(message) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        found = {}
        for path in paths:
            said.clear()
            page.goto(site + path)
            page.wait_for_load_state("networkidle")
            found[path] = [*said, *_faults(page)]
            _keep(page, path, screen)
        context.close()
        return {path: faults for path, faults in found.items() if faults}


def _is_complaint(message):
    """A warning of the page's own: what axe sets off on the page before has no address, and may come late."""
    return message.type in ("error", "warning") and message.location["url"] != ""


def _faults(page):
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        yield "wider than the screen"
    page.evaluate(AXE.read_text())
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
    for fault in page.evaluate(f"axe.run(document, {rules}).then(result => result.violations)"):
        if fault["impact"] in ("serious", "critical"):
            yield f"{fault['id']}: {fault['nodes'][0]['html'][:160]}"


def _keep(page, path, screen):
    folder = os.environ.get("CPANET_SHOTS")
    if folder:
        name = re.sub(r"\W+", "-", path.strip("/")) or "home"
        page.screenshot(path=Path(folder) / f"{name}-{screen}.png", full_page=True)


@pytest.fixture
def chromium():
    started = Chromium()
    yield started
    started.close()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_daily_pages(site, chromium):
    address, sessions, _members, things = site
    faults = {
        (screen, path): complaints
        for audience, pages in DAILY.items()
        for screen in ("wide", "narrow-dark")
        for path, complaints in chromium.look(
            address,
            sessions[audience],
            screen,
            [f"/{audience}/{page.format(advertiser=things.advertiser.pk)}" for page in pages],
        ).items()
    }
    assert faults == {}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("audience", ["webmaster", "advertiser", "manager"])
def test_every_page(site, chromium, audience):
    address, sessions, members, things = site
    pages = list(every_page(audience, members, things))
    assert len(pages) > 10
    faults = {
        (screen, path): complaints
        for screen in SCREENS
        for path, complaints in chromium.look(address, sessions[audience], screen, pages).items()
    }
    assert faults == {}
