"""A demo whose making was ended is completed by the next start; what is not the demo's is left alone."""

import json
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from cpanet.accounts.models import Affiliate, User
from cpanet.portal.demo import cast, live, steps
from cpanet.portal.management.commands import seed_demo
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.killing import Killed
from tracking.models import Click

FIRST = replace(cast.BETA, name="First", host="first.localhost")
SECOND = replace(cast.BETA, name="Second", host="second.localhost")


@pytest.fixture(autouse=True)
def small_demo(settings, tmp_path, monkeypatch):
    """Two networks of one shop, two days of life, no click edge."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(cast, "NETWORKS", (FIRST, SECOND))
    monkeypatch.setattr(live, "PATIENCE_SECONDS", 0)


def start(capsys):
    """The launcher's step; what it says in the end."""
    capsys.readouterr()
    call_command("seed_demo", if_empty=True, days=1)
    return json.loads(capsys.readouterr().out)


def ended_at(monkeypatch, module, name):
    """A start that is ended when it calls `name`."""

    def die(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(module, name, die)
        call_command("seed_demo", if_empty=True, days=1)


def active():
    return list(Network.objects.filter(is_active=True).order_by("pk").values_list("name", flat=True))


@pytest.mark.django_db(transaction=True, databases=["default", "shipper"])
def test_a_start_that_was_ended_anywhere_is_completed_by_the_next(capsys, monkeypatch):
    ended_at(monkeypatch, seed_demo, "count_dirty_hours")  # the first is in, the second and all else is not
    first = Network.objects.get()
    ended_at(monkeypatch, seed_demo, "History")  # the second has its clicks and nothing else
    second = Network.objects.exclude(pk=first.pk).get()
    steps.spool().mkdir(exist_ok=True)
    (steps.spool() / "demo-history.torn.seg").write_text("half a line")
    assert active() == ["First"] and clicks_of(second) and not User.objects.exists()
    ended_at(monkeypatch, steps, "make_operator")
    assert "Second was cut off half-way" in capsys.readouterr().err
    assert active() == ["First", "Second"] and not clicks_of(second) and not steps.card().exists()

    assert start(capsys) == {"status": "seeded", "operator": True}
    assert Network.objects.filter(pk=first.pk).exists() and Network.objects.count() == 2
    shown = json.loads(steps.card().read_text())
    assert [site["title"] for site in shown["sites"]] == ["First", "Second", "Operator"]
    assert shown["people"][-1]["email"] == User.objects.get().email == steps.OPERATOR
    assert start(capsys) == {"status": "kept", "networks": 2}


def clicks_of(network):
    with network_scope(network.pk):
        return Click.objects.count()


def test_nothing_is_put_beside_a_network_of_somebody(network, capsys):
    half = factories.network(name="Half", host=SECOND.host, is_active=False)
    assert start(capsys) == {"status": "kept", "networks": 2}
    assert set(Network.objects.all()) == {network, half} and not User.objects.exists() and not steps.card().exists()


def whole_demo():
    networks = [factories.network(name=plan.name, host=plan.host) for plan in (FIRST, SECOND)]
    for each in networks:
        with network_scope(each.pk):
            factories.affiliate(name="Webmaster", user=factories.user())
    return networks


def test_a_network_that_somebody_has_switched_off_is_no_half_made_one(db, capsys):
    first, _second = whole_demo()
    Network.objects.filter(pk=first.pk).update(is_active=False)
    assert start(capsys) == {"status": "seeded", "operator": True}
    with network_scope(first.pk):
        assert Affiliate.objects.get().name == "Webmaster"


def test_an_operator_of_another_name_is_enough_and_a_removed_one_does_not_come_back(db, capsys):
    whole_demo()
    own = User.objects.create_superuser("me@example.com", "a long word of mine")
    assert start(capsys) == {"status": "seeded", "operator": False}
    assert "operator" not in [person["role"] for person in json.loads(steps.card().read_text())["people"]]
    own.delete()
    assert start(capsys) == {"status": "kept", "networks": 2} and not User.objects.exists()


@pytest.mark.parametrize("host", [FIRST.host, "own.test"])
def test_without_the_option_it_is_for_an_empty_installation(db, host):
    factories.network(host=host)
    with pytest.raises(CommandError, match="for an empty installation"):
        call_command("seed_demo")
