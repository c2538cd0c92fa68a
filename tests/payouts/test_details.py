"""Where a webmaster wants his money, over HTTP."""

import pytest
from django.db import connection

from cpanet.accounts.models import AuditEntry
from payouts.models import PayoutDetails
from tests.payouts import story
from tests.payouts.story import DETAILS, IBAN, text_of


def test_details_are_stored_encrypted_and_shown_masked(people, in_network):
    method = story.method()
    form = {"method": method.pk, "holder": "Alice Lee", "account": IBAN}
    assert people.alice.client.post(DETAILS, form).status_code == 302
    details = PayoutDetails.objects.get()
    assert (details.account, details.holder, details.affiliate) == (
        "DE89370400440532013000",
        "Alice Lee",
        people.alice.affiliate,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder || account || masked FROM payouts_payoutdetails")
        stored = cursor.fetchone()[0]
    assert "Alice" not in stored
    assert "370400440532" not in stored
    page = text_of(people.alice.client.get(DETAILS))
    assert "DE89 •••• 3000" in page
    assert "370400440532" not in page
    [entry] = AuditEntry.objects.filter(action="payout_details.added")
    assert entry.changes == {"account": [None, "DE89 •••• 3000"]}
    assert entry.actor == people.alice.user


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"account": "DE00 3704"}, "has 22 characters"),
        ({"account": ""}, "This field is required"),
        ({"holder": ""}, "Give the holder&#x27;s name"),
        ({"method": "9999"}, "Select a valid choice"),
        ({"method": "x' OR 1=1"}, "Select a valid choice"),
        ({"account": "x" * 400}, "at most 254 characters"),
    ],
)
def test_bad_details_are_refused_with_words(people, in_network, change, complaint):
    form = {"method": story.method().pk, "holder": "Alice Lee", "account": IBAN}
    response = people.alice.client.post(DETAILS, form | change)
    assert response.status_code == 422
    assert complaint in response.content.decode()
    assert not PayoutDetails.objects.exists()


def test_new_details_replace_the_old_of_the_same_method_only(people, in_network):
    alice, bank, wallet = people.alice.affiliate, story.method(), story.method(kind="email_wallet")
    old = story.payable(alice, bank)
    kept = story.payable(alice, wallet, account="a@example.com")
    story.payable(alice, bank, account=story.OTHER_IBAN)
    assert story.payable(alice, bank, account=story.OTHER_IBAN) == PayoutDetails.objects.get(
        method=bank, is_active=True
    )
    old.refresh_from_db()
    kept.refresh_from_db()
    assert (old.is_active, kept.is_active) == (False, True)
    assert PayoutDetails.objects.count() == 3


def test_details_can_be_removed(people, in_network):
    details = story.payable(people.alice.affiliate, story.method())
    for _ in range(2):
        assert people.alice.client.post(f"{DETAILS}{details.pk}/remove/").status_code == 302
    assert not PayoutDetails.objects.get().is_active
    assert AuditEntry.objects.filter(action="payout_details.removed").count() == 1


def test_closed_method_is_not_offered(people, in_network):
    method = story.method(is_active=False)
    assert method.name not in text_of(people.alice.client.get(DETAILS))
    form = {"method": method.pk, "holder": "A", "account": IBAN}
    assert people.alice.client.post(DETAILS, form).status_code == 422
