"""The page of all elements in Chromium: accessible, quiet under the policy, and working by mouse, keyboard and htmx."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from csp.constants import NONE, SELF
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
AXE = HERE.parent / "browser" / "vendor" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE_RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


def product_settings():
    """The product's settings with the page in place of the product: same policy, no database, no network."""
    templates = settings.TEMPLATES[0]
    kept = [name for name in templates["OPTIONS"]["context_processors"] if not name.endswith((".auth", ".cabinet"))]
    options = templates["OPTIONS"] | {"context_processors": [*kept, "tests.core.style.site.cabinet"]}
    return {
        "ROOT_URLCONF": "tests.core.style.site",
        "ALLOWED_HOSTS": ["*"],
        "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
        "MIDDLEWARE": [
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "csp.middleware.CSPMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        "TEMPLATES": [templates | {"DIRS": [*templates["DIRS"], HERE / "style"], "OPTIONS": options}],
    }


@pytest.fixture(scope="module")
def site():
    """The address of the page, served under the product's content security policy."""
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert (policy["default-src"], policy["object-src"]) == ([SELF], [NONE])
    with override_settings(**product_settings()):
        server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        server.server_close()


class Browser:
    """Chromium in a thread of its own: its event loop must not seem to be ours to Django."""

    def __init__(self):
        self.contexts = {}
        self.thread = ThreadPoolExecutor(1)
        self.thread.submit(self._start).result()

    def _start(self):
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

    def _context(self, options):
        """One context for each kind of screen, so that the style sheets are fetched and parsed once."""
        key = str(sorted(options.items()))
        if key not in self.contexts:
            self.contexts[key] = self.chromium.new_context(**options)
        return self.contexts[key]

    def visit(self, story, url, **options):
        """Runs `story(page)` on the opened page; gives its result and what the console complained about."""

        def run():
            complaints = []
            page = self._context(options).new_page()
            page.set_default_timeout(90_000)  # a machine may be busy with other tests
            page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            try:
                page.goto(url)
                page.wait_for_function("window.Chart && document.querySelector('.ts-wrapper')")
                return story(page), complaints
            finally:
                page.close()

        return self.thread.submit(run).result(timeout=240)

    def close(self):
        self.thread.submit(self.chromium.close).result()
        self.thread.submit(self.playwright.stop).result()
        self.thread.shutdown()


@pytest.fixture(scope="module")
def surf():
    found = Browser()
    yield found
    found.close()


def audit(page):
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text() + ";0"})
    found = page.evaluate(f"axe.run(document, {AXE_RULES})")["violations"]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [(one["id"], one["nodes"][0]["target"], one["nodes"][0]["failureSummary"]) for one in found], wider


def own_complaints(complaints):
    """Without those that axe itself causes while it looks at the page."""
    return [text for text in complaints if "preload assets" not in text and "Applying inline style" not in text]


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)], ids=["light-wide", "dark-phone"])
def test_no_accessibility_violation_and_nothing_wider_than_the_screen(surf, site, scheme, size):
    (violations, wider), complaints = surf.visit(audit, site, viewport=size, color_scheme=scheme)
    assert violations == []
    assert wider == 0
    assert own_complaints(complaints) == []


def test_the_policy_finds_nothing_to_refuse(surf, site):
    def story(page):
        page.click("[data-chart-metric=earning]")
        page.click("[data-theme-toggle]")
        page.wait_for_timeout(300)
        return page.locator("canvas").evaluate("c => c.toDataURL().length"), page.locator(".ts-wrapper").count()

    (drawn, enhanced), complaints = surf.visit(story, site, viewport=WIDE)
    assert complaints == []
    assert drawn > 5000
    assert enhanced == 2


def test_a_tile_chooses_the_charted_metric(surf, site):
    def story(page):
        page.click("[data-chart-metric=earning]")
        return page.inner_text("[data-chart-title]"), page.get_attribute("[data-chart-metric=clicks]", "aria-pressed")

    assert surf.visit(story, site, viewport=WIDE)[0] == ("Earnings", "false")


def test_the_theme_is_kept_and_cycles(surf, site):
    def story(page):
        seen = []
        for _ in range(3):
            page.click("[data-theme-toggle]")
            page.reload()
            seen.append(
                page.evaluate(
                    "[document.documentElement.dataset.themeChoice, document.documentElement.dataset.bsTheme]"
                )
            )
        return seen

    seen, _ = surf.visit(story, site, viewport=WIDE, color_scheme="dark")
    assert seen == [["light", "light"], ["dark", "dark"], ["auto", "dark"]]


def test_a_refused_htmx_form_shows_its_errors_in_place(surf, site):
    def story(page):
        page.click("#send")
        page.wait_for_selector("#offer .field-errors")
        return page.locator("#offer .field-errors").count(), page.locator("#offer .ts-wrapper").count()

    (errors, enhanced), _ = surf.visit(story, site, viewport=WIDE)
    assert errors == 3
    assert enhanced == 1


def test_a_job_is_asked_for_until_it_ends(surf, site):
    def story(page):
        page.wait_for_selector("[data-job=running]", state="detached")
        return page.locator("[data-job=done]").count()

    assert surf.visit(story, site, viewport=WIDE)[0] == 2


def test_the_keyboard_walks_chooses_and_opens(surf, site):
    def story(page):
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("x")
        chosen = page.inner_text("[data-bulk-count]")
        page.keyboard.press("r")
        focused = page.evaluate("document.activeElement.id")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        return chosen, focused, page.evaluate("document.activeElement.name")

    assert surf.visit(story, site, viewport=WIDE)[0] == ("1", "reason", "q")


def test_a_confirmed_form_is_sent_only_after_yes(surf, site):
    def story(page):
        posts = []
        page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
        page.click("form[data-confirm] button >> nth=0")
        page.click("#confirm [data-dialog-close]")
        before = len(posts)
        page.click("form[data-confirm] button >> nth=0")
        page.click("[data-confirm-yes]")
        page.wait_for_load_state("networkidle")
        return before, len(posts)

    assert surf.visit(story, site, viewport=WIDE)[0] == (0, 1)


def test_the_drawer_of_the_phone_opens_and_gives_the_focus_back(surf, site):
    def story(page):
        hidden = page.locator("#side").is_visible()
        page.click("[data-drawer-open]")
        page.wait_for_timeout(350)
        shown = page.locator("#side").is_visible()
        page.keyboard.press("Escape")
        page.wait_for_timeout(350)
        return hidden, shown, page.evaluate("document.activeElement.hasAttribute('data-drawer-open')")

    assert surf.visit(story, site, viewport=PHONE)[0] == (False, True, True)


def test_messages_are_toasts_in_a_live_region(surf, site):
    def story(page):
        return page.get_attribute("#toasts", "aria-live"), page.inner_text("#toasts .toast-error .toast-text")

    assert surf.visit(story, site + "?toast=1", viewport=WIDE)[0] == ("polite", "The bank refused the payout.")
