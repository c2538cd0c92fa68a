"""Whatever happens in whatever order: the books balance, no bound breaks, debt comes first, repeats move nothing."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpanet.ledger.checks import LEDGER, examine
from cpanet.ledger.journal import NotEnough
from cpanet.ledger.models import Entry
from cpanet.ledger.postings import charge_advertiser, give, take_back
from tests.factories import NOW
from tests.ledger.posting import approved, clawed_back, did, money

AMOUNTS = st.integers(0, 10**12)


# -- The three rules by themselves -----------------------------------------------------------------------------------


@given(deposit=AMOUNTS, owed=AMOUNTS, amount=st.integers(-(10**12), 10**12))
def test_charge_uses_the_deposit_first_and_gives_back_to_the_debt_first(deposit, owed, amount):
    deposit, owed = (deposit, 0) if deposit > owed else (0, owed)
    lines = dict(charge_advertiser({"deposit": deposit, "owed": -owed}, "deposit", "owed", amount))
    after = (deposit + lines["deposit"], owed - lines["owed"])
    assert min(after) == 0 or (amount == 0 and after == (deposit, owed))
    assert after[0] - after[1] == deposit - owed - amount


@given(available=AMOUNTS, debt=AMOUNTS, amount=AMOUNTS)
def test_give_repays_debt_first(available, debt, amount):
    available, debt = (available, 0) if available > debt else (0, debt)
    lines = dict(give({"available": available, "debt": -debt}, "available", "debt", amount))
    after = (available + lines["available"], debt - lines["debt"])
    assert min(after) == 0
    assert after[0] - after[1] == available - debt + amount


@given(available=AMOUNTS, debt=AMOUNTS, amount=AMOUNTS)
def test_take_back_is_never_refused(available, debt, amount):
    available, debt = (available, 0) if available > debt else (0, debt)
    lines = dict(take_back({"available": available, "debt": -debt}, "available", "debt", amount))
    after = (available + lines["available"], debt - lines["debt"])
    assert min(after) == 0
    assert after[0] - after[1] == available - debt - amount


# -- Whole lives -----------------------------------------------------------------------------------------------------


@dataclass
class Plain:
    """A second, independent reckoning: what everybody must have, kept as plain sums."""

    hold: int = 0
    net: int = 0  # available − debt
    in_payout: int = 0
    clearing: int = 0
    paid: int = 0
    fees: int = 0
    revenue: int = 0
    deposits: int = 0
    released: int = 0
    keys: Counter = field(default_factory=Counter)

    def expected(self) -> dict[str, int]:
        advertiser = self.deposits - self.revenue
        earned = self.hold + self.released
        found = {
            "hold": self.hold, "available": max(self.net, 0), "debt": max(-self.net, 0), "in_payout": self.in_payout,
            "clearing": self.clearing, "fees": self.fees, "revenue": self.revenue, "cost": earned,
            "deposit": max(advertiser, 0), "receivable": max(-advertiser, 0), "cash": self.deposits - self.paid,
        }  # fmt: skip
        return {kind: units for kind, units in found.items() if units}


def _approve(plain, amount):
    approved(revenue=2 * amount, earning=amount)
    plain.revenue += 2 * amount
    plain.hold += amount


def _decline_held(plain, amount):
    amount = min(amount, plain.hold)
    if amount:
        clawed_back(revenue=amount, hold=amount)
        plain.hold -= amount
        plain.revenue -= amount


def _release(plain, amount):
    amount = min(amount, plain.hold)
    if amount:
        did("release", amount=amount)
        plain.hold -= amount
        plain.net += amount
        plain.released += amount


def _claw_back(plain, amount):
    amount = min(amount, plain.released)
    if amount:
        clawed_back(revenue=amount, released=amount)
        plain.revenue -= amount
        plain.net -= amount
        plain.released -= amount


def _request(plain, amount):
    if amount > max(plain.net, 0):
        with pytest.raises(NotEnough), transaction.atomic():
            did("request_payout", amount=amount)
    else:
        did("request_payout", amount=amount)
        plain.net -= amount
        plain.in_payout += amount


def _reject(plain, amount):
    amount = min(amount, plain.in_payout)
    did("reject_payout", amount=amount)
    plain.in_payout -= amount
    plain.net += amount


def _send(plain, amount):
    amount, fee = min(amount, plain.in_payout), min(amount, plain.in_payout) // 10
    did("send_payout", amount=amount, fee=fee)
    plain.in_payout -= amount
    plain.clearing += amount - fee
    plain.fees += fee


def _confirm(plain, amount):
    amount = min(amount, plain.clearing)
    did("confirm_payout", amount=amount)
    plain.clearing -= amount
    plain.paid += amount


def _fail(plain, amount):
    amount = min(amount, plain.clearing)
    did("fail_payout", amount=amount, was_paid=False)
    plain.clearing -= amount
    plain.net += amount


def _return(plain, amount):
    amount = min(amount, plain.paid)
    did("fail_payout", amount=amount, was_paid=True)
    plain.paid -= amount
    plain.net += amount


def _deposit(plain, amount):
    did("record_deposit", amount=amount)
    plain.deposits += amount


EVENTS = (_approve, _decline_held, _release, _claw_back, _request, _reject, _send, _confirm, _fail, _return, _deposit)
LIVES = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(1, 500)), min_size=1, max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LIVES)
def test_books_agree_with_an_independent_reckoning(in_network, life):
    plain = Plain()
    with transaction.atomic():
        for event, amount in life:
            event(plain, amount)
        found = money()
        assert {kind: abs(units) if kind != "cash" else units for kind, units in found.items()} == plain.expected()
        broken = [each.name for each in examine(LEDGER, network_id=in_network.pk, now=NOW) if not each.holds]
        assert broken in ([], ["journals_have_entries"])  # an event of nothing writes a journal of nothing
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("event", "amounts"),
    [
        ("release", {"amount": 10}),
        ("request_payout", {"amount": 10}),
        ("reject_payout", {"amount": 10}),
        ("send_payout", {"amount": 10, "fee": 1}),
        ("confirm_payout", {"amount": 10}),
        ("fail_payout", {"amount": 10, "fee": 1, "was_paid": False}),
        ("record_deposit", {"amount": 10}),
        ("recognise", {"revenue_change": 10, "hold_change": 5, "released_change": 0}),
    ],
)
def test_every_event_with_the_same_key_happens_once(in_network, event, amounts):
    approved(revenue=400, earning=200)
    did("release", amount=100)
    did("request_payout", amount=50)
    did("send_payout", amount=30, fee=10)
    first = did(event, key="same", **amounts)
    before = (money(), Entry.objects.count())
    assert did(event, key="same", **amounts) == first
    assert (money(), Entry.objects.count()) == before
