# ruff: noqa: E501 - tables of cases
"""Webmasters exchange what they have; managers bring the rates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connections
from django.utils import timezone

from cpanet.ledger import postings
from cpanet.ledger.journal import KeyReused, NotEnough
from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from payouts.currencies.selectors import MissingRate, rate_between
from payouts.currencies.services.exchange import BadExchange, choose_wallet, exchange, exchange_into_wallet
from payouts.currencies.services.rates import import_rates, save_rules
from payouts.models import CurrencyExchange, CurrencyRate
from tests import factories
from tests.payouts import story

NOW = timezone.now()


def csv_of(day, **rates):
    lines = [f"{day},USD,{currency},{price},1" for currency, price in rates.items()]
    return "\n".join(["date,base,currency,base_amount,currency_amount", *lines]).encode()


@pytest.fixture
def alice(network, people):
    """With 100.00 EUR available, and rates of today: 1 EUR = 1.10 USD, 1 TRY = 0.025 USD."""
    with network_scope(network.pk):
        import_rates(content=csv_of(NOW.date(), EUR="1.10", TRY="0.025"), actor=None, now=NOW)
        earned(people.alice, "100")
    return people.alice


def earned(webmaster, amount):
    story.earned(webmaster.affiliate, amount, offer=factories.offer(currency="EUR", hold_days=story.HOLD_DAYS))


def balance(alice, currency):
    found = webmaster_balance(affiliate_id=alice.affiliate.pk, currency=currency)
    return found.available - found.debt


def books(network):
    return [finding.name for finding in examine_books(network_id=network.pk, now=NOW) if not finding.holds]


def test_an_exchange_shows_the_rate_moves_the_money_and_keeps_the_books(network, alice):
    with network_scope(network.pk):
        save_rules(source_url="", max_age_days=4, spread=100, actor=None, now=NOW)
    page = alice.client.get(
        "/webmaster/exchanges/quote/", {"source": "EUR", "target": "USD", "amount": "50", "key": "k"}
    )
    assert "1 EUR = 1.1 USD" in page.text and "54.45" in page.text and "0.55" in page.text
    answer = alice.client.post(
        "/webmaster/exchanges/", {"source": "EUR", "target": "USD", "amount": "50", "key": "k", "least": "544500"}
    )
    assert answer.status_code == 302
    page = alice.client.get(answer["Location"])
    assert "EUR → USD" in page.text and "54.45" in page.text and "Currency position" not in page.text
    with network_scope(network.pk):
        made = CurrencyExchange.objects.get()
        assert (made.sold, made.bought, made.fair, made.kept) == (50_0000, 54_4500, 55_0000, 5500)
        assert (balance(alice, "EUR"), balance(alice, "USD")) == (50_0000, 54_4500)
        assert books(network) == []


def test_a_double_click_is_one_exchange(network, alice):
    values = {"source": "EUR", "target": "USD", "amount": "50", "key": "same"}
    answers = [alice.client.post("/webmaster/exchanges/", values)["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    with network_scope(network.pk):
        assert balance(alice, "EUR") == 50_0000
        with pytest.raises(KeyReused):
            exchange(
                affiliate=alice.affiliate, source="EUR", target="USD", amount=1_0000, idempotency_key="same", actor=None,
                now=NOW,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount": "100.01"}, "You have"), ({"amount": "0"}, "above zero"), ({"amount": "x"}, "not a number"),
        ({"amount": "0.00001"}, "digits"), ({"target": "EUR"}, "another currency"), ({"target": "GBP"}, "GBP"),
        ({"source": "TRY"}, "TRY"), ({"least": "999999999"}, "rate has changed"), ({"amount": ""}, "required"),
    ],
    ids=lambda value: None,
)  # fmt: skip
def test_what_cannot_be_is_said_in_the_form_and_moves_nothing(network, alice, changed, words):
    values = {"source": "EUR", "target": "USD", "amount": "50", "key": "k"} | changed
    answer = alice.client.post("/webmaster/exchanges/", values)
    assert answer.status_code == 422 and words in answer.text
    with network_scope(network.pk):
        assert balance(alice, "EUR") == 100_0000 and not CurrencyExchange.objects.exists()


def test_a_debt_in_the_other_currency_is_repaid_first(network, alice):
    with network_scope(network.pk):
        owed = {"advertiser_id": 1, "affiliate_id": alice.affiliate.pk, "currency": "USD", "actor": None}
        postings.recognise(
            key="t", subject="", revenue_change=0, hold_change=0, released_change=-10_0000, effective_at=NOW, **owed
        )
        assert balance(alice, "USD") == -10_0000
        exchange(
            affiliate=alice.affiliate,
            source="EUR",
            target="USD",
            amount=10_0000,
            idempotency_key="k",
            actor=None,
            now=NOW,
        )
        assert webmaster_balance(affiliate_id=alice.affiliate.pk, currency="USD").available == 1_0000


def test_a_missing_or_old_rate_stops_with_a_message(network, alice):
    with network_scope(network.pk):
        later = NOW + timedelta(days=5)
        with pytest.raises(MissingRate, match="no rate between EUR and USD of the last 4 days"):
            rate_between("EUR", "USD", on=later.date())
        with pytest.raises(MissingRate):
            rate_between("EUR", "GBP", on=NOW.date())
        assert rate_between("EUR", "TRY", on=NOW.date()).price == 44
    with network_scope(network.pk):
        CurrencyRate.objects.all().delete()
    assert "There are no rates now" in alice.client.get("/webmaster/exchanges/").text


def test_the_balance_is_told_in_both_currencies(network, alice):
    page = alice.client.get("/webmaster/balance/?currency=EUR")
    assert "At today" in page.text and "$110.00" in page.text
    assert "At today" not in alice.client.get("/webmaster/balance/?currency=USD").text


def test_two_prices_never_come_from_two_tables(network):
    with network_scope(network.pk):
        import_rates(content=csv_of(NOW.date(), EUR="1.10"), actor=None, now=NOW)
        import_rates(content=csv_of(NOW.date() - timedelta(days=1), EUR="1.20", TRY="0.03"), actor=None, now=NOW)
        assert rate_between("EUR", "TRY", on=NOW.date()).price == 40


def test_the_wallet_exchanges_by_itself_once(network, alice):
    answer = alice.client.post("/webmaster/exchanges/wallet/", {"currency": "USD"})
    assert answer.status_code == 302
    with network_scope(network.pk):
        wallet = alice.affiliate.wallet
        assert [made.bought for made in exchange_into_wallet(wallet=wallet, now=NOW)] == [110_0000]
        assert exchange_into_wallet(wallet=wallet, now=NOW) == []
        earned(alice, "1")
        assert len(exchange_into_wallet(wallet=wallet, now=NOW)) == 1
        with pytest.raises(BadExchange):
            choose_wallet(affiliate=alice.affiliate, currency="GBP", actor=None, now=NOW)
        assert choose_wallet(affiliate=alice.affiliate, currency="", actor=None, now=NOW) is None
        assert books(network) == []


def test_managers_bring_the_rates(network, people):
    content = csv_of(NOW.date(), EUR="1.10", GBP="1.31")
    upload = lambda content: BytesIO(content)  # noqa: E731
    answer = people.owner.client.post("/manager/rates/upload/", {"file": upload(content)})
    assert answer.status_code == 302
    page = people.owner.client.get("/manager/rates/")
    assert "GBP" in page.text and "1.31" in page.text and "In force" in page.text
    answer = people.owner.client.post("/manager/rates/upload/", {"file": upload(b"nonsense")})
    assert answer.status_code == 422 and "The first line must be" in answer.text
    old = csv_of(NOW.date() - timedelta(days=500), EUR="1")
    assert "too old" in people.owner.client.post("/manager/rates/upload/", {"file": upload(old)}).text
    assert people.support.client.post("/manager/rates/upload/", {"file": upload(content)}).status_code == 403
    assert people.alice.client.get("/manager/rates/").status_code == 404


def test_rules_are_checked_where_they_are_typed(network, people):
    values = {"source_url": "", "max_age_days": "4", "spread": "1.5"}
    for change, words in [
        ({"source_url": "http://127.0.0.1/rates.xml"}, "not on the public internet"),
        ({"spread": "21"}, "20"), ({"max_age_days": "0"}, "1"),
    ]:  # fmt: skip
        answer = people.owner.client.post("/manager/rates/rules/", values | change)
        assert answer.status_code == 422 and words in answer.text
    assert people.owner.client.post("/manager/rates/rules/", values).status_code == 302
    assert "1.5" in people.owner.client.get("/manager/rates/").text


def test_a_webmaster_sees_his_own_exchanges_alone(network, alice, people):
    with network_scope(network.pk):
        made = exchange(
            affiliate=alice.affiliate,
            source="EUR",
            target="USD",
            amount=10_0000,
            idempotency_key="k",
            actor=None,
            now=NOW,
        )
    assert people.bob.client.get(f"/webmaster/exchanges/{made.pk}/").status_code == 404
    assert "Currency position" in people.finance.client.get(f"/manager/exchanges/{made.pk}/").text


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_fifty_at_once_never_beyond_the_balance(network, alice):
    def one(number):
        try:
            with network_scope(network.pk):
                exchange(
                    affiliate=alice.affiliate, source="EUR", target="USD", amount=30_0000,
                    idempotency_key=f"k{number % 10}", actor=None, now=NOW,
                )  # fmt: skip
            return "made"
        except NotEnough:
            return "not enough"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = set(pool.map(one, range(50)))
    assert outcomes == {"made", "not enough"}
    with network_scope(network.pk):
        assert CurrencyExchange.objects.count() == 3 and balance(alice, "EUR") == 10_0000
        assert books(network) == []
