"""Money moved by hand: two persons, a reason its owner reads, and books that still agree."""

import re

import pytest
from django.db import IntegrityError, transaction

from cpanet.ledger.models import Journal
from cpanet.ledger.selectors import advertiser_balance
from payouts.books import examine_books
from payouts.models import Adjustment
from payouts.services import adjustments
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import money, text_of, usd

PATH = "/manager/adjustments/"


def form(people, **changes):
    given = {
        "debit_kind": "cost", "debit_owner": "", "credit_kind": "available",
        "credit_owner": people.alice.affiliate.pk, "amount": "25", "currency": "usd", "reason": "Contest won",
        "key": "one",
    }  # fmt: skip
    return given | changes


def propose(people, **changes):
    return people.finance.client.post(f"{PATH}new/", form(people, **changes))


def confirm(person, found):
    return person.client.post(f"{PATH}{found.pk}/act/", {"action": "confirm"})


def books_hold(network):
    return [found.name for found in examine_books(network_id=network.pk, now=NOW) if not found.holds]


def test_bonus_needs_two_persons_and_its_owner_reads_why(people, in_network):
    for _ in range(2):
        assert propose(people).status_code == 302
    found = Adjustment.objects.get()
    assert money(people.alice.affiliate) == {}
    own = confirm(people.finance, found)
    assert own.status_code == 422 and "A second person must confirm" in own.content.decode()
    for _ in range(2):
        assert confirm(people.owner, found).status_code == 302
    assert money(people.alice.affiliate) == {"available": "25.00"}
    assert Journal.objects.filter(kind="adjustment").count() == 1
    page = text_of(people.alice.client.get("/webmaster/balance/"))
    assert re.search(r"Adjustment Contest won", page)
    assert "Contest won" not in text_of(people.bob.client.get("/webmaster/balance/"))
    assert books_hold(in_network) == []


def test_database_itself_wants_the_second_person(people, in_network):
    propose(people)
    found = Adjustment.objects.get()
    with pytest.raises(IntegrityError, match="adjustment_has_two_persons"), transaction.atomic():
        Adjustment.objects.filter(pk=found.pk).update(status="booked", decided_by=people.finance.user)


def test_fine_beyond_what_he_has_becomes_debt_and_a_bonus_repays_it(people, in_network):
    story.earned(people.alice.affiliate, "10")
    fine = {"debit_kind": "available", "debit_owner": people.alice.affiliate.pk, "credit_kind": "revenue"}
    propose(people, **fine, credit_owner="", amount="12.50")
    confirm(people.owner, Adjustment.objects.get())
    assert money(people.alice.affiliate) == {"debt": "2.50"}
    propose(people, amount="4", key="two")
    confirm(people.owner, Adjustment.objects.first())
    assert money(people.alice.affiliate) == {"available": "1.50"}
    assert books_hold(in_network) == []


def test_bad_debt_is_what_he_owes_and_no_more(people, in_network):
    shop = people.adam.advertiser
    offer = factories.offer(advertiser=shop)
    factories.goal(offer=offer, revenue="60", earning="45")
    story.approve(story.lead(people.alice.affiliate, offer=offer))
    path = f"/manager/advertisers/{shop.pk}/write-off/"
    for key, amount in (("a", "60.01"), ("b", "60")):
        fields = {"amount": amount, "currency": "USD", "reason": "Bankrupt", "key": key}
        assert people.finance.client.post(path, fields).status_code == 302
    enough, too_much = Adjustment.objects.order_by("amount")
    refused = confirm(people.owner, too_much)
    assert refused.status_code == 422 and "not enough money" in refused.content.decode()
    assert confirm(people.owner, enough).status_code == 302
    assert advertiser_balance(advertiser_id=shop.pk, currency="USD") == (0, 0)
    assert "Bad debt Bankrupt" in text_of(people.adam.client.get("/advertiser/balance/"))
    assert books_hold(in_network) == []


def test_every_account_may_be_moved_and_the_books_agree(people, in_network):
    story.approve(story.lead(people.alice.affiliate))
    shop, bob = people.adam.advertiser.pk, people.bob.affiliate.pk
    sides = [
        (("cash", 0), ("deposit", shop)), (("deposit", shop), ("fees", 0)), (("hold", people.alice.affiliate.pk),
        ("available", bob)), (("rounding", 0), ("revenue", 0)), (("fees", 0), ("cost", 0)),
        (("available", bob), ("available", people.alice.affiliate.pk)), (("revenue", 0), ("hold", bob)),
    ]  # fmt: skip
    for place, (debit, credit) in enumerate(sides):
        made = adjustments.propose(
            debit=debit, credit=credit, currency="USD", amount=usd("3"), reason="Because", idempotency_key=str(place),
            actor=people.finance.user, now=NOW,
        )  # fmt: skip
        adjustments.confirm(adjustment_id=made.pk, actor=people.owner.user, now=NOW)
    assert books_hold(in_network) == []


def test_refused_with_a_reason(people, in_network):
    propose(people)
    found = Adjustment.objects.get()
    path = f"{PATH}{found.pk}/act/"
    answer = people.owner.client.post(path, {"action": "", "reason": "Because"}, follow=True)
    assert "Say whether it is confirmed or refused" in answer.text and Adjustment.objects.get().status == "proposed"
    assert people.owner.client.post(path, {"action": "refuse", "reason": ""}).status_code == 422
    assert people.owner.client.post(path, {"action": "refuse", "reason": "No such contest"}).status_code == 302
    assert "No such contest" in text_of(people.support.client.get(f"{PATH}{found.pk}/"))
    assert confirm(people.owner, found).status_code == 422
    assert not Journal.objects.exists()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"amount": "0"}, "above zero"),
        ({"amount": "-1"}, "above zero"),
        ({"reason": " "}, "required"),
        ({"currency": "XXQ"}, "is not a currency code"),
        ({"credit_owner": "99999999"}, "Say whose account"),
        ({"credit_owner": ""}, "Say whose account"),
        ({"debit_owner": "5"}, "Say whose account"),
        ({"credit_kind": "cost", "credit_owner": ""}, "two different accounts"),
        ({"credit_kind": "clearing"}, "valid choice"),
    ],
)
def test_bad_proposals_are_refused_with_words(people, in_network, change, complaint):
    response = propose(people, **change)
    assert response.status_code == 422 and complaint in response.content.decode()
    assert not Adjustment.objects.exists()


def test_same_form_with_other_words_is_no_second_proposal(people, in_network):
    propose(people)
    response = propose(people, amount="26")
    assert response.status_code == 422 and "sent already" in response.content.decode()
    assert people.support.client.post(f"{PATH}new/", form(people)).status_code == 403


def test_names_stand_beside_accounts_and_the_webmasters_page_leads_here(people, in_network):
    page = people.owner.client.get(f"/manager/webmasters/{people.alice.affiliate.pk}/").content.decode()
    path = f"{PATH}new/?debit_kind=cost&amp;credit_kind=available&amp;credit_owner={people.alice.affiliate.pk}"
    assert path in page
    shown = people.owner.client.get(path.replace("&amp;", "&")).content.decode()
    assert f'value="{people.alice.affiliate.pk}"' in shown
    propose(people)
    assert f"Alice #{people.alice.affiliate.pk}" in text_of(
        people.owner.client.get(f"{PATH}{Adjustment.objects.get().pk}/")
    )
