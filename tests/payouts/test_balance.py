"""The webmaster's balance over HTTP: the journey, the holds, the statement."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, BALANCE, DETAILS, PAYOUTS, text_of


def test_balance_shows_the_journey_and_when_holds_end(people, in_network):
    alice = people.alice.affiliate
    offer = factories.offer(name="Shoes", hold_days=30)
    story.lead(alice, earning="7", revenue="9")
    story.approve(story.lead(alice, earning="8", offer=offer, at=NOW), at=NOW)
    story.earned(alice, "100")
    story.requested(alice, "60", story.payable(alice, story.method()))
    page = text_of(people.alice.client.get(BALANCE))
    for label, amount in {"Pending": "$7.00", "On hold": "$8.00", "Available": "$40.00", "In payout": "$60.00"}.items():
        assert re.search(rf"{label} {re.escape(amount)}", page), (label, amount)
    assert "Dec 20, 2026 Shoes 1 $8.00" in page
    assert "Payout requested" in page
    assert "Hold over" in page


def test_balance_tells_of_debt(people, in_network):
    alice = people.alice.affiliate
    lead = story.earned(alice, "80")
    story.requested(alice, "80", story.payable(alice, story.method()))
    story.decline(lead, at=AFTER_HOLD)
    assert "You owe the network $80.00" in text_of(people.alice.client.get(BALANCE))


def test_statement_pages_filters_and_survives_nonsense(people, in_network):
    alice = people.alice.affiliate
    for _ in range(14):
        story.earned(alice, "1")
    first, second = (people.alice.client.get(BALANCE, {"page": page}).content.decode() for page in (1, 2))
    assert first.count('data-label="Balance after"') == 25
    assert second.count('data-label="Balance after"') == 42 - 25
    holds = people.alice.client.get(BALANCE, {"account": "hold"}).content.decode()
    assert holds.count('data-label="Balance after"') == 25
    none = people.alice.client.get(BALANCE, {"since": "2030-01-01"})
    assert "Nothing matches these filters" in none.content.decode()
    nonsense = {
        "page": "-1",
        "account": "cash'",
        "since": "yesterday",
        "currency": "XXX",
        "sort": "x",
        "per_page": "1e9",
    }
    assert people.alice.client.get(BALANCE, nonsense).status_code == 200


def test_query_counts_do_not_grow_with_rows(people, in_network):
    browser = people.alice.client

    def count(path):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    alice, pay_to = people.alice.affiliate, None
    story.earned(alice, "100")
    pay_to = story.payable(alice, story.method())
    story.requested(alice, "10", pay_to)
    few = {path: count(path) for path in (BALANCE, PAYOUTS, DETAILS)}
    for _ in range(5):
        story.earned(alice, "100")
        story.requested(alice, "10", pay_to)
    many = {path: count(path) for path in few}
    assert many == few
    assert max(few.values()) <= 30


def test_balance_says_what_waits_for_whom(people, in_network):
    alice, bob = people.alice.affiliate, people.bob.affiliate
    story.refer(percent=1000)
    carol = factories.affiliate(referrer=alice)
    offer = factories.offer(name="Advance", hold_days=30, needs_funding=True)
    factories.goal(offer=offer, revenue="10", earning="8")
    story.approve(story.lead(alice, offer=offer))
    blocked = story.approve(story.lead(alice, earning="5", offer=factories.offer(name="Odd", hold_days=3)))
    type(blocked).objects.filter(pk=blocked.pk).update(is_blocked=True, block_reason="Asked the shop")
    story.approve(story.lead(carol, earning="30", revenue="50", offer=factories.offer(hold_days=3)))
    page = text_of(people.alice.client.get(BALANCE))
    assert "After payment waits until the advertiser has paid $8.00" in page
    assert "Dec 20, 2026 Advance not before the advertiser has paid 1 $8.00" in page
    assert "Blocked Odd Asked the shop 1 $5.00" in page
    assert "Nov 23, 2026 Referrals 1 $3.00" in page
    assert "On hold $16.00" in page
    assert "Referrals 1" not in text_of(people.bob.client.get(BALANCE)) and bob.pk != alice.pk
