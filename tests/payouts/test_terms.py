"""Terms of methods and what is agreed otherwise; schedules; accounts that were changed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from payouts.agreed import last_due, next_due
from payouts.models import Payout, PayoutDetails
from payouts.services import agreed, batches, schedules
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, DETAILS, IBAN, OTHER_IBAN, PAYOUTS, money, text_of, usd

MONDAY = datetime(2026, 12, 7, 6, 0, tzinfo=UTC)  # after the hold of the stories
RU = {"account": "40817810899910004312", "bik": "044525225", "holder": "Анна Ли", "inn": "500100732259"}
METHODS = "/manager/payout-methods/"


def method_form(**changes):
    given = {"kind": "iban", "name": "Bank", "currency": "USD", "minimum": "10", "fee_fixed": "1", "fee_percent": "1"}
    return given | {"is_active": "on"} | changes


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"maximum": "9"}, "not less than the minimum"),
        ({"fee_cap": "0.50"}, "not less than its fixed part"),
        ({"countries": "DE, XX"}, "“XX” is not the code of a country"),
        ({"schedule": "hourly"}, "Select a valid choice"),
        ({"net_days": "121"}, "less than or equal to 120"),
        ({"rail": "carrier-pigeon"}, "Select a valid choice"),
        ({"rail": "http", "rail_url": "http://pay.example"}, "begins with https"),
        ({"rail": "http", "rail_url": "https://127.0.0.1/"}, "127.0.0.1"),
        ({"rail_secret": "hello", "rail": "http", "rail_url": "https://8.8.8.8/"}, "begins with whsec_"),
    ],
)
def test_impossible_terms_are_refused_with_words(people, in_network, change, complaint):
    response = people.owner.client.post(f"{METHODS}new/", method_form(**change))
    assert response.status_code == 422
    assert complaint in response.content.decode()


def test_terms_over_http(people, in_network):
    form = method_form(maximum="500", fee_cap="4", countries="de, at", schedule="net", net_days="15")
    assert people.owner.client.post(f"{METHODS}new/", form).status_code == 302
    [method] = story.PayoutMethod.objects.all()
    assert (method.maximum, method.fee_cap, method.countries) == (usd("500"), usd("4"), ["AT", "DE"])
    assert (method.schedule, method.net_days, method.rail) == ("net", 15, "register")
    assert [method.fee_of(usd(amount)) for amount in ("100", "500")] == [usd("2"), usd("4")]
    page = people.owner.client.get(f"{METHODS}{method.pk}/").content.decode()
    assert 'value="AT, DE"' in page and 'value="500.00"' in page
    assert "$1.00 + 1%, at most $4.00" in text_of(people.owner.client.get(METHODS))


@pytest.fixture
def rich(people, in_network):
    story.earned(people.alice.affiliate, "100")
    return people.alice


def test_maximum_and_country_are_kept(rich):
    method = story.method(maximum=usd("40"), countries=["DE"])
    form = {"method": method.pk, "holder": "Alice Lee", "account": OTHER_IBAN}
    answer = rich.client.post(DETAILS, form)
    assert (answer.status_code, "pays to these countries only: DE" in answer.content.decode()) == (422, True)
    pay_to = story.payable(rich.affiliate, method)
    answer = rich.client.post(PAYOUTS, {"details": pay_to.pk, "amount": "41", "key": "k"})
    assert (answer.status_code, "at most $40.00 at a time" in answer.content.decode()) == (422, True)
    assert rich.client.post(PAYOUTS, {"details": pay_to.pk, "amount": "40", "key": "k"}).status_code == 302


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, None),
        ({"bik": "044525226"}, "do not belong together"),
        ({"account": "40817810899910004313"}, "do not belong together"),
        ({"bik": ""}, "This field is required"),
        ({"bik": "12"}, "A BIK has 9 digits"),
        ({"inn": "500100732258"}, "This INN is mistyped"),
        ({"holder": ""}, "Give the holder"),
        ({"account": "408"}, "has 20 digits"),
    ],
)
def test_russian_account_is_checked_against_its_bank(people, in_network, change, complaint):
    method = story.method(kind="ru_bank", currency="RUB")
    answer = people.alice.client.post(DETAILS, {"method": method.pk, **RU, **change})
    if complaint:
        assert answer.status_code == 422
        assert complaint in answer.content.decode()
    else:
        assert answer.status_code == 302
        assert PayoutDetails.objects.get().fields == {"bik": "044525225", "inn": "500100732259"}


def test_wallet_of_a_country_asks_for_it(people, in_network):
    method = story.method(kind="btc", countries=["TR", "KZ"])
    form = {"method": method.pk, "account": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}
    assert people.alice.client.post(DETAILS, form).status_code == 422
    assert people.alice.client.post(DETAILS, form | {"country": "DE"}).status_code == 422
    assert people.alice.client.post(DETAILS, form | {"country": "KZ"}).status_code == 302


def test_agreed_terms_come_before_the_methods(rich, people):
    pay_to = story.payable(rich.affiliate, story.method())
    page = f"/manager/webmasters/{rich.affiliate.pk}/payouts/"
    form = {"method": pay_to.method_id, "minimum": "5", "fee_fixed": "0", "fee_percent": "0"}
    assert people.support.client.post(page, form).status_code in (403, 422)
    assert people.manager.client.post(page, form | {"fee_fixed": "6"}).status_code == 422
    assert people.manager.client.post(page, form).status_code == 302
    assert "$5.00" in text_of(people.manager.client.get(page))
    assert rich.client.post(PAYOUTS, {"details": pay_to.pk, "amount": "5", "key": "k"}).status_code == 302
    assert Payout.objects.get().fee == 0
    assert people.bob.client.get(DETAILS).content.decode().count("$10.00") == 1


@pytest.mark.parametrize(
    ("schedule", "net_days", "today", "last", "following"),
    [
        ("weekly", 0, "2026-11-22", "2026-11-16", "2026-11-23"),
        ("weekly", 0, "2026-11-23", "2026-11-23", "2026-11-23"),
        ("twice_a_month", 0, "2026-11-15", "2026-11-01", "2026-11-16"),
        ("monthly", 0, "2026-12-31", "2026-12-01", "2027-01-01"),
        ("net", 0, "2026-11-22", "2026-11-01", "2026-12-01"),
        ("net", 15, "2026-11-15", "2026-10-16", "2026-11-16"),
        ("net", 30, "2027-02-28", "2027-01-31", "2027-03-03"),
    ],
)
def test_days_of_a_schedule(schedule, net_days, today, last, following):
    day = datetime.fromisoformat(today).date()
    found = last_due(schedule, net_days, day), next_due(schedule, net_days, day)
    assert (str(found[0].day), str(found[1])) == (last, following)


def test_due_payout_is_made_once_for_what_is_there(rich, people, network):
    story.payable(rich.affiliate, story.method(schedule="weekly"))
    for moment in (MONDAY - timedelta(days=3), MONDAY, MONDAY + timedelta(hours=3), MONDAY + timedelta(days=1)):
        schedules.request_scheduled(network_id=network.pk, now=moment)
    [payout] = Payout.objects.all()
    assert (payout.amount, payout.requested_at, payout.requested_by) == (usd("100"), MONDAY, None)
    assert money(rich.affiliate) == {"in_payout": "100.00"}
    page = text_of(rich.client.get(PAYOUTS))
    assert "Next payout:" in page and "Request the payout" not in page
    answer = rich.client.post(PAYOUTS, {"details": payout.details_id, "amount": "10", "key": "k"})
    assert answer.status_code == 422


def test_nothing_is_due_below_the_minimum_nor_without_approval(people, network, in_network):
    story.earned(people.alice.affiliate, "9")
    story.earned(people.bob.affiliate, "90")
    method = story.method(schedule="weekly")
    story.payable(people.alice.affiliate, method)
    story.payable(people.bob.affiliate, method, account=OTHER_IBAN)
    type(people.bob.affiliate).objects.filter(pk=people.bob.affiliate.pk).update(status="blocked")
    assert schedules.request_scheduled(network_id=network.pk, now=MONDAY) == 0


def test_net_pays_what_was_released_before_the_month(rich, network):
    """Released on 4 December: net 10 after November pays nothing of it, net 10 after December all."""
    story.payable(rich.affiliate, story.method(schedule="net", net_days=10))
    assert schedules.request_scheduled(network_id=network.pk, now=datetime(2026, 12, 11, 9, tzinfo=UTC)) == 0
    assert schedules.request_scheduled(network_id=network.pk, now=datetime(2027, 1, 11, 9, tzinfo=UTC)) == 1


def test_the_day_is_that_of_the_network(rich, network):
    type(network).objects.filter(pk=network.pk).update(timezone="Asia/Tokyo")
    story.payable(rich.affiliate, story.method(schedule="weekly"))
    assert schedules.request_scheduled(network_id=network.pk, now=datetime(2026, 12, 6, 14, 30, tzinfo=UTC)) == 0
    assert schedules.request_scheduled(network_id=network.pk, now=datetime(2026, 12, 6, 15, 30, tzinfo=UTC)) == 1


def test_changed_account_waits_and_the_owner_is_told(rich, people, run_queue, settings):
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    method = story.method()
    first = story.payable(rich.affiliate, method, at=AFTER_HOLD)
    assert first.usable_at is None
    with run_queue():
        second = story.payable(rich.affiliate, method, account=OTHER_IBAN, at=AFTER_HOLD)
    assert second.usable_at == AFTER_HOLD + timedelta(days=2)
    first_letter, second_letter = mail.outbox
    assert [letter.to for letter in mail.outbox] == [["alice@example.com"]] * 2
    assert "wait until" not in first_letter.body
    assert "wait until 2026-12-06" in second_letter.body
    assert "GB82WEST12345698765432" not in second_letter.body
    payout = story.requested(rich.affiliate, "50", second)
    assert "payouts wait until" in text_of(rich.client.get(DETAILS))
    assert "It waits for your new account" in text_of(rich.client.get(f"{PAYOUTS}{payout.pk}/"))
    gather = {"method_id": method.pk, "payout_ids": [payout.pk], "actor": people.finance.user}
    with pytest.raises(batches.BadBatch, match="wait until 2026-12-06"):
        batches.create_batch(now=AFTER_HOLD + timedelta(days=1), **gather)
    assert batches.create_batch(now=AFTER_HOLD + timedelta(days=2), **gather).pk


def test_removing_and_adding_does_not_shorten_the_wait(rich, people):
    method = story.method()
    details = story.payable(rich.affiliate, method)
    assert rich.client.post(f"{DETAILS}{details.pk}/remove/").status_code == 302
    assert story.payable(rich.affiliate, method, account=OTHER_IBAN).usable_at
    assert story.payable(rich.affiliate, story.method(kind="email_wallet"), account="a@b.example").usable_at


def test_rules_over_http(people, in_network):
    page = "/manager/payout-rules/"
    form = {"cooling_days": "5", "debtor_name": "Alpha Ltd", "debtor_iban": IBAN, "debtor_bic": "COBADEFFXXX"}
    assert people.finance.client.get(page).status_code == 403
    for change, words in (
        ({"cooling_days": "61"}, "less than or equal to 60"),
        ({"debtor_iban": "DE00"}, "has 22 characters"),
        ({"debtor_bic": "X"}, "8 or 11 characters"),
        ({"debtor_country": "XX"}, "not the code of a country"),
    ):
        answer = people.owner.client.post(page, form | change)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert people.owner.client.post(page, form).status_code == 302
    assert agreed.PayoutRules.objects.get().cooling_days == 5


def test_details_change_only_after_the_password(people, in_network):
    method = story.method()
    session = people.alice.client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0, "reauthenticated": True}]
    session.save()
    page = people.alice.client.get(DETAILS).content.decode()
    assert "/account/reauthenticate/?next=/webmaster/payout-details/" in page
    assert 'name="account"' not in page
    form = {"method": method.pk, "holder": "Alice Lee", "account": IBAN}
    answer = people.alice.client.post(DETAILS, form)
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert not PayoutDetails.objects.exists()
    kept = story.payable(people.alice.affiliate, story.method(kind="email_wallet"), account="a@b.example")
    answer = people.alice.client.post(f"{DETAILS}{kept.pk}/remove/")
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert PayoutDetails.objects.get().is_active
    assert IBAN not in str(dict(people.alice.client.session))
    sure = {"password": "correct horse battery", "next": DETAILS}
    assert people.alice.client.post("/account/reauthenticate/", sure).headers["Location"] == DETAILS
    assert people.alice.client.post(DETAILS, form).status_code == 302
