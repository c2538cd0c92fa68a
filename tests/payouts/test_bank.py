"""From a bank's file to deposits over HTTP: each payment once, proposed, confirmed by a person."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from cpanet.accounts.models import AuditEntry
from cpanet.core.errors import Conflict
from cpanet.ledger.models import Journal
from cpanet.ledger.selectors import advertiser_balance
from cpanet.tenancy.scope import network_scope
from payouts.models import BankPayment, BankStatement
from payouts.services import bank, terms
from tests.factories import NOW
from tests.payouts import statements
from tests.payouts.story import text_of, usd

BANK = "/manager/bank/"


def upload(person, content, name="bank.sta", **fields):
    content = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(name, content)
    return person.client.post(f"{BANK}upload/", {"file": file, "currency": "USD", "encoding": ""} | fields)


def payment_of(amount) -> BankPayment:
    return BankPayment.objects.get(amount=usd(amount))


def deposit(people):
    return advertiser_balance(advertiser_id=people.adam.advertiser.pk, currency="USD")[0]


def test_payments_are_taken_in_once_proposed_and_booked_by_a_person(people, in_network):
    terms.save_terms(advertiser=people.adam.advertiser, actor=None, now=NOW, legal_name="Adams Shop Ltd.")
    assert upload(people.finance, statements.MT940).status_code == 302
    assert BankPayment.objects.count() == 2
    page = text_of(people.finance.client.get(BANK))
    assert "ADAMS SHOP LTD" in page and "s shop? Name" in page and "2 payments, 2 of them new, 1 other" in page
    assert deposit(people) == 0

    assert upload(people.finance, statements.MT940).status_code == 302
    assert BankPayment.objects.count() == 2
    assert BankStatement.objects.first().payments_new == 0

    people.finance.client.post(f"{BANK}confirm/", {"payment": [row.pk for row in BankPayment.objects.all()]})
    assert deposit(people) == usd("500")
    first = payment_of("500")
    assert (first.status, first.advertiser) == ("booked", people.adam.advertiser)
    assert payment_of("80.50").status == "new"
    assert "INVOICE INV-7" in text_of(people.adam.client.get("/advertiser/balance/"))


def test_overlapping_file_brings_only_what_is_new(people, in_network):
    upload(people.finance, statements.MT940)
    longer = statements.MT940.replace(
        ":62F:", ":61:2611211121CD7,NTRFNONREF//BANK0003\n:86:MORE\n:62F:"
    ).replace("STARTUMS", "LATER")  # fmt: skip
    upload(people.finance, longer)
    assert sorted(BankPayment.objects.values_list("amount", flat=True)) == [usd("7"), usd("80.5"), usd("500")]


def test_by_hand_and_from_then_on_by_its_account(people, in_network):
    upload(people.finance, statements.MT940)
    path = f"{BANK}{payment_of('80.50').pk}/"
    response = people.finance.client.post(f"{path}act/", {"action": "confirm", "advertiser": ""})
    assert response.status_code == 422
    answers = [
        people.finance.client.post(f"{path}act/", {"action": "confirm", "advertiser": people.adam.advertiser.pk})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Journal.objects.filter(kind="deposit").count() == 1
    other = people.finance.client.post(f"{path}act/", {"action": "confirm", "advertiser": people.eve.advertiser.pk})
    assert other.status_code == 422 and "booked already" in other.content.decode()
    upload(people.finance, statements.MT940.replace("CD80,5", "CD81,5").replace("1560,5", "1561,5"))
    assert payment_of("81.50").proposed == people.adam.advertiser
    assert payment_of("81.50").proposed_why == "before"


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"tax_id": "7701234567"}, "tax_id"),
        ({"contract": "Д-2026/15"}, "contract"),
        ({"legal_name": "Ромашка"}, "name"),
    ],
)
def test_the_signs_a_payment_is_known_by(people, in_network, known, why):
    terms.save_terms(advertiser=people.eve.advertiser, actor=None, now=NOW, **known)
    upload(people.finance, statements.ONEC.encode("cp1251"), "kl_to_1c.txt")
    payment = BankPayment.objects.get()
    assert (payment.proposed, payment.proposed_why, payment.currency) == (people.eve.advertiser, why, "RUB")


def test_a_sign_of_two_advertisers_proposes_nobody(people, in_network):
    for owner in (people.adam.advertiser, people.eve.advertiser):
        terms.save_terms(advertiser=owner, actor=None, now=NOW, tax_id="7701234567")
    upload(people.finance, statements.ONEC.encode("cp1251"))
    assert BankPayment.objects.get().proposed is None


def test_same_money_in_a_file_of_another_kind_is_not_booked_by_the_dozen(people, in_network):
    terms.save_terms(advertiser=people.adam.advertiser, actor=None, now=NOW, legal_name="Adams Shop")
    upload(people.finance, statements.MT940)
    upload(people.finance, "Date;Amount;Currency;Payer\n2026-11-20;500.00;USD;Adams Shop Ltd\n", "bank.csv")
    first, second = BankPayment.objects.filter(amount=usd("500")).order_by("pk")
    assert "Look twice" in text_of(people.finance.client.get(f"{BANK}{second.pk}/"))
    chosen = {"payment": [first.pk, second.pk]}
    answer = text_of(people.finance.client.post(f"{BANK}confirm/", chosen, follow=True))
    assert f"may be the same money as payment #{first.pk}" in answer
    assert deposit(people) == 0
    people.finance.client.post(f"{BANK}{first.pk}/act/", {"advertiser": people.adam.advertiser.pk})
    assert deposit(people) == usd("500")


def test_set_aside_with_a_reason_and_back(people, in_network):
    upload(people.finance, statements.MT940)
    path = f"{BANK}{payment_of('80.50').pk}/act/"
    assert people.finance.client.post(path, {"action": "set_aside", "reason": " "}).status_code == 422
    assert people.finance.client.post(path, {"action": "set_aside", "reason": "Our own money"}).status_code == 302
    assert payment_of("80.50").status == "set_aside"
    assert "Our own money" in text_of(people.support.client.get(path.removesuffix("act/")))
    assert people.finance.client.post(path, {"action": "reopen"}).status_code == 302
    assert payment_of("80.50").status == "new"
    assert [entry.action for entry in AuditEntry.objects.filter(subject_type="payouts.bankpayment")] == 2 * [
        "bank.payment"
    ]


def test_bad_file_says_why_and_leaves_nothing(people, in_network):
    half = statements.MT940.replace("CD80,5N", "CD80,555N")
    for content in (half, "", statements.MT940.replace("USD", "XQX"), b"\xff\xfe\x00"):
        response = upload(people.finance, content)
        assert response.status_code == 422
        assert "invalid-feedback" in response.content.decode() or "alert" in response.content.decode()
    assert "Line 11: 80.555 is not in whole coins" in text_of(upload(people.finance, half))
    assert not BankPayment.objects.exists() and not BankStatement.objects.exists()


def test_who_may_what(people, in_network):
    assert upload(people.support, statements.MT940).status_code == 403
    upload(people.finance, statements.MT940)
    assert people.support.client.get(BANK).status_code == 200
    path = f"{BANK}{payment_of('500').pk}/"
    assert people.support.client.post(f"{path}act/", {"action": "reopen"}).status_code == 403
    assert people.adam.client.get(BANK).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_book_one_deposit(people, network):
    with network_scope(network.pk):
        upload(people.finance, statements.MT940)
        payment = payment_of("500")

    def confirm(place):
        owner = (people.adam, people.eve)[place % 2].advertiser
        try:
            with network_scope(network.pk):
                bank.confirm_payment(payment_id=payment.pk, advertiser_id=owner.pk, actor=None, now=NOW)
        except Conflict:
            return "conflict"
        finally:
            connections.close_all()
        return owner.pk

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(confirm, range(8)))
    with network_scope(network.pk):
        assert Journal.objects.filter(kind="deposit").count() == 1
        payment.refresh_from_db()
    assert answers.count("conflict") == 4 and answers.count(payment.advertiser_id) == 4
