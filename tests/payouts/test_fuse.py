"""The fuse: unusual volume stops the automatic part and asks a person."""

from datetime import timedelta

import pytest
from django.core import mail

from cpanet.ledger import fuse
from cpanet.ledger.models import AutomaticCount
from payouts.books import examine_books
from payouts.tasks import release_all
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, money, text_of
from tracking.models import Conversion
from tracking.tasks.deadlines import approve_overdue

PATH = "/manager/fuse/"


@pytest.fixture
def armed(people, in_network, settings):
    """Two weeks with two releases and two approvals a day; it blows above five."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    response = people.owner.client.post(PATH, {"is_on": "on", "factor": "2", "floor": "5"})
    assert response.status_code == 302
    for days in range(1, 15):
        for what, day in ((fuse.RELEASES, AFTER_HOLD), (fuse.APPROVALS, NOW)):
            AutomaticCount.objects.create(what=what, day=(day - timedelta(days=days)).date(), number=2)
    return in_network


def test_unusual_releases_stop_ask_and_go_on(people, armed, monkeypatch, time_machine):
    monkeypatch.setattr("payouts.tasks.holds.release_due_holds.__wrapped__.__kwdefaults__", {"limit": 4})
    for _ in range(9):
        story.approve(story.lead(people.alice.affiliate, earning="1", revenue="2"))
    time_machine.move_to(AFTER_HOLD, tick=False)
    assert release_all(armed.pk, AFTER_HOLD).count == 8  # two chunks: the limit is seen between them
    assert fuse.is_blown()
    assert release_all(armed.pk, AFTER_HOLD).count == 0
    assert money(people.alice.affiliate)["hold"] == "1.00"
    assert sorted(message.to[0] for message in mail.outbox) == [
        "adman@example.com", "finance@example.com", "owner@example.com",
    ]  # fmt: skip
    late = AFTER_HOLD + timedelta(hours=1)
    assert [each.name for each in examine_books(network_id=armed.pk, now=late) if not each.holds] == []
    page = text_of(people.finance.client.get(PATH))
    assert "Releases: 8 today; 2 a day is usual, 5 is the limit" in page
    assert people.support.client.post(f"{PATH}let-go/").status_code == 403
    assert people.finance.client.post(f"{PATH}let-go/").status_code == 302
    assert release_all(armed.pk, AFTER_HOLD).count == 1
    assert "Nothing is stopped" in text_of(people.finance.client.post(f"{PATH}let-go/", follow=True))


def test_unusual_approvals_stop(people, armed, time_machine):
    offer = factories.offer(auto_approve=True, decision_days=1)
    for _ in range(8):
        story.lead(people.alice.affiliate, offer=offer, at=NOW - timedelta(days=2))
    time_machine.move_to(NOW, tick=False)
    approve_overdue(network_id=armed.pk)
    assert Conversion.objects.filter(status="approved").count() == 6
    approve_overdue(network_id=armed.pk)
    assert Conversion.objects.filter(status="approved").count() == 6
    fuse.let_go(actor=people.finance.user, now=NOW)
    approve_overdue(network_id=armed.pk)
    assert Conversion.objects.filter(status="approved").count() == 8


@pytest.mark.parametrize("days", [0, 6])
def test_it_is_not_armed_before_it_knows_what_is_usual(armed, days):
    AutomaticCount.objects.filter(day__lt=(NOW - timedelta(days=days)).date()).delete()
    assert fuse.count(fuse.APPROVALS, 10_000, now=NOW)
    assert not fuse.is_blown()


def test_off_is_off_and_bad_settings_are_refused(people, armed):
    assert people.owner.client.post(PATH, {"is_on": "on", "factor": "1", "floor": "5"}).status_code == 422
    assert people.owner.client.post(PATH, {"factor": "2", "floor": "5"}).status_code == 302
    assert fuse.count(fuse.APPROVALS, 10_000, now=NOW)
    assert people.support.client.get(PATH).status_code == 200
