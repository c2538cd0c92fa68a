"""Every invariant holds after a life with everything in it, and finds the fault that is planted for it.

The books are made once through the services; each fault is planted by the database's owner with all triggers off, is
looked for, and is rolled back.
"""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone

from cpanet.accounts.models import AuditEntry
from cpanet.accounts.roles import Role
from cpanet.tenancy.scope import network_scope
from payouts import tasks
from payouts.books import ALL, examine_books
from payouts.models import PayoutFreeze
from payouts.services import deposits, freezes, outcomes
from payouts.services.states import Frozen
from tests import factories
from tests.factories import NOW
from tests.fixtures.database import _fresh_copy
from tests.payouts import story
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


TABLES = ("ledger_account", "ledger_journal", "ledger_entry", "tracking_conversion", "payouts_payout")


def forge(statements, network_id):
    """Write what nobody may write: as the tables' owner, their triggers off, in a transaction of his connection."""
    with connections["owner"].cursor() as cursor:
        _enter(cursor, network_id)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement, {"network": network_id})
            assert cursor.rowcount != 0, "the fault hit no row"


def forge_for_good(statement, network_id):
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        forge([statement], network_id)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _enter(cursor, network_id):
    cursor.execute("SELECT set_config('app.network', %s, true)", [str(network_id)])


@pytest.fixture
def plant(good_books, django_db_blocker):
    """`with plant(sql) as broken:` – the findings of the invariants that see the fault."""

    @contextmanager
    def planting(*statements, now=LATER, forged=good_books[0]):
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            forge(statements, forged)
            _enter(cursor, good_books[0])
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


def test_fault_of_another_network_is_not_ours(plant, good_books):
    with plant(*FAULTS["in_payout_is_waiting_payouts"], forged=good_books[1]) as broken:
        assert not broken


# -- What is done about it -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_nightly_check_freezes_payouts_until_the_books_agree(capsys):
    network, other = factories.network(), factories.network(name="Beta", host="beta.test")
    with network_scope(network.pk):
        alice, first, second = factories.affiliate(), factories.user(), factories.user()
        factories.membership(user=first, role=Role.FINANCE)
        payout = story.waiting(alice, "50")
    forge_for_good("UPDATE payouts_payout SET amount = amount + 100 WHERE network_id = %(network)s", network.pk)
    tasks.check_books()
    tasks.check_books()
    with network_scope(other.pk):
        assert not PayoutFreeze.objects.exists()
    with network_scope(network.pk):
        freeze = PayoutFreeze.objects.get()
        assert {finding["name"] for finding in freeze.findings} >= {"in_payout_is_waiting_payouts"}
        assert AuditEntry.objects.filter(action="books.differ").exists()
        with pytest.raises(Frozen):
            story.sent([payout], first=first, second=second)
        with pytest.raises(freezes.BooksDiffer, match="In payout"):
            freezes.lift_freeze(actor=first, now=NOW)
    with pytest.raises(SystemExit):
        call_command("check_ledger", host="alpha.test")
    report = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert report["networks"][0]["invariants"]["in_payout_is_waiting_payouts"]["differences"] == 1
    forge_for_good("UPDATE payouts_payout SET amount = amount - 100 WHERE network_id = %(network)s", network.pk)
    with network_scope(network.pk):
        freezes.lift_freeze(actor=first, now=NOW)
        story.sent([payout], first=first, second=second)


def test_check_ledger_prints_one_object_with_every_invariant(people, capsys):
    call_command("check_ledger")
    report = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert report["holds"] is True
    assert [each["network"] for each in report["networks"]] == ["alpha.test", "beta.test"]
    assert all(len(each["invariants"]) == len(ALL) for each in report["networks"])


def test_check_ledger_says_when_there_is_no_such_network(network):
    with pytest.raises(CommandError, match="No network answers under 'nowhere'"):
        call_command("check_ledger", host="nowhere")


def test_staff_sees_the_freeze_and_lifts_it_when_the_books_agree(people, in_network):
    PayoutFreeze.objects.create(frozen_at=NOW, findings=[{"name": "cash", "says": "Cash differs", "differences": 3}])
    page = people.finance.client.get("/manager/payouts/").content.decode()
    assert "Payouts are frozen" in page
    assert "Cash differs: 3" in page
    assert people.support.client.post("/manager/payouts/unfreeze/").status_code == 403
    payout = story.waiting(people.alice.affiliate, "50")
    refused = people.finance.client.post("/manager/batches/new/", {"payout": payout.pk}, follow=True)
    assert "payouts are frozen until it is settled" in refused.content.decode()
    release_due_holds(now=timezone.now())
    people.finance.client.post("/manager/payouts/unfreeze/")
    assert "Payouts are frozen" not in people.finance.client.get("/manager/payouts/").content.decode()
    assert PayoutFreeze.objects.get().lifted_by == people.finance.user


def test_release_holds_by_hand_at_a_given_moment(people, in_network, capsys):
    story.approve(story.lead(people.alice.affiliate, earning="12.50", revenue="20"))
    for moment, released in ((NOW, {}), (AFTER_HOLD, {"USD": "12.50"}), (AFTER_HOLD, {})):
        call_command("release_holds", now=moment.isoformat())
        report = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        assert report["amounts"] == released
    assert story.money(people.alice.affiliate) == {"available": "12.50"}


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-22", "2026-11-22T06:00:00", "2026-13-40T00:00:00Z"])
def test_release_holds_wants_a_moment_with_its_zone(db, moment):
    with pytest.raises(CommandError, match="is no moment"):
        call_command("release_holds", now=moment)


def test_clock_releases_in_every_network(people, network, other_network, time_machine):
    for each, webmaster in ((network, people.alice), (other_network, people.charlie)):
        with network_scope(each.pk):
            story.approve(story.lead(webmaster.affiliate, earning="5", revenue="6"))
    time_machine.move_to(AFTER_HOLD)
    for _ in range(2):
        tasks.release_due_holds()
    for each, webmaster in ((network, people.alice), (other_network, people.charlie)):
        with network_scope(each.pk):
            assert story.money(webmaster.affiliate) == {"available": "5.00"}
