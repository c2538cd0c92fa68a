"""Referrals: the link, the registration, the part of the leads, and who may see and settle what."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cpanet.accounts.models import Affiliate, AuditEntry
from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.fixtures.people import client_of
from tracking.models import Conversion, HoldTerm, ReferralTerms
from tracking.services.holds import release_due_holds

TERMS = {"percent": "10", "base": "earning", "days": "365"}


def main(answer) -> str:
    return answer.content.decode().partition("<main")[2]


def sign_up(client, email="carol@example.com"):
    values = {"name": "Carol", "email": email, "password1": factories.PASSWORD, "about": ""}
    return client.post("/account/signup/", values)


@pytest.fixture
def carol(people, network):
    """A webmaster whom Bob referred; Bob gets 10 % of her earnings."""
    assert people.owner.client.post("/manager/referrals/", TERMS).status_code == 302
    with network_scope(network.pk):
        return factories.affiliate(name="Carol", referrer=people.bob.affiliate)


@pytest.fixture
def carols_lead(shop, carol):
    """A lead of hers for Adam's shop (10 / 8 USD), approved by postback."""
    with network_scope(shop.network.pk):
        click = factories.click(link=factories.link(offer=shop.offer, affiliate=carol), at=shop.clicked_at)
    shop.call(click_id=click.id.hex, order_id="C-1", status="approved")
    with network_scope(shop.network.pk):
        return Conversion.objects.get(order_id="C-1")


def test_whoever_signs_up_after_the_link_is_referred(people, network):
    page = main(people.bob.client.get("/webmaster/referrals/"))
    link = f"/join/{people.bob.affiliate.public_id}/"
    assert f"http://alpha.test{link}" in page
    visitor = Client(HTTP_HOST="alpha.test")
    assert visitor.get(link).url == "/account/signup/"
    assert sign_up(visitor).status_code == 302
    with network_scope(network.pk):
        carol = Affiliate.objects.get(name="Carol")
        assert carol.referrer_id == people.bob.affiliate.pk
        entry = AuditEntry.objects.get(action="webmaster.registered", subject_id=carol.pk)
        assert entry.changes == {"referrer": people.bob.affiliate.public_id}
    page = main(people.bob.client.get("/webmaster/referrals/"))
    assert carol.public_id in page and "Carol" not in page and "Awaiting approval" in page
    assert people.bob.affiliate.name in main(people.owner.client.get(f"/manager/webmasters/{carol.pk}/terms/"))


def test_a_referrer_who_signs_up_again_is_noticed(people, network):
    with network_scope(network.pk):
        people.bob.user.set_password(factories.PASSWORD)
        people.bob.user.save()
    browser = Client(HTTP_HOST="alpha.test", REMOTE_ADDR="198.51.100.7")
    credentials = {"login": people.bob.user.email, "password": factories.PASSWORD}
    assert browser.post("/account/login/", credentials).status_code == 302
    for name, address, is_noticed in (("carol", "198.51.100.7", True), ("dave", "198.51.100.8", False)):
        visitor = Client(HTTP_HOST="alpha.test", REMOTE_ADDR=address)
        visitor.get(f"/join/{people.bob.affiliate.public_id}/")
        sign_up(visitor, f"{name}@example.com")
        with network_scope(network.pk):
            newest = Affiliate.objects.order_by("-id").first()
        page = main(people.owner.client.get(f"/manager/webmasters/{newest.pk}/terms/"))
        assert ("The same person?" in page) is is_noticed


@pytest.mark.parametrize("whose", ["nonsense", "aff_00000000000000000000000000", "charlie", "blocked"])
def test_a_link_of_nobody_refers_to_nobody(people, network, whose):
    names = {"charlie": people.charlie.affiliate.public_id, "blocked": people.bob.affiliate.public_id}
    with network_scope(network.pk):
        Affiliate.objects.filter(pk=people.bob.affiliate.pk).update(status="blocked")
    visitor = Client(HTTP_HOST="alpha.test")
    assert visitor.get(f"/join/{names.get(whose, whose)}/").url == "/account/signup/"
    sign_up(visitor)
    with network_scope(network.pk):
        assert Affiliate.objects.get(name="Carol").referrer_id is None


def test_nobody_refers_himself_and_there_are_no_circles(people, network):
    """Who is signed in cannot register; and the database itself wants a referrer who was there before."""
    assert people.bob.client.get(f"/join/{people.bob.affiliate.public_id}/").url == "/"
    with network_scope(network.pk):
        alice, bob = people.alice.affiliate, people.bob.affiliate
        for whom, by in ((alice, alice), (alice, bob)):
            with pytest.raises(IntegrityError), transaction.atomic():
                Affiliate.objects.filter(pk=whom.pk).update(referrer=by)


def test_the_part_is_on_hold_released_and_taken_back_with_the_lead(people, shop, carol, carols_lead):
    page = main(people.bob.client.get("/webmaster/referrals/"))
    assert "10% of what the referred webmaster earns, for 365 days" in page and "$0.80" in page
    assert "+$0.80" in main(people.bob.client.get("/webmaster/balance/"))
    with network_scope(shop.network.pk):
        release_due_holds(now=timezone.now() + timedelta(days=60))
        lead = Conversion.objects.get(pk=carols_lead.pk)
        assert (lead.referral_held, lead.referral_released, lead.released) == (0, 8_000, 80_000)
    people.adam.client.post(f"/advertiser/leads/{lead.pk}/decide/", {"status": "declined", "reason": "returned"})
    balance = main(people.bob.client.get("/webmaster/balance/"))
    assert "−$0.80" in balance
    with network_scope(shop.network.pk):
        lead = Conversion.objects.get(pk=carols_lead.pk)
        assert (lead.referral, lead.referral_held, lead.referral_released) == (8_000, 0, 0)


