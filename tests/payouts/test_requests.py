"""A webmaster asks for his money over HTTP."""

from datetime import timedelta

import pytest
from django.core import mail

from cpanet.accounts.models import Affiliate
from cpanet.ledger.models import Journal
from payouts.models import Payout
from payouts.services import outcomes, requests
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, BALANCE, PAYOUTS, money, text_of, usd
from tracking.services.holds import release_due_holds


def request_form(pay_to, amount="50", key="once"):
    return {"details": pay_to.pk, "amount": amount, "key": key}


@pytest.fixture
def rich(people, in_network):
    """Alice with 100.00 available and details with a method (minimum 10.00, fee 1.00 + 1 %)."""
    story.earned(people.alice.affiliate, "100")
    people.alice.pay_to = story.payable(people.alice.affiliate, story.method())
    return people.alice


def test_request_offers_everything_and_says_what_it_costs(rich):
    page = rich.client.get(PAYOUTS)
    assert 'value="100.00"' in page.content.decode()
    assert "Minimum $10.00 Fee $1.00 + 1% $2.00 You receive $98.00" in text_of(page)
    quote = rich.client.get(f"{PAYOUTS}quote/", {"details": rich.pay_to.pk, "amount": "9,50", "key": "q"})
    assert "You receive $8.40" in text_of(quote)
    assert "below the minimum" in text_of(quote)
    for amount in ("", "x", "-5", "1e400", "NaN", "0"):
        quote = rich.client.get(f"{PAYOUTS}quote/", {"details": rich.pay_to.pk, "amount": amount, "key": "q"})
        assert quote.status_code == 200
        assert "You receive —" in text_of(quote)


def test_request_moves_the_money(rich):
    response = rich.client.post(PAYOUTS, request_form(rich.pay_to, "50"))
    payout = Payout.objects.get()
    assert response.headers["Location"] == f"/webmaster/payouts/{payout.pk}/"
    assert (payout.amount, payout.fee, payout.net, payout.status) == (usd("50"), usd("1.50"), usd("48.50"), "requested")
    assert money(rich.affiliate) == {"available": "50.00", "in_payout": "50.00"}
    page = text_of(rich.client.get(f"/webmaster/payouts/{payout.pk}/"))
    assert "$48.50" in page
    assert payout.public_id in page


def test_submitted_twice_is_one_payout(rich):
    for _ in range(2):
        response = rich.client.post(PAYOUTS, request_form(rich.pay_to, "50"))
        assert response.status_code == 302
    assert Payout.objects.count() == 1
    assert money(rich.affiliate)["available"] == "50.00"
    other = rich.client.post(PAYOUTS, request_form(rich.pay_to, "20"))
    assert other.status_code == 422
    assert "sent before with another amount" in other.content.decode()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"amount": "9.99"}, "pays out from $10.00"),
        ({"amount": "100.01"}, "You have $100.00 available"),
        ({"amount": "50.001"}, "more digits than the currency has coins"),
        ({"amount": "50.00001"}, "more than 4 digits"),
        ({"amount": "-50"}, "pays out from"),
        ({"amount": "ten"}, "is not a number"),
        ({"amount": "NaN"}, "is not a number"),
        ({"amount": "9" * 23}, "too large"),
        ({"amount": ""}, "This field is required"),
        ({"details": "0"}, "Select a valid choice"),
        ({"details": "9" * 30}, "Select a valid choice"),
        ({"key": ""}, "This field is required"),
        ({"key": "x" * 61}, "at most 60 characters"),
    ],
)
def test_impossible_request_is_refused_with_words(rich, change, complaint):
    response = rich.client.post(PAYOUTS, request_form(rich.pay_to) | change)
    assert response.status_code == 422
    assert complaint in response.content.decode()
    assert not Payout.objects.exists()
    assert not Journal.objects.filter(kind="payout_request").exists()
    assert money(rich.affiliate) == {"available": "100.00"}


