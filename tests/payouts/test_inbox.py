"""The staff's inbox of payouts over HTTP: what waits, what to look at twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cpanet.accounts.models import Affiliate
from payouts.models import Payout, PayoutBatch
from payouts.services import batches, requests
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, BATCHES, INBOX, status_of, text_of, usd


def test_inbox_shows_what_waits_and_makes_a_batch(payout, people):
    page = people.finance.client.get(INBOX)
    assert "$50.00" in text_of(page)
    assert "First payout" in text_of(page)
    assert f'value="{payout.pk}" form="batch"' in page.content.decode()
    made = people.finance.client.post(f"{BATCHES}new/", {"payout": [payout.pk]})
    batch = PayoutBatch.objects.get()
    assert made.headers["Location"] == f"{BATCHES}{batch.pk}/"
    assert (batch.created_by, status_of(payout)) == (people.finance.user, "approved")
    again = people.finance.client.post(f"{BATCHES}new/", {"payout": [payout.pk]})
    assert again.headers["Location"] == made.headers["Location"]
    assert PayoutBatch.objects.count() == 1


@pytest.mark.parametrize("chosen", [[], ["x"], ["0"], ["9" * 30], ["-1"]])
def test_batch_of_nothing_is_refused(payout, people, chosen):
    page = people.finance.client.post(f"{BATCHES}new/", {"payout": chosen}, follow=True)
    assert "Choose at least one payout" in page.content.decode()
    assert not PayoutBatch.objects.exists()


def test_batch_holds_one_method(payout, people):
    other = story.waiting(people.bob.affiliate, "50", pay_by=story.method(kind="iban"))
    page = people.finance.client.post(f"{BATCHES}new/", {"payout": [payout.pk, other.pk]}, follow=True)
    assert "payouts of one method" in page.content.decode()
    assert not PayoutBatch.objects.exists()


def test_payout_that_is_gone_makes_no_batch(payout, people):
    other = story.waiting(people.bob.affiliate, "50", pay_by=payout.method)
    requests.cancel_payout(affiliate=people.bob.affiliate, payout_id=other.pk, actor=None, now=AFTER_HOLD)
    page = people.finance.client.post(f"{BATCHES}new/", {"payout": [payout.pk, other.pk]}, follow=True)
    assert "1 of the 2 chosen payouts do not wait any more" in page.content.decode()
    assert status_of(payout) == "requested"


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ({"q": "Alice"}, True),
        ({"q": "ALI"}, True),
        ({"q": "nobody"}, False),
        ({"status": "paid"}, False),
        ({"status": "requested"}, True),
        ({"status": "';--"}, True),
        ({"since": "2030-01-01"}, False),
        ({"q": "9" * 40}, False),
        ({"method": "999999"}, True),
        ({"sort": "-amount", "page": "77"}, True),
    ],
)
def test_inbox_filters(payout, people, query, finds):
    response = people.finance.client.get(INBOX, query)
    assert response.status_code == 200
    assert (f"#{payout.pk} ·" in text_of(response)) is finds


def test_inbox_finds_by_public_id(payout, people):
    assert f"#{payout.pk} ·" in text_of(people.finance.client.get(INBOX, {"q": payout.public_id}))


def signals(people, payout):
    return text_of(people.finance.client.get(f"{INBOX}{payout.pk}/"))


def test_reasons_to_look_twice(people, in_network, time_machine):
    time_machine.move_to(AFTER_HOLD)
    alice, bank = people.alice.affiliate, story.method()
    lead = story.earned(alice, "100", at=NOW)
    old = story.payable(alice, bank)
    first = story.requested(alice, "10", old)
    page = signals(people, first)
    assert "First payout" in page
    assert "New account" not in page
    assert "Unusually large" not in page
    story.paid([first], first=people.finance.user, second=people.owner.user)
    story.payable(people.bob.affiliate, bank, account=story.OTHER_IBAN)
    big = story.requested(alice, "80", story.payable(alice, bank, account=story.OTHER_IBAN))
    page = signals(people, big)
    assert "First payout" not in page
    assert "Unusually large More than 3 times his average of $10.00" in page
    assert "New account" in page
    assert "Shared account" in page
    assert "Fresh leads" not in page
    story.decline(lead, at=AFTER_HOLD)
    Affiliate.objects.filter(pk=alice.pk).update(status="blocked")
    page = signals(people, big)
    assert "He owes $90.00 by now" in page
    assert "The webmaster is not approved any more" in page
    time_machine.move_to(AFTER_HOLD + timedelta(days=30))
    assert "New account" not in signals(people, big)


def test_freshly_approved_leads_are_a_reason(people, in_network, time_machine):
    time_machine.move_to(AFTER_HOLD)
    alice = people.alice.affiliate
    story.approve(story.lead(alice, earning="60", revenue="80"), at=AFTER_HOLD)
    story.earned(alice, "40", at=NOW)
    payout = story.requested(alice, "100", story.payable(alice, story.method()))
    assert "60% of it may come from leads approved within the last 3 days" in signals(people, payout)


def test_query_counts_do_not_grow_with_rows(people, in_network):
    finance = people.finance.client

    def count(path):
        with CaptureQueriesContext(connection) as queries:
            assert finance.get(path).status_code == 200
        return len(queries)

    bank = story.method()
    in_batch = story.waiting(people.alice.affiliate, "50", pay_by=bank)
    batch = batches.create_batch(method_id=bank.pk, payout_ids=[in_batch.pk], actor=people.finance.user, now=AFTER_HOLD)
    story.waiting(people.alice.affiliate, "50", pay_by=bank)
    paths = (INBOX, BATCHES, f"{BATCHES}{batch.pk}/", "/manager/journal/", "/manager/payout-methods/")
    few = {path: count(path) for path in paths}
    for webmaster in (people.alice, people.bob, people.bob):
        more = story.waiting(webmaster.affiliate, "40", pay_by=bank)
        story.waiting(webmaster.affiliate, "40", pay_by=story.method())
        Payout.objects.filter(pk=more.pk).update(status="approved", batch=batch)
    batches.create_batch(
        method_id=more.method_id,
        payout_ids=[story.waiting(people.bob.affiliate, "40", pay_by=bank).pk],
        actor=people.owner.user,
        now=AFTER_HOLD,
    )
    assert {path: count(path) for path in paths} == few
    assert max(few.values()) <= 30


def test_totals_by_method_lead_to_their_payouts(payout, people):
    page = people.finance.client.get(INBOX).content.decode()
    assert f"?status=requested&amp;method={payout.method_id}" in page
    assert usd("50") == payout.amount
