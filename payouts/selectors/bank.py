"""Payments of the bank, and what tells whose they are."""

from django.db.models import Exists, OuterRef, QuerySet

from cpanet.accounts.models import Advertiser
from payouts.bank.matching import Known
from payouts.models import AdvertiserTerms, BankPayment, Invoice


def bank_payments():
    """Every payment, newest first, with whom it names; `is_alike` as in `alike`."""
    rows = BankPayment.objects.select_related("proposed", "advertiser", "statement", "decided_by")
    same = BankPayment.objects.filter(on=OuterRef("on"), amount=OuterRef("amount"), currency=OuterRef("currency"))
    return rows.annotate(is_alike=Exists(same.exclude(account=OuterRef("account"))))


def alike(payment: BankPayment):
    """Payments of the same day and amount on another account of ours, or on one that its file did not name: they may be
    the same money, met in a file of another kind."""
    same = BankPayment.objects.filter(on=payment.on, amount=payment.amount, currency=payment.currency)
    return same.exclude(account=payment.account)


def known_advertisers() -> Known:
    """What payments may be recognised by, in four queries."""
    known = Known()
    for number, owner in Invoice.objects.exclude(number_text="").values_list("number_text", "advertiser_id"):
        known.add("invoice", number, owner)
    terms = AdvertiserTerms.objects.values_list("advertiser_id", "tax_id", "contract", "legal_name")
    for owner, tax_id, contract, legal_name in terms:
        known.add("tax_id", tax_id, owner)
        known.add("contract", contract, owner)
        known.add("name", legal_name, owner)
    for owner, name in Advertiser.objects.values_list("pk", "name"):
        known.add("name", name, owner)
    booked = BankPayment.objects.filter(status=BankPayment.Status.BOOKED)
    for owner, *signs in booked.values_list("advertiser_id", "payer_account", "payer_tax_id", "payer").distinct():
        for sign in signs:
            known.add("before", sign, owner)
    return known


def waiting_payments() -> QuerySet[BankPayment]:
    """Payments that wait for somebody to confirm them."""
    return BankPayment.objects.filter(status=BankPayment.Status.NEW)
