"""Rates that cannot be true wait for a person: a price that moves by more than 30 % is not taken in unseen."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail

from cpanet.core.errors import Conflict
from payouts.currencies.selectors import rate_between
from payouts.currencies.services import rates
from payouts.models import CurrencyRate, CurrencyRules, HeldRates
from payouts.tasks import import_rates as import_task
from tests.factories import NOW
from tests.tracking.outgoing.conftest import running_tracker

PAGE, UPLOAD = "/manager/rates/", "/manager/rates/upload/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def letters(settings, time_machine):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    time_machine.move_to(NOW, tick=False)


def csv_of(day=NOW, base="USD", **prices):
    lines = [f"{day.date()},{base},{currency},{price},1" for currency, price in prices.items()]
    return "\n".join(["date,base,currency,base_amount,currency_amount", *lines]).encode()


def ecb(usd, day=NOW):
    return (
        f'<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/'
        f'2002-08-01/eurofxref"><Cube><Cube time="{day.date()}"><Cube currency="USD" rate="{usd}"/></Cube></Cube>'
        "</gesmes:Envelope>"
    ).encode()


@pytest.fixture
def known(in_network):
    """Yesterday: 1 EUR = 1.10 USD, 1 TRY = 0.025 USD."""
    rates.import_rates(content=csv_of(NOW - DAY, EUR="1.10", TRY="0.025"), actor=None, now=NOW - DAY)


@pytest.fixture
def bank(settings):
    """A central bank's server."""
    with running_tracker() as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        yield server


def upload(person, content):
    return person.client.post(UPLOAD, {"file": BytesIO(content)})


def price(currency="EUR"):
    return float(rate_between(currency, "USD", on=NOW.date()).price)


@pytest.mark.parametrize(
    ("content", "is_taken"),
    [
        (csv_of(EUR="1.43"), True),  # exactly 30 % more
        (csv_of(EUR="1.44"), False),
        (csv_of(EUR="0.85"), True),
        (csv_of(EUR="0.84"), False),  # 1.10 is more than 1.3 times 0.84
        (csv_of(EUR="1.1", TRY="40"), False),  # the wrong way round
        (csv_of(EUR="1.1", GBP="900"), True),  # never seen: nothing to hold it against
        (csv_of(base="EUR", USD="0.909"), True),  # the same price from the other side
        (csv_of(base="TRY", EUR="44"), True),  # crossed: 1.10 / 0.025
        (csv_of(base="TRY", EUR="4.4"), False),
        (ecb("1.12"), True),  # another source, the same price
        (ecb("11.2"), False),
    ],
)
def test_what_moves_by_more_than_thirty_percent_is_not_taken_in(people, known, content, is_taken):
    answer = upload(people.owner, content)
    assert answer.status_code == (302 if is_taken else 422)
    assert HeldRates.objects.count() == (0 if is_taken else 1)
    if not is_taken:
        assert "far from those before" in answer.text and price() == pytest.approx(1.1)


def test_a_person_takes_them_in(people, known):
    answer = upload(people.owner, csv_of(EUR="2.2", TRY="0.026"))
    assert "EUR: 1.1 → 2.2 USD" in answer.text and "TRY" not in answer.text.partition("far from")[2].partition(".")[0]
    held = HeldRates.objects.get()
    path = f"{PAGE}held/{held.pk}/"
    assert people.manager.client.post(path, {"action": "confirm"}).status_code == 403
    assert "Take them in" not in people.support.client.get(PAGE).text
    assert "Take them in" in people.finance.client.get(PAGE).text
    for _ in range(2):
        assert people.finance.client.post(path, {"action": "confirm"}).status_code == 302
    assert price() == pytest.approx(2.2) and price("TRY") == pytest.approx(0.026)
    assert CurrencyRate.objects.filter(day=NOW.date()).count() == 2
    assert "far from the rates before" not in people.finance.client.get(PAGE).text
    assert mail.outbox == []  # who has brought them stands before the page
    with pytest.raises(Conflict):
        rates.decide_held(held_id=held.pk, is_true=False, actor=None, now=NOW)


@pytest.mark.parametrize("said", [{}, {"action": ""}, {"action": "Confirm"}, {"action": "yes"}])
def test_what_is_neither_yes_nor_no_changes_nothing(people, known, said):
    upload(people.owner, csv_of(EUR="2.2"))
    held = HeldRates.objects.get()
    answer = people.finance.client.post(f"{PAGE}held/{held.pk}/", said, follow=True)
    assert "Say whether these rates are taken in or refused" in answer.text
    held.refresh_from_db()
    assert held.status == "waiting" and held.decided_at is None and price() == pytest.approx(1.1)


def test_the_youngest_of_a_source_waits(people, known):
    upload(people.owner, csv_of(EUR="5"))
    upload(people.owner, csv_of(EUR="6"))
    assert [(held.status, held.rates[0][2]) for held in HeldRates.objects.all()] == [("waiting", "6"), ("refused", "5")]


def test_what_the_clock_brings_is_held_and_the_finance_people_hear_of_it_once(people, in_network, known, bank):
    rules = rates.save_rules(source_url="", max_age_days=4, spread=0, actor=None, now=NOW)
    CurrencyRules.objects.filter(pk=rules.pk).update(source_url=bank.url + "/rates.xml")
    bank.answer = (200, ecb("110"), {})
    for _ in range(3):
        import_task()
    held = HeldRates.objects.get()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["finance@example.com", "owner@example.com"]
    assert "USD: 0.909091 → 0.00909091 EUR" in mail.outbox[0].body and PAGE in mail.outbox[0].body
    assert price() == pytest.approx(1.1) and "far from those before" in CurrencyRules.objects.get().last_failure
    people.finance.client.post(f"{PAGE}held/{held.pk}/", {"action": "refuse"})
    import_task()
    assert HeldRates.objects.count() == 1 and len(mail.outbox) == 2  # refused once, not asked about again
    assert price() == pytest.approx(1.1)
