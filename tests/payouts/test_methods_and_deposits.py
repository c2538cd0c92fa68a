"""Payout methods, deposits and the ledger page over HTTP."""

import re

import pytest

from cpanet.accounts.models import AuditEntry
from cpanet.ledger.models import Journal
from payouts.models import PayoutMethod
from tests import factories
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, text_of, usd

METHODS = "/manager/payout-methods/"


def terms(**changes):
    given = {"kind": "iban", "name": "Bank", "currency": "usd", "minimum": "20", "fee_fixed": "1", "fee_percent": "1,5"}
    given = {**given, "fee_percent": "1.5", "is_active": "on"}
    return given | changes


def test_owner_makes_and_changes_a_method(people, in_network):
    assert people.owner.client.post(f"{METHODS}new/", terms()).status_code == 302
    method = PayoutMethod.objects.get()
    assert (method.currency, method.minimum, method.fee_fixed, method.fee_percent) == ("USD", usd("20"), usd("1"), 150)
    page = people.owner.client.get(f"{METHODS}{method.pk}/").content.decode()
    assert 'value="20.00"' in page
    assert 'value="1.5"' in page
    assert people.owner.client.post(f"{METHODS}{method.pk}/", terms(minimum="30", is_active="")).status_code == 302
    method.refresh_from_db()
    assert (method.minimum, method.is_active) == (usd("30"), False)
    changes = AuditEntry.objects.get(action="payout_method.changed").changes
    assert changes == {"minimum": [usd("20"), usd("30")], "is_active": [True, False]}
    assert "$1.00 + 1.50%" in text_of(people.support.client.get(METHODS))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"minimum": "1"}, "must be more than its own fee"),
        ({"minimum": "2", "fee_fixed": "1.99", "fee_percent": "50"}, "must be more than its own fee"),
        ({"minimum": "-1"}, "not below zero"),
        ({"minimum": "20.001"}, "whole coins"),
        ({"minimum": "much"}, "is not a number"),
        ({"minimum": "9" * 24}, "too large"),
        ({"fee_percent": "51"}, "less than or equal to 50"),
        ({"fee_percent": "1.555"}, "no more than 2 decimal places"),
        ({"currency": "XXQ"}, "is not a currency code"),
        ({"currency": ""}, "required"),
        ({"kind": "cash"}, "Select a valid choice"),
        ({"name": "  "}, "required"),
        ({"name": "x" * 81}, "at most 80"),
    ],
)
def test_bad_terms_are_refused_with_words(people, in_network, change, complaint):
    response = people.owner.client.post(f"{METHODS}new/", terms(**change))
    assert response.status_code == 422
    assert complaint in response.content.decode()
    assert not PayoutMethod.objects.exists()


def test_name_is_unique_and_a_used_method_keeps_its_kind(people, in_network):
    method = story.method(name="Bank")
    response = people.owner.client.post(f"{METHODS}new/", terms())
    assert response.status_code == 422
    assert "a method of this name already" in response.content.decode()
    story.payable(people.alice.affiliate, method)
    response = people.owner.client.post(f"{METHODS}{method.pk}/", terms(kind="card"))
    assert response.status_code == 422
    assert "its kind and currency stay" in response.content.decode()


def test_new_terms_do_not_touch_a_requested_payout(people, in_network):
    payout = story.waiting(people.alice.affiliate, "50")
    people.owner.client.post(f"{METHODS}{payout.method_id}/", terms(fee_fixed="9"))
    payout.refresh_from_db()
    assert payout.fee == usd("1.50")


def test_methods_of_another_network_do_not_exist(people, in_network):
    method = story.method()
    assert people.boss.client.get(f"{METHODS}{method.pk}/").status_code == 404
    assert method.name not in text_of(people.boss.client.get(METHODS))


# -- Deposits --------------------------------------------------------------------------------------------------------


def deposit_of(people, **changes):
    path = f"/manager/advertisers/{people.adam.advertiser.pk}/deposit/"
    form = {"amount": "500", "currency": "USD", "reference": "Invoice 7", "key": "once"}
    return people.finance.client.post(path, form | changes)


def test_deposit_is_written_once_and_seen_by_the_advertiser(people, in_network):
    for _ in range(2):
        assert deposit_of(people).status_code == 302
    assert Journal.objects.filter(kind="deposit").count() == 1
    assert AuditEntry.objects.filter(action="advertiser.deposit").count() == 1
    page = text_of(people.adam.client.get("/advertiser/balance/"))
    assert re.search(r"Deposit\s+\$500\.00", page)
    assert "Invoice 7" in page
    assert "Invoice 7" not in text_of(people.eve.client.get("/advertiser/balance/"))
    response = deposit_of(people, amount="600")
    assert response.status_code == 422


def test_advertiser_sees_what_his_leads_cost(people, in_network):
    offer = factories.offer(advertiser=people.adam.advertiser)
    factories.goal(offer=offer, revenue="60", earning="45")
    story.approve(story.lead(people.alice.affiliate, offer=offer))
    page = text_of(people.adam.client.get("/advertiser/balance/"))
    assert re.search(r"You owe\s+\$60\.00", page)
    assert "Lead decided" in page
    assert "45.00" not in page


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"amount": "0"}, "above zero"),
        ({"amount": "-5"}, "above zero"),
        ({"amount": "1.005"}, "whole coins"),
        ({"amount": "lots"}, "is not a number"),
        ({"currency": "EUR"}, "Select a valid choice"),
        ({"reference": " "}, "required"),
        ({"key": ""}, "required"),
    ],
)
def test_bad_deposit_is_refused_with_words(people, in_network, change, complaint):
    response = deposit_of(people, **change)
    assert response.status_code == 422
    assert complaint in response.content.decode()
    assert not Journal.objects.exists()


def test_deposit_page_of_another_networks_advertiser_does_not_exist(people, in_network):
    assert people.finance.client.get(f"/manager/advertisers/{people.dora.advertiser.pk}/deposit/").status_code == 404


# -- The ledger page -------------------------------------------------------------------------------------------------


def test_ledger_page_leads_from_every_figure_to_its_rows(people, in_network):
    payout = story.waiting(people.alice.affiliate, "50")
    page = people.finance.client.get("/manager/journal/")
    assert re.search(r"Webmaster: in payout USD \$50\.00", text_of(page))
    rows = text_of(people.finance.client.get("/manager/journal/", {"account": "in_payout", "currency": "USD"}))
    assert f"Payout {payout.pk}" in rows
    assert "Hold over" not in rows.partition("Balance after")[2]
    journal = Journal.objects.get(kind="payout_request")
    both = people.finance.client.get("/manager/journal/", {"journal": journal.pk}).content.decode()
    assert both.count('data-label="Balance after"') == 2
    found = people.finance.client.get("/manager/journal/", {"q": payout.subject}).content.decode()
    assert found.count('data-label="Balance after"') == 2


@pytest.mark.parametrize(
    "query",
    [{"owner": "x"}, {"owner": "9" * 30}, {"journal": "-1"}, {"kind": "'"}, {"since": "2026-13-01"}, {"q": "x" * 500},
     {"currency": "US"}, {"page": "0"}, {"q": "\x00"}],
)  # fmt: skip
def test_ledger_page_survives_nonsense(people, in_network, query):
    story.earned(people.alice.affiliate, "10", at=AFTER_HOLD)
    assert people.finance.client.get("/manager/journal/", query).status_code == 200


def test_ledger_of_another_network_is_not_shown(people, in_network):
    story.earned(people.alice.affiliate, "10")
    assert "The ledger is empty" in text_of(people.boss.client.get("/manager/journal/"))
