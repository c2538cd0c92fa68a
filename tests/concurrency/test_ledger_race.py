"""Four processes that post journals of all kinds over the same accounts: nothing is lost, nobody waits in a circle."""

import pytest
from django.utils import timezone

from cpanet.ledger.checks import LEDGER, examine
from cpanet.ledger.models import Journal
from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.ledger.storm import blow

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.mark.parametrize(("processes", "journals"), [(4, 500), pytest.param(8, 20_000, marks=pytest.mark.slow)])
def test_many_processes_over_few_accounts(db, processes, journals):
    network = factories.network()
    said = blow(network_id=network.pk, processes=processes, journals=journals, seed=20_261_122)
    assert (said["deadlocks"], said["violations"]) == (0, 0)
    assert min(said[kind] for kind in ("approve", "release", "lower", "claw_back", "send", "fail", "return")) > 0
    assert said["repeat"] > 0 and said["refused"] > 0
    with network_scope(network.pk):
        assert Journal.objects.count() == journals
        findings = examine(LEDGER, network_id=network.pk, now=timezone.now())
    assert [finding.name for finding in findings if not finding.holds] == []
