"""Access: asked for, decided, taken back; everybody sees what he must."""

import pytest

from cpanet.accounts.models import AuditEntry
from cpanet.jobs.models import OutboxMessage
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from offers import services
from offers.models import Offer, OfferAccess
from offers.selectors import has_access
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
Status = OfferAccess.Status
MESSAGE = "A blog about lamps with 40,000 readers a month."


@pytest.fixture
def offer(network, people):
    with network_scope(network.pk):
        made = factories.offer(advertiser=people.adam.advertiser, name="Lamps")
        factories.goal(offer=made)
        return made


def ask(person, offer, message=MESSAGE):
    return person.client.post(f"/webmaster/offers/{offer.pk}/access/", {"message": message})


def decide(person, rows, status, reason="", **more):
    numbers = [row.pk for row in rows]
    return person.client.post(
        "/manager/access/decide/", {"access": numbers, "status": status, "reason": reason, **more}
    )


def only_row(offer):
    with network_scope(offer.network_id):
        return OfferAccess.objects.get(offer=offer)


def can_promote(offer, person):
    with network_scope(offer.network_id):
        return has_access(Offer.objects.get(pk=offer.pk), person.affiliate)


def test_asked_granted_told(people, offer):
    assert not can_promote(offer, people.alice)
    assert ask(people.alice, offer).status_code == 302
    page = people.alice.client.get(f"/webmaster/offers/{offer.pk}/").content.decode()
    assert "Your request is with the manager" in page
    inbox = people.manager.client.get("/manager/access/").content.decode()
    assert MESSAGE in inbox and "Alice" in inbox
    assert decide(people.manager, [only_row(offer)], "granted").status_code == 302
    assert can_promote(offer, people.alice)
    assert not can_promote(offer, people.bob)
    row = only_row(offer)
    assert (row.status, row.decided_by_id) == (Status.GRANTED, people.manager.user.pk)
    with network_scope(offer.network_id):
        assert OutboxMessage.objects.get().receiver == "alice@example.com"
        assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
            "access.requested",
            "access.granted",
        ]
    assert "Nobody is waiting" in people.manager.client.get("/manager/access/").content.decode()
    assert "Alice" in people.manager.client.get("/manager/access/?status=granted").content.decode()


def test_refused_with_a_reason_that_the_webmaster_reads_and_may_answer(people, offer):
    ask(people.alice, offer)
    decide(people.manager, [only_row(offer)], "refused", "")
    assert only_row(offer).status == Status.REQUESTED, "a refusal needs a reason"
    decide(people.manager, [only_row(offer)], "refused", "Show your site first.")
    page = people.alice.client.get(f"/webmaster/offers/{offer.pk}/").content.decode()
    assert "Show your site first." in page
    assert ask(people.alice, offer, "Here is my site: https://lamps.example").status_code == 302
    assert only_row(offer).status == Status.REQUESTED


@pytest.mark.parametrize("message", ["", "short", "x" * 1001])
def test_the_way_of_traffic_must_be_said(people, offer, message):
    assert ask(people.alice, offer, message).status_code == 422
    with network_scope(offer.network_id):
        assert not OfferAccess.objects.exists()


def test_asking_twice_says_so(people, offer):
    ask(people.alice, offer)
    answer = ask(people.alice, offer)
    assert answer.status_code == 422
    assert "asked already" in answer.content.decode()


def test_an_open_offer_needs_no_asking(people, network, offer):
    with network_scope(network.pk):
        services.update_offer(offer=offer, access="open", actor=None, now=NOW)
    assert can_promote(offer, people.alice)
    assert ask(people.alice, offer).status_code == 422
    with network_scope(network.pk):
        services.withdraw_access(offer=offer, affiliate=people.alice.affiliate, reason="Spam.", actor=None, now=NOW)
    assert not can_promote(offer, people.alice)
    assert "Spam." in people.alice.client.get(f"/webmaster/offers/{offer.pk}/").content.decode()


def test_many_at_once_and_those_decided_meanwhile_are_named(people, network, offer):
    ask(people.alice, offer)
    ask(people.bob, offer)
    with network_scope(network.pk):
        rows = list(OfferAccess.objects.all())
        services.decide_access(access=rows[0], status="granted", actor=None, now=NOW)
    answer = decide(people.manager, rows, "refused", "No more places.", next="/manager/access/?q=lamps")
    assert answer.url == "/manager/access/?q=lamps"
    page = people.manager.client.get("/manager/access/").content.decode()
    assert "decided meanwhile" in page and "1 request refused." in page
    with network_scope(network.pk):
        assert sorted(OfferAccess.objects.values_list("status", flat=True)) == ["granted", "refused"]


def test_back_only_to_pages_of_ours(people, offer):
    ask(people.alice, offer)
    answer = decide(people.manager, [only_row(offer)], "granted", next="https://evil.example/")
    assert answer.url == "/manager/access/"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"status": "granted"},
        {"access": "x", "status": "granted"},
        {"access": "9" * 30, "status": "granted"},
        {"access": "1", "status": "paid"},
    ],
)
def test_a_decision_about_nothing_says_so(people, offer, values):
    assert people.manager.client.post("/manager/access/decide/", values).status_code == 302
    assert "Choose requests" in people.manager.client.get("/manager/access/").content.decode()


def test_who_may_not_decide(people, offer):
    ask(people.alice, offer)
    row = only_row(offer)
    assert decide(people.support, [row], "granted").status_code == 403
    assert decide(people.finance, [row], "granted").status_code == 403
    assert decide(people.alice, [row], "granted").status_code == 404
    decide(people.boss, [row], "granted")  # another network: the number is nobody's there
    assert only_row(offer).status == Status.REQUESTED


def test_invited_and_withdrawn_on_the_offers_page(people, network, offer):
    base = f"/manager/offers/{offer.pk}/access/"
    assert people.manager.client.post(f"{base}invite/", {"affiliate": people.bob.affiliate.pk}).status_code == 302
    assert can_promote(offer, people.bob)
    people.manager.client.post(f"{base}{people.bob.affiliate.pk}/withdraw/", {"reason": ""})
    assert can_promote(offer, people.bob), "a withdrawal needs a reason"
    people.manager.client.post(f"{base}{people.bob.affiliate.pk}/withdraw/", {"reason": "Forbidden traffic."})
    assert not can_promote(offer, people.bob)
    assert people.manager.client.post(f"{base}invite/", {"affiliate": people.charlie.affiliate.pk}).status_code == 422


def test_the_edge_hears_of_every_decision(people, network, offer):
    def version():
        return Network.objects.get(pk=network.pk).config_version

    before = version()
    ask(people.alice, offer)
    assert version() == before
    decide(people.manager, [only_row(offer)], "granted")
    assert version() == before + 1
