"""Everything that touches one advertiser's money at the same time: nobody waits in a circle, the books agree."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connections

from cpanet.core.errors import DomainError
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from payouts.models import Invoice
from payouts.services import adjustments, credit, deposits, invoices, terms
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import usd

THREADS, ROUNDS, LEADS = 8, 12, 24


class Shop:
    """What is done at the same time about one advertiser; `dice` chooses, `key` names the deed."""

    def __init__(self, people):
        self.advertiser, self.webmaster = people.adam.advertiser, people.alice.affiliate
        self.finance, self.owner = people.finance.user, people.owner.user
        offer = factories.offer(advertiser=self.advertiser)
        factories.goal(offer=offer, revenue="60", earning="45")
        self.leads = [story.lead(self.webmaster, offer=offer) for _ in range(LEADS)]
        terms.save_terms(advertiser=self.advertiser, actor=None, now=NOW, credit_limit=usd("100"), warn_below=0)
        # Leads are approved twice as often as declined.
        self.deeds = (
            self.approve, self.approve, self.decline, self.deposit, self.adjust, self.invoice, self.watch, self.cancel,
        )  # fmt: skip

    def approve(self, dice, key):
        story.approve(dice.choice(self.leads))

    def decline(self, dice, key):
        story.decline(dice.choice(self.leads))

    def deposit(self, dice, key):
        deposits.record_deposit(
            advertiser=self.advertiser, amount=usd(str(dice.randrange(1, 200))), currency="USD", reference="Bank",
            idempotency_key=key, actor=None, now=NOW,
        )  # fmt: skip

    def adjust(self, dice, key):
        sides = [("deposit", self.advertiser.pk), ("available", self.webmaster.pk)]
        dice.shuffle(sides)
        made = adjustments.propose(
            debit=sides[0], credit=sides[1], currency="USD", amount=usd("1"), reason="Because", idempotency_key=key,
            actor=self.finance, now=NOW,
        )  # fmt: skip
        adjustments.confirm(adjustment_id=made.pk, actor=self.owner, now=NOW)

    def invoice(self, dice, key):
        story.invoiced(self.advertiser, self.finance, at=NOW)

    def watch(self, dice, key):
        credit.watch(advertiser_id=self.advertiser.pk, now=NOW)

    def cancel(self, dice, key):
        for invoice in Invoice.objects.filter(kind="invoice")[:1]:
            invoices.cancel(invoice_id=invoice.pk, reason="Wrong", actor=None, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_decisions_deposits_invoices_and_pauses_at_once(people, network):
    with network_scope(network.pk):
        shop = Shop(people)

    def work(seed):
        dice, done = random.Random(seed), 0
        for turn in range(ROUNDS):
            with suppress(DomainError), network_scope(network.pk):  # nothing to invoice, or changed meanwhile
                dice.choice(shop.deeds)(dice, f"{seed}-{turn}")
                done += 1
        connections.close_all()
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        done = sum(pool.map(work, range(THREADS)))
    assert done > THREADS * ROUNDS // 2
    with network_scope(network.pk):
        found = examine_books(network_id=network.pk, now=NOW + timedelta(minutes=1))
        assert [each.name for each in found if not each.holds] == []
        numbers = sorted(Invoice.objects.exclude(number=None).values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
