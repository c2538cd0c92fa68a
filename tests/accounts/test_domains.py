"""Host names of a network, and the links written with them."""

import pytest

from cpanet.accounts.models import AuditEntry
from cpanet.tenancy.models import Domain, Network
from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.edge.build import SnapshotWriter
from tracking.edge.snapshot import read_snapshot

PAGE = "/manager/domains/"


@pytest.fixture
def link(network, people):
    with network_scope(network.pk):
        offer = factories.offer(access="open")
        return factories.link(offer=offer, affiliate=people.alice.affiliate)


def test_a_domain_of_its_own_for_links(people, network, link, tmp_path):
    assert people.owner.client.post(PAGE, {"host": " Go.Alpha-Links.test. "}).status_code == 302
    added = Domain.objects.get(host="go.alpha-links.test")
    assert (added.network_id, added.is_primary, added.is_for_links) == (network.pk, False, False)
    shown = f"/webmaster/links/{link.pk}/"
    assert "go.alpha-links.test" not in people.alice.client.get(shown).text
    assert people.owner.client.post(f"{PAGE}{added.pk}/links/").status_code == 302
    assert f"go.alpha-links.test:8001/c/{link.code}" in people.alice.client.get(shown).text
    writer = SnapshotWriter(tmp_path / "snapshot.jsonl")
    writer.refresh()
    hosts = read_snapshot(writer.path).hosts
    assert hosts["go.alpha-links.test"] == hosts["alpha.test"] == network.pk  # the links given out before go on working
    assert people.owner.client.post(f"{PAGE}{added.pk}/remove/").status_code == 302
    assert "go.alpha-links.test" not in people.alice.client.get(shown).text
    with network_scope(network.pk):
        actions = list(AuditEntry.objects.filter(action__startswith="domain").values_list("action", flat=True))
    assert sorted(actions) == ["domain.added", "domain.for_links", "domain.removed"]


def test_refused_host_names(people, network, other_network, settings):
    settings.OPERATOR_HOSTS = ["operator.test"]
    cases = {
        "beta.test": "belongs to somebody",
        "alpha.test": "belongs to somebody",
        "operator.test": "belongs to somebody",
        "https://go.test": "Write a host name",
        "go.test:80": "Write a host name",
        "go_test": "Write a host name",
        "": "required",
    }
    for host, words in cases.items():
        answer = people.owner.client.post(PAGE, {"host": host})
        assert answer.status_code == 422, host
        assert words in answer.text, host
    assert Domain.objects.count() == 2


def test_the_primary_stays_and_other_networks_names_are_unknown(people, network, other_network):
    primary, foreign = Domain.objects.get(host="alpha.test"), Domain.objects.get(host="beta.test")
    assert people.owner.client.post(f"{PAGE}{primary.pk}/remove/").status_code == 302
    for path in ("links", "remove"):
        assert people.owner.client.post(f"{PAGE}{foreign.pk}/{path}/").status_code == 404
    assert Domain.objects.count() == 2
    with network_scope(network.pk):
        assert not AuditEntry.objects.filter(action="domain.removed").exists()
    assert "cabinets answer under it" in people.owner.client.get(PAGE).text


def test_only_who_may_change_the_network(people):
    assert people.owner.client.get(PAGE).status_code == 200
    assert people.support.client.get(PAGE).status_code == 403
    assert people.alice.client.get(PAGE).status_code == 404


def test_a_change_reaches_the_click_server(people, network):
    before = Network.objects.get(pk=network.pk).config_version
    people.owner.client.post(PAGE, {"host": "go.alpha-links.test"})
    assert Network.objects.get(pk=network.pk).config_version > before
