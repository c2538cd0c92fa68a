"""The webmaster says that a decision is wrong; the other side answers within a week; everybody sees where it stands."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cpanet.accounts.models import AuditEntry
from cpanet.jobs.models import OutboxMessage
from cpanet.tenancy.scope import network_scope
from tracking.models import Conversion, Dispute

WORDS = {"text": "The customer has the goods: he wrote to me on Monday."}


@pytest.fixture
def lead(shop, people):
    """A lead of Alice's that Adam has declined."""
    shop.call(order_id="D-1")
    with network_scope(shop.network.pk):
        made = Conversion.objects.get(order_id="D-1")
    people.adam.client.post(f"/advertiser/leads/{made.pk}/decide/", {"status": "declined", "reason": "returned"})
    return made


@pytest.fixture
def state(shop):
    def read(lead):
        with network_scope(shop.network.pk):
            dispute = Dispute.objects.filter(conversion=lead).first()
            return dispute and (dispute.state, dispute.answered_as, dispute.answer)

    return read


def main(answer) -> str:
    return answer.content.decode().partition("<main")[2]


def side(answer) -> str:
    return answer.content.decode().partition("<main")[0]


def dispute(client, lead, words=None):
    return client.post(f"/webmaster/leads/{lead.pk}/dispute/", words or WORDS, follow=True)


def mails(shop):
    with network_scope(shop.network.pk):
        return list(OutboxMessage.objects.order_by("id"))


def test_a_dispute_is_opened_answered_and_read(people, shop, lead, state):
    assert "Dispute the decision" in main(people.alice.client.get(f"/webmaster/leads/{lead.pk}/"))
    before = len(mails(shop))
    page = main(dispute(people.alice.client, lead))
    assert "Waits for an answer" in page and "Dispute the decision" not in page
    assert state(lead) == ("open", "", "")
    (mail,) = mails(shop)[before:]
    assert mail.receiver == people.adam.user.email and "he wrote to me" in mail.payload
    assert f"/advertiser/leads/{lead.pk}/" in mail.payload

    assert "he wrote to me" in main(people.adam.client.get("/advertiser/disputes/"))
    answer = {"answer": "They came back on Tuesday, see the slip."}
    people.adam.client.post(f"/advertiser/leads/{lead.pk}/answer/", answer)
    assert state(lead) == ("upheld", "advertiser", answer["answer"])
    page = main(people.alice.client.get(f"/webmaster/leads/{lead.pk}/"))
    assert "They came back on Tuesday" in page and "The decision stands" in page and "adam@" not in page
    assert mails(shop)[-1].receiver == people.alice.user.email and "Tuesday" in mails(shop)[-1].payload
    assert "disputed already" in dispute(people.alice.client, lead).text
    with network_scope(shop.network.pk):
        actions = AuditEntry.objects.filter(action__startswith="dispute.").values_list("action", flat=True)
        assert list(actions) == ["dispute.upheld", "dispute.opened"]


def test_an_approval_grants_it_whoever_approves(people, lead, state):
    dispute(people.alice.client, lead)
    people.adam.client.post(f"/advertiser/leads/{lead.pk}/decide/", {"status": "approved"})
    assert state(lead) == ("granted", "advertiser", "")
    page = main(people.alice.client.get("/webmaster/disputes/"))
    assert "Granted" in page
    for reason in ("returned", "fraud"):
        people.adam.client.post(f"/advertiser/leads/{lead.pk}/decide/", {"status": "declined", "reason": reason})
    assert state(lead)[0] == "granted"
    dispute(people.alice.client, lead)  # a new decision can be disputed anew
    assert state(lead)[0] == "open"


def test_one_waits_for_its_answer_although_the_decision_is_another_by_now(people, lead, state):
    dispute(people.alice.client, lead)
    people.adman.client.post(f"/manager/leads/{lead.pk}/decide/", {"status": "declined", "reason": "fraud"})
    answer = dispute(people.alice.client, lead)
    assert answer.status_code < 500 and "waits for its answer" in answer.text
    assert state(lead) == ("open", "", "")


def test_the_amount_of_an_approval_is_disputed_and_raised(people, lead, state):
    path = f"/manager/leads/{lead.pk}/decide/"
    people.owner.client.post(path, {"status": "approved", "order_amount": "", "earning": "4"})
    dispute(people.alice.client, lead)
    assert "he wrote to me" not in main(people.adam.client.get("/advertiser/disputes/"))  # the network decided it
    assert people.adam.client.post(f"/advertiser/leads/{lead.pk}/answer/", {"answer": "x" * 20}).status_code == 404
    people.owner.client.post(path, {"status": "approved", "order_amount": "", "revenue": "9"})
    assert state(lead)[0] == "open"  # not what was asked for
    people.owner.client.post(path, {"status": "approved", "order_amount": "", "earning": "6", "note": "You are right"})
    assert state(lead) == ("granted", "manager", "You are right")


def test_what_is_late_stands_first_and_counts_for_the_network(people, shop, lead, state):
    dispute(people.alice.client, lead)
    assert "Answers are late" not in main(people.owner.client.get("/manager/disputes/"))
    with network_scope(shop.network.pk):
        Dispute.objects.update(answer_by=timezone.now() - timedelta(hours=1))
    page = people.owner.client.get("/manager/disputes/")
    assert "Answers are late" in main(page) and "overdue since" in main(page)
    badge = side(page).partition("/manager/disputes/")[2].partition("</a>")[0]
    assert ">1<" in badge.replace(" ", "")
    people.adman.client.post(f"/manager/leads/{lead.pk}/answer/", {"answer": "We have asked the shop: it is right."})
    assert state(lead)[:2] == ("upheld", "manager")


def test_what_cannot_be_disputed_is_refused(people, shop, lead, state, monkeypatch):
    for words in ({"text": ""}, {"text": "short"}, {"text": "x" * 2001}, {}):
        people.alice.client.post(f"/webmaster/leads/{lead.pk}/dispute/", words)
        assert state(lead) is None
    shop.call(order_id="PENDING")
    with network_scope(shop.network.pk):
        pending = Conversion.objects.get(order_id="PENDING")
    assert "no decision to dispute" in dispute(people.alice.client, pending).text
    monkeypatch.setattr("tracking.services.disputes.OPEN_WITHIN", timedelta(0))
    assert "can be disputed for" in dispute(people.alice.client, lead).text and state(lead) is None


def test_taking_back_and_who_may_not(people, shop, lead, state):
    for who in ("bob", "charlie"):
        assert getattr(people, who).client.post(f"/webmaster/leads/{lead.pk}/dispute/", WORDS).status_code == 404
    dispute(people.alice.client, lead)
    for who in ("eve",):
        answer = getattr(people, who).client.post(f"/advertiser/leads/{lead.pk}/answer/", {"answer": "x" * 20})
        assert answer.status_code == 404
    assert people.support.client.post(f"/manager/leads/{lead.pk}/answer/", {"answer": "x" * 20}).status_code == 403
    assert people.bob.client.post(f"/webmaster/leads/{lead.pk}/dispute/withdraw/").status_code == 404
    people.alice.client.post(f"/webmaster/leads/{lead.pk}/dispute/withdraw/")
    assert state(lead)[0] == "withdrawn"
    assert people.adam.client.post(f"/advertiser/leads/{lead.pk}/answer/", {"answer": "x" * 20}).status_code == 404