def test_who_sees_the_referral_of_a_lead(people, network, carols_lead):
    number = carols_lead.pk
    for who in ("owner", "finance"):
        page = main(getattr(people, who).client.get(f"/manager/leads/{number}/"))
        assert "Bob" in page and "$0.80" in page and "10% of what the referred webmaster earns" in page
    assert "0.80" not in main(people.adam.client.get(f"/advertiser/leads/{number}/"))
    with network_scope(network.pk):
        user = factories.user("carol@example.com")
        factories.membership(user=user, role="affiliate", affiliate=carols_lead.affiliate)
        client = client_of(user, "alpha.test")
    page = main(client.get(f"/webmaster/leads/{number}/"))
    assert "$8.00" in page and "0.80" not in page and "Bob" not in page
    assert people.bob.client.get(f"/webmaster/leads/{number}/").url == "/webmaster/referrals/"
    assert people.alice.client.get(f"/webmaster/leads/{number}/").status_code == 404


def test_terms_of_one_referrer_and_back(people, network, carol):
    bob = people.bob.affiliate.pk
    answer = people.owner.client.post(f"/manager/webmasters/{bob}/terms/referral/", TERMS | {"percent": "12.5"})
    assert answer.status_code == 302
    assert "12.5% of what" in main(people.bob.client.get("/webmaster/referrals/"))
    assert "10% of what" in main(people.alice.client.get("/webmaster/referrals/"))
    people.owner.client.post(f"/manager/webmasters/{bob}/terms/referral/", {"remove": "1"})
    assert "10% of what" in main(people.bob.client.get("/webmaster/referrals/"))
    with network_scope(network.pk):
        actions = list(AuditEntry.objects.filter(action__startswith="referral.").values_list("action", flat=True))
    assert actions == ["referral.terms_removed", "referral.terms", "referral.terms"]


BAD_TERMS = [
    {"percent": "101"}, {"percent": "-1"}, {"percent": "NaN"}, {"percent": "0.001"}, {"percent": ""}, {"base": "all"},
    {"days": "0"}, {"days": "1e9"}, {"days": "36501"},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_TERMS, ids=str)
def test_bad_terms_are_refused(people, network, bad):
    answer = people.owner.client.post("/manager/referrals/", TERMS | bad)
    assert answer.status_code == 422
    with network_scope(network.pk):
        assert not ReferralTerms.objects.exists()


def test_only_the_owner_settles_referrals(people, network, carol):
    for who in ("finance", "manager", "adman", "support"):
        client = getattr(people, who).client
        assert client.get("/manager/referrals/").status_code == 200
        client.post("/manager/referrals/", TERMS | {"percent": "99"})
        page = f"/manager/webmasters/{carol.pk}/terms/"
        assert client.get(page).status_code == 200
        assert client.post(page + "referral/", TERMS).status_code == 403
    for who in ("alice", "adam"):
        assert getattr(people, who).client.get("/manager/referrals/").status_code == 404
    with network_scope(network.pk):
        assert ReferralTerms.objects.get().percent == 1000


def test_the_most_special_hold_counts_and_stays_with_the_lead(people, network, shop):
    alice, page = people.alice.affiliate, f"/manager/webmasters/{people.alice.affiliate.pk}/terms/"

    def days():
        with network_scope(shop.network.pk):
            click = factories.click(link=shop.link, at=shop.clicked_at)
        shop.call(click_id=click.id.hex, order_id=click.id.hex)
        with network_scope(shop.network.pk):
            return Conversion.objects.get(order_id=click.id.hex).hold_days

    def settle(where, number):
        answer = people.adman.client.post(page + "hold/", {"where": where, "days": number})
        assert answer.status_code == 302, main(answer)

    found = [days()]
    with network_scope(network.pk):
        type(shop.goal).objects.update(hold_days=9)
    found.append(days())
    for where, number in (("", 3), (f"offer:{shop.offer.pk}", 5), (f"goal:{shop.goal.pk}", 0)):
        settle(where, number)
        found.append(days())
    assert found == [14, 9, 3, 5, 0]
    with network_scope(network.pk):
        settled = HoldTerm.objects.get(goal=shop.goal)
        assert sorted(Conversion.objects.values_list("hold_days", flat=True)) == sorted(found)
    assert people.manager.client.post(f"{page}hold/{settled.pk}/remove/").status_code == 403
    people.adman.client.post(f"{page}hold/{settled.pk}/remove/")
    assert days() == 5
    assert people.adman.client.post(page + "hold/", {"where": "", "days": "366"}).status_code == 422
    assert people.adman.client.post(page + "hold/", {"where": "goal:999999", "days": "3"}).status_code == 422
    with network_scope(network.pk):
        assert AuditEntry.objects.filter(action="hold.terms", subject_id=alice.pk).count() == 3
