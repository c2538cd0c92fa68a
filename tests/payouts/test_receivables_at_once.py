"""Everything that touches one advertiser's money at the same time: nobody waits in a circle, the books agree."""

import random
from concurrent.futures import ThreadPoolExecutor
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


@pytest.mark.django_db(transaction=True)
def test_decisions_deposits_invoices_and_pauses_at_once(people, network):
    shop, finance, owner = people.adam.advertiser, people.finance.user, people.owner.user
    with network_scope(network.pk):
        offer = factories.offer(advertiser=shop)
        factories.goal(offer=offer, revenue="60", earning="45")
        leads = [story.lead(people.alice.affiliate, offer=offer) for _ in range(LEADS)]
        terms.save_terms(advertiser=shop, actor=None, now=NOW, credit_limit=usd("100"), warn_below=0)

    def deposit(dice, key):
        amount = usd(str(dice.randrange(1, 200)))
        deposits.record_deposit(
            advertiser=shop, amount=amount, currency="USD", reference="Bank", idempotency_key=key, actor=None, now=NOW
        )

    def adjust(dice, key):
        sides = [("deposit", shop.pk), ("available", people.alice.affiliate.pk)]
        dice.shuffle(sides)
        made = adjustments.propose(
            debit=sides[0], credit=sides[1], currency="USD", amount=usd("1"), reason="Because", idempotency_key=key,
            actor=finance, now=NOW,
        )  # fmt: skip
        adjustments.confirm(adjustment_id=made.pk, actor=owner, now=NOW)

    deeds = [
        lambda dice, key: story.approve(dice.choice(leads)),
        lambda dice, key: story.approve(dice.choice(leads)),
        lambda dice, key: story.decline(dice.choice(leads)),
        deposit,
        adjust,
        lambda dice, key: story.invoiced(shop, finance, at=NOW),
        lambda dice, key: credit.watch(advertiser_id=shop.pk, now=NOW),
        lambda dice, key: invoices.cancel(
            invoice_id=Invoice.objects.filter(kind="invoice").first().pk, reason="Wrong", actor=None, now=NOW
        ),
    ]

    def work(seed):
        dice, refused = random.Random(seed), 0
        for turn in range(ROUNDS):
            try:
                with network_scope(network.pk):
                    dice.choice(deeds)(dice, f"{seed}-{turn}")
            except (DomainError, AttributeError):  # nothing to invoice or to cancel, changed meanwhile
                refused += 1
        connections.close_all()
        return ROUNDS - refused

    with ThreadPoolExecutor(THREADS) as pool:
        done = sum(pool.map(work, range(THREADS)))
    assert done > THREADS * ROUNDS // 2
    with network_scope(network.pk):
        found = examine_books(network_id=network.pk, now=NOW + timedelta(minutes=1))
        assert [each.name for each in found if not each.holds] == []
        numbers = sorted(Invoice.objects.exclude(number=None).values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
