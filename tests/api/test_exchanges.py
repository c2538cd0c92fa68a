"""Exchanging currencies over the API."""

import pytest
from django.utils import timezone

from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from payouts.currencies.services.rates import import_rates
from tests import factories
from tests.payouts import story

PATH = "exchanges"
BODY = {"source": "EUR", "target": "USD", "amount": "50.00"}


@pytest.fixture
def rich(network, people):
    """Alice has 100.00 EUR; 1 EUR = 1.10 USD."""
    day = timezone.now().date()
    with network_scope(network.pk):
        content = f"date,base,currency,base_amount,currency_amount\n{day},USD,EUR,1.10,1\n".encode()
        import_rates(content=content, actor=None, now=timezone.now())
        offer = factories.offer(currency="EUR", hold_days=story.HOLD_DAYS)
        story.earned(people.alice.affiliate, "100", offer=offer)


def test_an_exchange_is_made_once_and_listed(rich, network, alice, bob, people):
    answers = [alice.post(PATH, BODY, idempotency_key="once") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201] and answers[0].data == answers[1].data
    assert answers[0].data["bought"] == "55.00" and answers[0].data["price"] == "1.1"
    assert [row["id"] for row in alice.get(PATH).data["data"]] == [answers[0].data["id"]]
    assert bob.get(PATH).data["data"] == []
    with network_scope(network.pk):
        assert webmaster_balance(affiliate_id=people.alice.affiliate.pk, currency="EUR").available == 50_0000


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "100.01"}, "not_enough"), ({"target": "EUR"}, "bad_exchange"), ({"target": "GBP"}, "missing_rate"),
        ({"source": "ZZZ"}, "bad_amount"), ({"least": "55.01"}, "rate_changed"), ({"amount": "0"}, "bad_exchange"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(rich, alice, changes, code):
    answer = alice.post(PATH, BODY | changes, idempotency_key="k")
    assert answer.status_code == 422 and code in str(answer.data)


def test_without_a_key_only_a_dry_run(rich, network, alice, adam, people):
    assert alice.post(PATH, BODY).status_code == 400
    dry = alice.post(f"{PATH}?dry_run=true", BODY)
    assert dry.data["bought"] == "55.00"
    assert alice.get(PATH).data["data"] == []
    assert adam.get(PATH).status_code == 403
