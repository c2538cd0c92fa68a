"""Payments of the bank, and what tells whose they are."""

from cpanet.accounts.models import Advertiser
from payouts.bank.matching import Known
from payouts.models import AdvertiserTerms, BankPayment, Invoice


def bank_payments():
    """Every payment, newest first, with whom it names."""
    return BankPayment.objects.select_related("proposed", "advertiser", "statement", "decided_by")


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


def number_waiting() -> int:
    """How many payments wait for somebody to confirm them."""
    return BankPayment.objects.filter(status=BankPayment.Status.NEW).count()
