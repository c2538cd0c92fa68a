"""The sidebar in Chromium: a group opens by mouse and keyboard and is open on the next page, also on the phone."""

import pytest

from tests.browser.test_pages import SCREENS, Chromium, chromium, pytestmark, site  # noqa: F401 - fixtures and marks

BOOKS = "[data-side-group=books]"


def walk(browser, address, session, screen):
    """What happened to the group of the books: (before, after a click, on the next page, after the keyboard)."""
    context = browser.new_context(**SCREENS[screen])
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{address}/manager/")
    _menu(page, screen)
    seen = [_is_open(page)]
    page.click(f"{BOOKS} > summary")
    seen.append(_is_open(page))
    page.goto(f"{address}/manager/webmasters/")
    _menu(page, screen)
    seen.append(_is_open(page))
    page.focus(f"{BOOKS} > summary")
    page.keyboard.press("Enter")
    seen.append(_is_open(page))
    page.goto(f"{address}/manager/")
    seen.append(_is_open(page))
    context.close()
    return seen


def _menu(page, screen):
    if screen == "narrow":
        page.click("[data-drawer-open]")


def _is_open(page):
    return page.eval_on_selector(BOOKS, "group => group.open")


@pytest.mark.parametrize("screen", ["wide", "narrow"])
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_groups_open_close_and_remember(site, chromium: Chromium, screen):  # noqa: F811
    address, sessions, _members, _things = site
    seen = chromium._do(walk, chromium._browser, address, sessions["manager"], screen)
    assert seen == [False, True, True, False, False]
