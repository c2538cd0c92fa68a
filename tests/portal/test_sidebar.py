"""The groups of the sidebar: by what a person may do, open where he is, and as he has left them."""

import re

import pytest

from cpanet.accounts.models import Affiliate, Membership
from cpanet.portal.badges import badges_of
from offers.models import OfferAccess
from tests import factories
from tests.payouts import story


def groups(client, path, **cookies):
    """{group: (is open, its pages)} as the page draws them; lines without a group under ""."""
    for name, value in cookies.items():
        client.cookies[name] = value
    answer = client.get(path)
    assert answer.status_code == 200
    nav = re.search(r'<nav class="side-nav".*?</nav>', answer.content.decode(), re.DOTALL).group()
    found = {"": (True, re.findall(r'side-label">([^<]+)', nav.partition("<details")[0]))}
    for slug, is_open, rest in re.findall(r'data-side-group="([\w-]+)"( open)?>(.*?)</details>', nav, re.DOTALL):
        found[slug] = (bool(is_open), re.findall(r'side-label">([^<]+)', rest.partition("</summary>")[2]))
    return found


def test_the_group_of_the_page_is_open_and_daily_ones_are(people):
    home = groups(people.owner.client, "/manager/")
    assert list(home) == ["", "traffic", "offers", "people", "money-in", "money-out", "books", "network"]
    assert [slug for slug, (is_open, _pages) in home.items() if is_open] == ["", "traffic", "offers", "people"]
    assert home[""][1] == ["Home", "Statistics"] and home["money-in"][1] == ["Invoices", "Bank payments"]
    profit = groups(people.owner.client, "/manager/profit/")
    assert profit["books"][0] and not profit["money-in"][0]


def test_what_somebody_opened_and_closed_stays_so(people):
    chosen = groups(people.owner.client, "/manager/", nav="books.1_traffic.0")
    assert chosen["books"][0] and not chosen["traffic"][0] and chosen["people"][0]
    assert groups(people.owner.client, "/manager/leads/")["traffic"][0]  # he is there: it is open all the same


@pytest.mark.parametrize("value", ["", "_", "...", "traffic", "<script>.1", "traffic.2_people", "x" * 4000])
def test_nonsense_in_the_cookie_breaks_nothing(people, value):
    assert groups(people.owner.client, "/manager/", nav=value)


def test_who_may_not_see_a_page_has_no_line_and_no_empty_group(people):
    support = groups(people.support.client, "/manager/")
    owner = groups(people.owner.client, "/manager/")
    lines = {page for _is_open, pages in support.values() for page in pages}
    assert "Settings" not in lines and lines < {page for _is_open, pages in owner.values() for page in pages}
    assert all(pages for _is_open, pages in support.values())


def test_a_closed_group_says_how_much_waits_in_it(people, in_network):
    story.waiting(people.alice.affiliate, "50")
    story.waiting(factories.affiliate(name="Second"), "50")
    page = people.owner.client.get("/manager/").content.decode()
    assert re.search(
        r'data-side-group="money-out"><summary[^>]*><span[^>]*>Money out</span><span class="count">2</span>', page
    )


def test_what_waits_is_counted_in_one_statement_by_what_he_may_do(people, in_network, django_assert_num_queries):
    story.waiting(people.alice.affiliate, "50")
    factories.access(offer=factories.offer(), affiliate=people.alice.affiliate, status=OfferAccess.Status.REQUESTED)
    for name in ("One", "Two"):
        factories.affiliate(name=name, status=Affiliate.Status.PENDING)
    for person, statements, expected in (
        (people.owner, 1, {"payouts": 1, "access": 1, "webmasters": 2}),
        (people.finance, 1, {"payouts": 1}),
        (people.support, 0, {}),
    ):
        membership = Membership.objects.get(user=person.user)
        with django_assert_num_queries(statements):
            assert badges_of("manager", membership) == expected


def test_an_advertiser_sees_how_many_of_his_own_leads_wait(people, in_network):
    for person, number in ((people.adam, 2), (people.eve, 1)):
        for _ in range(number):
            story.lead(people.alice.affiliate, offer=factories.offer(advertiser=person.advertiser))
    for person, number in ((people.adam, 2), (people.eve, 1)):
        assert badges_of("advertiser", Membership.objects.get(user=person.user)) == {"leads": number}


def test_webmasters_and_advertisers_have_all_groups_open(people):
    for person, path in ((people.alice, "/webmaster/"), (people.adam, "/advertiser/")):
        assert all(is_open and pages for is_open, pages in groups(person.client, path).values())


def test_an_empty_history_says_so(people):
    assert "here stands when it has stopped the machine" in people.owner.client.get("/manager/fuse/").content.decode()
