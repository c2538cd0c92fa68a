"""How far an advertiser may go into the red, and what happens beyond it."""

import pytest
from django.core import mail
from django.utils import timezone

from cpanet.accounts.models import AuditEntry
from cpanet.ledger.models import Journal
from cpanet.ledger.selectors import advertiser_balance
from offers.models import Offer
from payouts.currencies.services.rates import import_rates
from payouts.models import AdvertiserTerms
from payouts.services import credit, terms
from payouts.tasks import watch_credit
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import text_of, usd


@pytest.fixture(autouse=True)
def letters(settings):
    """What is written lies in `mail.outbox` at once."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def shop(people, in_network):
    """Adam's shop: 60.00 a lead, may owe up to 100.00, warned below 50.00."""
    offer = factories.offer(advertiser=people.adam.advertiser)
    factories.goal(offer=offer, revenue="60", earning="45")
    path = f"/manager/advertisers/{people.adam.advertiser.pk}/terms/"
    assert people.finance.client.post(path, form(credit_limit="100", warn_below="50")).status_code == 302
    return people.adam.advertiser


def form(**changes):
    given = {"mode": "prepaid", "currency": "USD", "credit_limit": "", "warn_below": "", "invoice_period": "none"}
    return given | {"due_days": "14"} | changes


def spend(people, shop, leads):
    offer = shop.offers(manager="objects").order_by("pk").first()
    return [story.approve(story.lead(people.alice.affiliate, offer=offer)) for _ in range(leads)]


def pay(people, shop, amount):
    path = f"/manager/advertisers/{shop.pk}/deposit/"
    fields = {"amount": amount, "currency": "USD", "reference": "Bank", "key": f"pay-{amount}"}
    return people.finance.client.post(path, fields)


def statuses():
    return list(Offer.objects.order_by("pk").values_list("status", flat=True))


def test_beyond_the_limit_offers_pause_and_go_on_when_he_has_paid(people, shop, run_queue):
    factories.offer(advertiser=shop, status="draft")
    pending = story.lead(people.alice.affiliate, offer=shop.offers(manager="objects").order_by("pk").first())
    spend(people, shop, 1)
    credit.watch(advertiser_id=shop.pk, now=NOW)
    assert statuses() == ["active", "draft"]
    spend(people, shop, 1)
    for _ in range(2):
        credit.watch(advertiser_id=shop.pk, now=NOW)
    assert statuses() == ["paused", "draft"]
    subjects = [message.subject for message in mail.outbox if "paused" in message.subject]
    assert len(subjects) == 4  # Adam, owner, finance, the advertisers' manager
    assert "paused: the balance is beyond the limit" in text_of(people.adam.client.get("/advertiser/balance/"))
    reasons = AuditEntry.objects.get(action="offer.paused_for_balance").changes["reason"]
    assert reasons == "The advertiser's balance is −$120.00, the limit −$100.00."
    story.approve(pending)  # what was clicked before still counts
    assert advertiser_balance(advertiser_id=shop.pk, currency="USD") == (0, usd("180"))

    with run_queue():
        assert pay(people, shop, "80").status_code == 302
    assert statuses() == ["active", "draft"]
    assert AdvertiserTerms.objects.get().paused_at is None
    assert any("run again" in message.subject for message in mail.outbox)


def test_what_a_person_paused_stays_so_and_what_he_starts_meanwhile_is_paused(people, shop):
    other = factories.offer(advertiser=shop, status="paused")
    spend(people, shop, 2)
    credit.watch(advertiser_id=shop.pk, now=NOW)
    Offer.objects.filter(pk=other.pk).update(status="active")
    watch_credit()
    assert statuses() == ["paused", "paused"]
    Offer.objects.filter(pk=other.pk).update(status="archived")
    terms.save_terms(advertiser=shop, actor=None, now=NOW, credit_limit=usd("500"))
    watch_credit()
    assert statuses() == ["active", "archived"]


