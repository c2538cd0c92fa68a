"""The catalogue: no table of a tenant without its wall."""

import pytest
from django.db import DatabaseError, connection, connections, transaction

from cpanet.accounts.models import Affiliate, User
from cpanet.ledger.models import Journal
from cpanet.tenancy import walls
from cpanet.tenancy.scope import NoNetworkScope, WrongNetwork, current_network_id_or_none, network_scope
from tests import factories
from tests.killing import killed_at


@pytest.mark.django_db(databases=["default", "owner"])
def test_every_table_is_walled():
    assert walls.cracks("owner") == []


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_catalogue_check_finds_a_table_without_a_wall():
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE gap (id bigint PRIMARY KEY, network_id bigint, name text UNIQUE)")
    try:
        found = walls.cracks("owner")
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("DROP TABLE gap")
    assert "table gap has no forced row-level security" in found
    assert "unique key gap_name_key of gap leaves out the network" in found


@pytest.mark.django_db
def test_application_role_is_an_ordinary_one():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_outside_a_scope_the_manager_refuses(db):
    with pytest.raises(NoNetworkScope):
        Affiliate.objects.count()


def test_database_hides_other_networks_from_the_bypass_and_raw_sql(network, other_network):
    with network_scope(network.pk):
        factories.affiliate(name="Alice")
    with network_scope(other_network.pk):
        assert Affiliate.all_networks.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_affiliate")
            assert cursor.fetchone() == (0,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_affiliate")
        assert cursor.fetchone() == (0,)


def test_writing_another_networks_row_is_refused_by_both_walls(network, other_network):
    with network_scope(network.pk):
        with pytest.raises(WrongNetwork):
            Affiliate.objects.create(name="Mallory", network=other_network)
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO accounts_affiliate (network_id, uid, name, status, status_reason, messenger, about,"
                " fallback_url)"
                " VALUES (%s, gen_random_uuid(), 'Mallory', 'approved', '', '', '', '')",
                [other_network.pk],
            )


def test_foreign_key_cannot_point_into_another_network(network, other_network):
    with network_scope(other_network.pk):
        foreign = factories.advertiser()
    with network_scope(network.pk), pytest.raises(DatabaseError, match="violates foreign key"), transaction.atomic():
        factories.offer(advertiser=foreign)
        connection.check_constraints()


def test_same_email_may_exist_in_two_networks(network, other_network):
    for each in (network, other_network):
        with network_scope(each.pk):
            factories.user("same@example.com")
            assert User.objects.filter(email="same@example.com").count() == 1


def test_scope_ends_with_its_block_even_after_an_error(network, other_network):
    with network_scope(network.pk):
        factories.affiliate()
        with pytest.raises(ZeroDivisionError), network_scope(other_network.pk):
            raise ZeroDivisionError
        assert Affiliate.all_networks.count() == 1
        with network_scope(other_network.pk):
            assert Affiliate.all_networks.count() == 0
        assert Affiliate.all_networks.count() == 1


def test_ledger_cannot_be_changed_by_the_application(in_network):
    with pytest.raises(DatabaseError), transaction.atomic():
        Journal.objects.update(key="forged")


@pytest.mark.django_db(transaction=True)
def test_a_scope_whose_database_dies_is_left(network):
    """At each of its statements, the first included: nothing of the thread's later work belongs to the network."""

    def visit():
        with network_scope(network.pk):
            Affiliate.objects.count()

    died = [not killed_at(statement, visit) for statement in (1, 2, 3)]
    assert died == [True] * 3 and current_network_id_or_none() is None
