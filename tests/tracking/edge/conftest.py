"""A network that is really committed, for what works over connections of its own (shipper, sidecar, processes)."""

import pytest
from django.db import connections

from tests import factories


@pytest.fixture(scope="module")
def network_id(django_db_setup, django_db_blocker):
    """The id of a committed network, gone after the module: a copy of the database for each test costs seconds."""
    with django_db_blocker.unblock():
        network = factories.network(host="go.alpha.test")
        yield network.pk
        with connections["owner"].cursor() as cursor:
            cursor.execute("DELETE FROM tenancy_domain WHERE network_id = %s", [network.pk])
            cursor.execute("DELETE FROM tenancy_network WHERE id = %s", [network.pk])


@pytest.fixture
def empty_click_tables(network_id):
    """Nothing shipped before the test, nothing left after it."""
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE tracking_click, tracking_spooloffset, tracking_dirtyhour")
