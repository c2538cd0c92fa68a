"""How an advertiser pays, as webmasters see it: words and figures, and nothing where too little is known."""

from datetime import timedelta

import pytest

from offers.models import AdvertiserReliability
from payouts.services import deposits
from payouts.services.reliability import FEWEST, refresh_reliability
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import text_of, usd

DAY = timedelta(days=1)


@pytest.fixture
def offer(people, in_network):
    made = factories.offer(advertiser=people.adam.advertiser, access="open")
    factories.goal(offer=made, revenue="60", earning="45")
    return made


def approved(people, offer, number, *, at=NOW):
    for _ in range(number):
        story.approve(story.lead(people.alice.affiliate, offer=offer, at=at), at=at)


def pay(people, amount, *, at):
    deposits.record_deposit(
        advertiser=people.adam.advertiser, amount=usd(amount), currency="USD", reference="Bank",
        idempotency_key=f"{amount}-{at.date()}", actor=None, now=at,
    )  # fmt: skip


def shown(people, offer):
    page = text_of(people.alice.client.get(f"/webmaster/offers/{offer.pk}/"))
    return page.partition("Advertiser pays")[2][:80], text_of(people.alice.client.get("/webmaster/offers/"))


def test_too_little_is_known(people, offer):
    approved(people, offer, FEWEST - 1)
    assert refresh_reliability(now=NOW) == 0
    page, catalogue = shown(people, offer)
    assert "Not known yet" in page and "Not known yet" in catalogue


def test_days_to_pay_are_the_median_and_the_deposit_lasts(people, offer):
    approved(people, offer, FEWEST)
    pay(people, "600", at=NOW + 5 * DAY)
    assert refresh_reliability(now=NOW + 6 * DAY) == 1
    page, catalogue = shown(people, offer)
    assert "Pays fast" in page and "5 days" in page and "Pays fast" in catalogue
    pay(people, "200", at=NOW + 6 * DAY)  # 600.00 in 30 days are 20.00 a day
    refresh_reliability(now=NOW + 6 * DAY)
    assert AdvertiserReliability.objects.get().funded_days == 10
    assert "deposit for 10 days" in shown(people, offer)[0]


def test_who_never_pays_is_not_unknown(people, offer):
    approved(people, offer, FEWEST)
    refresh_reliability(now=NOW + 29 * DAY)
    assert AdvertiserReliability.objects.get().days_to_pay is None
    refresh_reliability(now=NOW + 45 * DAY)
    assert AdvertiserReliability.objects.get().days_to_pay == 45
    assert "Pays slowly" in shown(people, offer)[0]