def test_the_limit_counts_all_currencies_by_the_rates_of_the_day(people, shop):
    """Within his limit in dollars; 54.54 euros more are beyond it, once there is a rate."""
    spend(people, shop, 1)
    euros = factories.offer(advertiser=shop, currency="EUR", access="open")
    factories.goal(offer=euros, revenue="54.54", earning="40")
    story.approve(story.lead(people.alice.affiliate, offer=euros))
    credit.watch(advertiser_id=shop.pk, now=NOW)
    assert statuses() == ["active", "active"]
    terms_page = f"/manager/advertisers/{shop.pk}/terms/"
    told = text_of(people.finance.client.get(terms_page))
    assert "owes money in EUR, and there is no rate" in told and "all currencies together: −$60.00" in told

    for day in (NOW.date(), timezone.now().date()):
        table = f"date,base,currency,base_amount,currency_amount\n{day},EUR,USD,1,1.1\n".encode()
        import_rates(content=table, actor=None, now=NOW)
    told = text_of(people.finance.client.get(terms_page))
    assert "there is no rate" not in told and "all currencies together: −$119.99" in told  # 60 and 59.994
    credit.watch(advertiser_id=shop.pk, now=NOW)
    assert statuses() == ["paused", "paused"]


def test_low_balance_is_told_once_until_it_was_well(people, shop):
    for amount in ("100", "200"):
        pay(people, shop, amount)
        spend(people, shop, 1 if amount == "100" else 3)
        for _ in range(2):
            credit.watch(advertiser_id=shop.pk, now=NOW)
        pay(people, shop, f"{amount}.50")
        credit.watch(advertiser_id=shop.pk, now=NOW)
    assert len([message for message in mail.outbox if "is low" in message.subject]) == 4  # once
    assert "Your balance is low" not in text_of(people.adam.client.get("/advertiser/balance/"))


def test_without_a_limit_nothing_pauses(people, shop):
    terms.save_terms(advertiser=shop, actor=None, now=NOW, credit_limit=None)
    spend(people, shop, 5)
    credit.watch(advertiser_id=shop.pk, now=NOW)
    assert statuses() == ["active"]


def test_refund_gives_back_what_is_not_used_once(people, shop):
    pay(people, shop, "100")
    path = f"/manager/advertisers/{shop.pk}/refund/"
    fields = {"amount": "30", "currency": "USD", "reason": "He leaves", "key": "once"}
    for _ in range(2):
        assert people.finance.client.post(path, fields).status_code == 302
    assert Journal.objects.filter(kind="deposit_refund").count() == 1
    assert advertiser_balance(advertiser_id=shop.pk, currency="USD") == (usd("70"), 0)
    page = text_of(people.adam.client.get("/advertiser/balance/"))
    assert "Deposit given back He leaves" in page
    for change, complaint in (
        ({"amount": "70.01", "key": "b"}, "not enough money"),
        ({"amount": "-1", "key": "c"}, "above zero"),
        ({"amount": "1.005", "key": "d"}, "whole coins"),
        ({"reason": " ", "key": "e"}, "required"),
        ({"amount": "31"}, "names another fact"),
    ):
        response = people.finance.client.post(path, fields | change)
        assert response.status_code == 422 and complaint in response.content.decode()
    assert people.support.client.get(path).status_code == 403


def test_bad_terms_are_refused_with_words(people, shop):
    path = f"/manager/advertisers/{shop.pk}/terms/"
    for change, complaint in (
        ({"credit_limit": "-1"}, "zero or more"),
        ({"credit_limit": "lots"}, "is not a number"),
        ({"due_days": "400"}, "less than or equal to 365"),
        ({"mode": "barter"}, "valid choice"),
        ({"currency": "EUR"}, "valid choice"),
    ):
        response = people.finance.client.post(path, form(**change))
        assert response.status_code == 422 and complaint in response.content.decode()
    page = people.finance.client.get(path).content.decode()
    assert 'value="100.00"' in page and 'value="50.00"' in page