def test_fractions_of_a_coin_stay_in_the_balance(people, in_network):
    alice = people.alice.affiliate
    story.earned(alice, "20.0055")
    pay_to = story.payable(alice, story.method())
    assert 'value="20.00"' in people.alice.client.get(PAYOUTS).content.decode()
    people.alice.client.post(PAYOUTS, request_form(pay_to, "20.00"))
    assert money(alice) == {"available": "0.0055", "in_payout": "20.00"}


def test_without_details_the_page_leads_to_them(people, in_network):
    page = people.alice.client.get(PAYOUTS).content.decode()
    assert "Add payout details" in page
    assert people.alice.client.post(PAYOUTS, {"details": "1", "amount": "5", "key": "k"}).status_code == 422


def test_request_can_be_cancelled_once(rich):
    payout = story.requested(rich.affiliate, "50", rich.pay_to)
    for _ in range(2):
        assert rich.client.post(f"{PAYOUTS}{payout.pk}/cancel/").status_code == 302
    payout.refresh_from_db()
    assert payout.status == "rejected"
    assert money(rich.affiliate) == {"available": "100.00"}
    assert Journal.objects.filter(kind="payout_reject").count() == 1


def test_service_itself_cancels_nobody_elses_request(rich, people):
    payout = story.requested(rich.affiliate, "50", rich.pay_to)
    with pytest.raises(Payout.DoesNotExist):
        requests.cancel_payout(affiliate=people.bob.affiliate, payout_id=payout.pk, actor=None, now=AFTER_HOLD)
    assert story.status_of(payout) == "requested"


def test_request_in_a_batch_cannot_be_cancelled(rich, people):
    payout = story.requested(rich.affiliate, "50", rich.pay_to)
    story.sent([payout], first=people.finance.user, second=people.owner.user)
    page = rich.client.post(f"{PAYOUTS}{payout.pk}/cancel/", follow=True)
    assert "is “Sent” meanwhile" in page.content.decode()
    assert money(rich.affiliate)["in_payout"] == "48.50"


def test_blocked_webmaster_cannot_take_money_out(rich):
    Affiliate.objects.filter(pk=rich.affiliate.pk).update(status="blocked")
    assert rich.client.post(PAYOUTS, request_form(rich.pay_to)).status_code == 302
    assert not Payout.objects.exists()


@pytest.mark.parametrize(
    ("settle", "words"),
    [
        ("mark_paid", "$48.50 paid to you"),
        ("mark_failed", "did not arrive"),
    ],
)
def test_webmaster_is_told_by_email(rich, people, run_queue, settings, settle, words):
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    payout = story.requested(rich.affiliate, "50", rich.pay_to)
    story.sent([payout], first=people.finance.user, second=people.owner.user)
    with run_queue():
        if settle == "mark_paid":
            outcomes.mark_paid(payout_ids=[payout.pk], reference="SEPA 77", actor=people.finance.user, now=AFTER_HOLD)
        else:
            outcomes.mark_failed(
                payout_id=payout.pk, reason="Account closed", actor=people.finance.user, now=AFTER_HOLD
            )
    [letter] = [each for each in mail.outbox if "payout details" not in each.subject]
    assert letter.to == ["alice@example.com"]
    assert words in letter.subject
    assert payout.public_id in letter.body
    assert ("SEPA 77" if settle == "mark_paid" else "Account closed") in letter.body
    assert "DE89370400440532013000" not in letter.body


def test_release_after_the_hold_reaches_the_page(people, in_network):
    alice = people.alice.affiliate
    story.approve(story.lead(alice, earning="12", revenue="20"))
    assert "Available $0.00" in text_of(people.alice.client.get(BALANCE))
    release_due_holds(now=AFTER_HOLD + timedelta(seconds=1))
    assert "Available $12.00" in text_of(people.alice.client.get(BALANCE))
