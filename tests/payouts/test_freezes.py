"""What is done when the books differ, and what the clock and the commands do with them."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cpanet.accounts.models import AuditEntry
from cpanet.accounts.roles import Role
from cpanet.tenancy.scope import network_scope
from payouts import tasks
from payouts.books import ALL
from payouts.models import PayoutFreeze
from payouts.services import freezes
from payouts.services.states import Frozen
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.forgery import forge_for_good
from tests.payouts.story import AFTER_HOLD
from tracking.services.holds import release_due_holds


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


def test_standstill_of_the_platform_freezes_nothing(people, network, time_machine):
    with network_scope(network.pk):
        story.approve(story.lead(people.alice.affiliate, earning="5", revenue="6"))
    time_machine.move_to(AFTER_HOLD + timedelta(days=3))
    tasks.check_books()
    with network_scope(network.pk):
        assert not PayoutFreeze.objects.exists()
        assert story.money(people.alice.affiliate) == {"available": "5.00"}
