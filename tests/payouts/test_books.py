"""Every invariant holds after a life with everything in it, and finds the fault that is planted for it.

The books are made once through the services; each fault is planted by the database's owner with all triggers off, is
looked for, and is rolled back.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connections, transaction

from cpanet.tenancy.scope import network_scope
from payouts.books import ALL, examine_books
from payouts.models import BankPayment
from payouts.services import adjustments, bank, deposits, outcomes
from tests import factories
from tests.factories import NOW
from tests.fixtures.database import _fresh_copy
from tests.payouts import statements, story
from tests.payouts.forgery import enter, forge
from tests.payouts.story import AFTER_HOLD, usd
from tracking.services.holds import release_due_holds

LATER = AFTER_HOLD + timedelta(minutes=4)


@pytest.fixture(scope="module")
def good_books(django_db_setup, django_db_blocker):
    """Two networks in whose books every kind of event has happened. Answers their ids."""
    with django_db_blocker.unblock():
        network, other = factories.network(), factories.network(name="Beta", host="beta.test")
        for each in (other, network):
            with network_scope(each.pk):
                _live()
        yield network.pk, other.pk
        _fresh_copy(None)


def _live():
    alice, bob = factories.affiliate(name="Alice"), factories.affiliate(name="Bob")
    carol = factories.affiliate(name="Carol", referrer=bob)
    story.refer(percent=1000)
    first, second, shop = factories.user(), factories.user(), factories.advertiser()
    offer = factories.offer(advertiser=shop)
    factories.goal(offer=offer, revenue="60", earning="45")
    deposits.record_deposit(
        advertiser=shop, amount=usd("100"), currency="USD", reference="Bank", idempotency_key="1", actor=first, now=NOW
    )
    for _ in range(3):
        story.approve(story.lead(alice, offer=offer))
    release_due_holds(now=AFTER_HOLD)
    clawed = story.earned(bob, "50")
    bank = story.method()
    of_alice, of_bob = story.payable(alice, bank), story.payable(bob, bank, account=story.OTHER_IBAN)
    story.paid([story.requested(bob, "50", of_bob)], first=first, second=second)
    story.decline(clawed, at=AFTER_HOLD)
    failing = story.requested(alice, "20", of_alice)
    story.sent([failing, story.requested(alice, "30", of_alice)], first=first, second=second)
    outcomes.mark_failed(payout_id=failing.pk, reason="Closed", actor=first, now=AFTER_HOLD)
    returning = story.requested(alice, "15", of_alice)
    story.paid([returning], first=first, second=second)
    outcomes.mark_returned(payout_id=returning.pk, reason="Wrong", actor=first, now=AFTER_HOLD)
    story.requested(alice, "40", of_alice)
    story.approve(story.lead(alice, offer=offer, at=AFTER_HOLD), at=AFTER_HOLD)
    story.lead(bob, offer=offer, at=AFTER_HOLD)
    story.decline(story.lead(bob, offer=offer, at=AFTER_HOLD), at=AFTER_HOLD)
    story.approve(story.lead(carol, offer=offer, at=AFTER_HOLD), at=AFTER_HOLD)
    late_payer = factories.advertiser()
    advance = factories.offer(advertiser=late_payer, needs_funding=True)
    factories.goal(offer=advance, revenue="10", earning="8")
    prepaid, owed = story.lead(carol, offer=advance), story.lead(carol, offer=advance, at=AFTER_HOLD)
    story.approve(prepaid)
    story.approve(owed, at=AFTER_HOLD)
    deposits.record_deposit(
        advertiser=late_payer, amount=usd("20"), currency="USD", reference="Bank", idempotency_key="2", actor=first,
        now=AFTER_HOLD,
    )  # fmt: skip
    release_due_holds(now=AFTER_HOLD)
    dan = factories.affiliate(name="Dan")
    story.earned(dan, "7")
    story.exchanged(dan, usd("1"))
    story.approve(story.lead(carol, offer=offer, at=AFTER_HOLD), at=AFTER_HOLD)
    _live_of_receivables(alice, first, second)


def _live_of_receivables(alice, first, second):
    """Bank payments, a refund, an invoice and its credit note, adjustments and a debt written off."""
    grocer = factories.advertiser()
    offer = factories.offer(advertiser=grocer)
    factories.goal(offer=offer, revenue="30", earning="20")
    bank.import_statement(
        content=statements.MT940.encode(), file_name="bank.sta", currency="USD", actor=first, now=AFTER_HOLD
    )
    paid = BankPayment.objects.get(amount=usd("500"))
    bank.confirm_payment(payment_id=paid.pk, advertiser_id=grocer.pk, actor=first, now=AFTER_HOLD)
    refund = {"advertiser": grocer, "amount": usd("460"), "currency": "USD", "reason": "Asked", "actor": first}
    deposits.refund_deposit(**refund, idempotency_key="1", now=AFTER_HOLD)
    leads = [story.approve(story.lead(alice, offer=offer, at=AFTER_HOLD), at=AFTER_HOLD) for _ in range(3)]
    for _ in range(2):
        story.invoiced(grocer, first)
        story.decline(leads[0], at=AFTER_HOLD)
    moved = {"currency": "USD", "reason": "Agreed", "actor": first, "now": AFTER_HOLD}
    for debit, credit in ((("cost", 0), ("available", alice.pk)), (("cash", 0), ("fees", 0))):
        made = adjustments.propose(debit=debit, credit=credit, amount=usd("3"), idempotency_key=f"{credit[0]}", **moved)
        adjustments.confirm(adjustment_id=made.pk, actor=second, now=AFTER_HOLD)
    lost = adjustments.propose_write_off(advertiser=grocer, amount=usd("5"), idempotency_key="loss", **moved)
    adjustments.confirm(adjustment_id=lost.pk, actor=second, now=AFTER_HOLD)


@pytest.fixture
def plant(good_books, django_db_blocker):
    """`with plant(sql) as broken:` – the findings of the invariants that see the fault."""

    @contextmanager
    def planting(*statements, now=LATER, forged=good_books[0]):
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            forge(statements, forged)
            enter(cursor, good_books[0])
            findings = examine_books(network_id=good_books[0], now=now, using=connections["owner"])
            yield {finding.name: finding for finding in findings if not finding.holds}
            transaction.set_rollback(True, "owner")

    with django_db_blocker.unblock():
        yield planting


def test_everything_holds(good_books, django_db_blocker):
    with django_db_blocker.unblock(), network_scope(good_books[0]):
        findings = examine_books(network_id=good_books[0], now=LATER)
    assert [finding.name for finding in findings if not finding.holds] == []
    assert len(findings) == len(ALL) == len({finding.name for finding in findings})


OF = "network_id = %(network)s"
LIFT_BOUNDS = "ALTER TABLE ledger_account DROP CONSTRAINT account_within_bounds"


def first(table, condition="true"):
    return f"(SELECT max(id) FROM {table} WHERE {OF} AND {condition})"


def account(kind):
    return first("ledger_account", f"kind = '{kind}' AND balance <> 0")


FAULTS = {
    "position_is_exchanges": [f"UPDATE payouts_currencyexchange SET sold = sold + 1 WHERE {OF}"],
    "adjustments_match_journals": [
        f"UPDATE payouts_adjustment SET amount = amount + 1 WHERE {OF} AND credit_kind = 'available'"
    ],
    "bad_debt_is_written_off": [f"UPDATE payouts_adjustment SET amount = amount + 1 WHERE {OF} AND kind = 'write_off'"],
    "bank_payments_match_deposits": [
        f"UPDATE payouts_bankpayment SET amount = amount + 1 WHERE {OF} AND status = 'booked'"
    ],
    "invoices_are_their_leads": [f"UPDATE payouts_invoice SET total = total + 1 WHERE {OF} AND kind = 'credit_note'"],
    "invoice_lines_are_their_leads": [
        f"UPDATE payouts_invoiceline SET amount = amount + 1 WHERE id = {first('payouts_invoiceline')}"
    ],
    "leads_are_invoiced_as_recognised": [
        f"UPDATE payouts_invoicerow SET amount = amount + 1 "
        f"WHERE id = {first('payouts_invoicerow', 'NOT is_correction')}"
    ],
    "invoice_numbers_without_gaps": [
        f"UPDATE payouts_invoice SET number = number + 1 WHERE {OF} AND kind = 'credit_note'"
    ],
    "journals_sum_to_zero": [f"UPDATE ledger_entry SET amount = amount + 1 WHERE id = {first('ledger_entry')}"],
    "journals_have_entries": [f"DELETE FROM ledger_entry WHERE journal_id = {first('ledger_journal')}"],
    "balance_is_sum_of_entries": [f"UPDATE ledger_account SET balance = balance + 1 WHERE id = {account('available')}"],
    "versions_without_gaps": [f"UPDATE ledger_account SET version = version + 1 WHERE id = {account('available')}"],
    "balances_chain": [f"UPDATE ledger_entry SET balance_after = balance_after + 1 WHERE id = {first('ledger_entry')}"],
    "balances_within_bounds": [LIFT_BOUNDS, f"UPDATE ledger_account SET balance = -1 WHERE id = {account('hold')}"],
    "books_sum_to_zero": [f"UPDATE ledger_account SET balance = balance + 1 WHERE id = {account('revenue')}"],
    "available_or_debt": [
        f"UPDATE ledger_account SET balance = 5 WHERE {OF} AND kind = 'available' AND owner_id = "
        f"(SELECT owner_id FROM ledger_account WHERE {OF} AND kind = 'debt' AND balance < 0)"
    ],
    "deposit_or_owed": [
        f"UPDATE ledger_account SET balance = 5 WHERE {OF} AND kind = 'deposit' AND owner_id = "
        f"(SELECT min(owner_id) FROM ledger_account WHERE {OF} AND kind = 'receivable' AND balance < 0)"
    ],
    "hold_is_leads_on_hold": [
        f"UPDATE tracking_conversion SET held = held + 1, earning = earning + 1 WHERE {OF} AND held > 0"
    ],
    "revenue_is_recognised": [
        f"UPDATE tracking_conversion SET revenue = revenue + 1, recognised_revenue = recognised_revenue + 1 "
        f"WHERE id = {first('tracking_conversion', 'held > 0')}"
    ],
    "cost_is_earnings": [
        f"UPDATE tracking_conversion SET released = released + 1, earning = earning + 1 WHERE {OF} AND released > 0"
    ],
    "referral_cost_is_referrals": [
        f"UPDATE tracking_conversion SET referral_released = referral_released + 1, referral = referral + 1 "
        f"WHERE {OF} AND referral_released > 0"
    ],
    "leads_match_journals": [  # two leads exchange what is recognised of them: every sum stays as it was
        f"UPDATE tracking_conversion SET revenue = revenue + 1, recognised_revenue = recognised_revenue + 1 "
        f"WHERE id = {first('tracking_conversion', 'held > 0')}",
        f"UPDATE tracking_conversion SET revenue = revenue - 1, recognised_revenue = recognised_revenue - 1 "
        f"WHERE id = {first('tracking_conversion', 'released > 0')}",
    ],
    "in_payout_is_waiting_payouts": [
        f"UPDATE payouts_payout SET amount = amount + 1 WHERE {OF} AND status = 'requested'"
    ],
    "clearing_is_payouts_underway": [f"UPDATE payouts_payout SET status = 'paid' WHERE {OF} AND status = 'sent'"],
    "fees_are_fees_of_payouts": [f"UPDATE payouts_payout SET fee = fee + 1 WHERE {OF} AND status = 'paid'"],
    "cash_is_deposits_less_paid": [f"UPDATE payouts_payout SET status = 'returned' WHERE {OF} AND status = 'paid'"],
    "payouts_match_journals": [  # one cent of the fee changes over from one payout to another
        f"UPDATE payouts_payout SET fee = fee + 1 WHERE {OF} AND status = 'paid'",
        f"UPDATE payouts_payout SET fee = fee - 1 WHERE {OF} AND status = 'returned'",
    ],
    "webmaster_has_earned_less_paid": [
        f"UPDATE payouts_payout SET affiliate_id = {first('accounts_affiliate')} WHERE {OF} AND status = 'sent'"
    ],
    "advertiser_has_deposits_less_leads": [
        f"UPDATE tracking_conversion SET advertiser_id = advertiser_id - 1 WHERE {OF} AND held > 0"
    ],
    "no_release_before_its_hold": [
        f"UPDATE tracking_conversion SET released_at = hold_until - interval '1 second' WHERE {OF} AND released > 0"
    ],
    "no_release_before_its_payment": [
        f"UPDATE tracking_conversion SET funded_at = NULL WHERE {OF} AND needs_funding AND released > 0"
    ],
    "no_release_is_late": [
        f"UPDATE tracking_conversion SET hold_until = updated_at - interval '1 day' WHERE {OF} AND held > 0"
    ],
}


def test_every_invariant_has_its_fault():
    assert set(FAULTS) == {invariant.name for invariant in ALL}


@pytest.mark.parametrize("name", FAULTS)
def test_planted_fault_is_found(plant, name):
    now = LATER + timedelta(minutes=2) if name == "no_release_is_late" else LATER
    with plant(*FAULTS[name], now=now) as broken:
        assert name in broken
        assert broken[name].examples


@pytest.mark.parametrize("name", ["leads_match_journals", "payouts_match_journals"])
def test_faults_that_no_sum_shows_are_found_row_by_row(plant, name):
    with plant(*FAULTS[name]) as broken:
        sums = {"revenue_is_recognised", "cost_is_earnings", "fees_are_fees_of_payouts", "books_sum_to_zero"}
        assert not sums & broken.keys()


def test_late_release_is_excused_for_five_minutes_and_while_blocked(plant):
    due = f"UPDATE tracking_conversion SET hold_until = updated_at - interval '1 day' WHERE {OF} AND held > 0"
    with plant(due, now=LATER) as broken:
        assert "no_release_is_late" not in broken
    blocked = f"UPDATE tracking_conversion SET is_blocked = true WHERE {OF} AND held > 0"
    with plant(due, blocked, now=LATER + timedelta(days=1)) as broken:
        assert "no_release_is_late" not in broken


def test_a_lead_that_waits_for_its_advertiser_is_not_late(plant):
    due = f"UPDATE tracking_conversion SET hold_until = updated_at - interval '1 day' WHERE {OF} AND held > 0"
    unpaid = f"UPDATE tracking_conversion SET needs_funding = true, funded_at = NULL WHERE {OF} AND held > 0"
    with plant(due, unpaid, now=LATER + timedelta(days=1)) as broken:
        assert "no_release_is_late" not in broken


def test_a_referrers_part_that_changed_over_to_another_is_found(plant, good_books):
    """Nothing that is summed by lead shows it: the whole of the hold is right, but not whose it is."""
    other = f"(SELECT min(id) FROM accounts_affiliate WHERE {OF})"
    with plant(f"UPDATE tracking_conversion SET referrer_id = {other} WHERE {OF} AND referral_held > 0") as broken:
        assert broken.keys() == {"hold_is_leads_on_hold", "webmaster_has_earned_less_paid"}


def test_fault_of_another_network_is_not_ours(plant, good_books):
    with plant(*FAULTS["in_payout_is_waiting_payouts"], forged=good_books[1]) as broken:
        assert not broken
