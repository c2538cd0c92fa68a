"""post(): one fact, one journal; append-only; nothing unbalanced survives a commit."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from cpanet.ledger.journal import KeyReused, NotEnough, lock_accounts, post
from cpanet.ledger.kinds import Ref
from cpanet.ledger.models import Account, Entry, Journal
from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.factories import NOW
from tests.ledger.posting import approved, did, money

CASH, FEES = Ref("cash", 0, "USD"), Ref("fees", 0, "USD")


def journal(lines, *, key="k", kind="test", body=None):
    """Post these (ref, amount) lines as they are."""
    refs = [ref for ref, _ in lines]
    return post(
        key=key, kind=kind, body=body or {}, refs=refs, lines=lambda balances: lines, actor=None, effective_at=NOW
    )


def plain(key="k", amount=5, kind="test"):
    return journal([(CASH, -amount), (FEES, amount)], key=key, kind=kind, body={"amount": amount})


def test_same_key_and_fact_gives_the_stored_journal(in_network):
    assert plain().pk == plain().pk
    assert money() == {"cash": 5, "fees": 5}
    assert Entry.objects.count() == 2


def test_same_key_with_another_fact_is_refused(in_network):
    plain()
    with pytest.raises(KeyReused):
        plain(amount=6)
    with pytest.raises(KeyReused):
        plain(kind="other")
    assert money() == {"cash": 5, "fees": 5}


def test_key_belongs_to_its_network(network, other_network):
    for each in (network, other_network):
        with network_scope(each.pk):
            plain()
            assert money() == {"cash": 5, "fees": 5}


def test_lines_of_one_account_become_one_entry_and_zeros_none(in_network):
    made = journal([(CASH, -3), (CASH, 1), (FEES, 2), (Ref("rounding", 0, "USD"), 0)])
    assert sorted(made.entries.values_list("amount", flat=True)) == [-2, 2]


def test_entries_remember_version_and_balance(in_network):
    plain("a", 5)
    plain("b", 7)
    rows = Entry.objects.filter(account__kind="fees").order_by("account_version")
    assert list(rows.values_list("account_version", "amount", "balance_after")) == [(1, 5, 5), (2, 7, 12)]


def test_refused_event_leaves_no_journal(in_network):
    approved(revenue=10, earning=8)
    with pytest.raises(NotEnough), transaction.atomic():
        did("request_payout", amount=1, key="payout:1:request")
    assert not Journal.objects.filter(key="payout:1:request").exists()


@pytest.mark.parametrize(
    ("event", "amounts"),
    [
        ("release", {"amount": -1}),
        ("request_payout", {"amount": -1}),
        ("reject_payout", {"amount": -1}),
        ("record_deposit", {"amount": -1}),
        ("confirm_payout", {"amount": -1}),
        ("send_payout", {"amount": 5, "fee": 6}),
        ("send_payout", {"amount": 5, "fee": -1}),
        ("fail_payout", {"amount": -5, "was_paid": False}),
        ("recognise", {"revenue_change": 0, "hold_change": 0, "released_change": 1}),
    ],
)
def test_no_event_runs_backwards(in_network, event, amounts):
    with pytest.raises(ValueError, match="negative amount"):
        did(event, **amounts)


@pytest.mark.parametrize(("kind", "amount"), [("hold", -1), ("available", -1), ("in_payout", -1), ("debt", 1)])
def test_database_refuses_a_balance_out_of_bounds(in_network, kind, amount):
    ref = Ref(kind, 7, "USD")
    with pytest.raises(IntegrityError, match="account_within_bounds"), transaction.atomic():
        journal([(ref, amount), (CASH, -amount)])


@pytest.mark.parametrize("model", [Journal, Entry])
def test_application_may_not_change_what_is_written(in_network, model):
    plain()
    for change in (lambda rows: rows.update(network_id=in_network.pk), lambda rows: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change(model.objects.all())


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_not_even_the_owner_changes_what_is_written():
    network = factories.network()
    with network_scope(network.pk):
        plain()
    for statement in (
        "UPDATE ledger_entry SET amount = amount + 1",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "UPDATE ledger_journal SET key = 'forged'",
        "DELETE FROM ledger_journal",
        "TRUNCATE ledger_journal CASCADE",
        "DELETE FROM ledger_account",
    ):
        with pytest.raises(DatabaseError), transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            cursor.execute(f"SELECT set_config('app.network', '{network.pk}', true)")
            cursor.execute(statement)
            pytest.fail(f"{statement} went through")


@pytest.mark.django_db(transaction=True)
def test_unbalanced_journal_is_refused_at_the_commit():
    """The scope is closed when the deferred check runs: it must see the rows all the same."""
    network = factories.network()
    with pytest.raises(IntegrityError, match="does not sum to zero"), network_scope(network.pk):
        journal([(CASH, 5)])
    with network_scope(network.pk):
        assert not Journal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_balance_cannot_move_without_an_entry():
    network = factories.network()
    with network_scope(network.pk):
        plain()
    with pytest.raises(IntegrityError, match="has no entry"), network_scope(network.pk):
        Account.objects.filter(kind="fees").update(balance=1_000_000)
    with pytest.raises(IntegrityError, match="has no entry"), network_scope(network.pk):
        Account.objects.create(kind="available", owner_id=1, currency="USD", balance=1)


@pytest.mark.django_db(transaction=True)
def test_checks_at_the_commit_leave_the_scope_as_it_was():
    network = factories.network()
    with network_scope(network.pk):
        plain()
        connection.check_constraints()
        assert money() == {"cash": 5, "fees": 5}


def test_locking_makes_accounts_once(in_network):
    lock_accounts([CASH, FEES])
    lock_accounts([FEES, CASH, Ref("debt", 1, "USD")])
    assert Account.objects.count() == 3
