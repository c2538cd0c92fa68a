"""The part of the demo in which an advertiser is late, and the one in which a webmaster hears of his payouts."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from cpanet.accounts.roles import Role
from cpanet.portal.demo import receivers
from cpanet.portal.demo.debtor import give_deposit_back
from cpanet.portal.demo.receivables import play_receivables
from payouts.books import examine_books
from payouts.models import Invoice
from payouts.services.deposits import record_deposit
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tracking.models import PostbackReceiver
from tracking.services.holds import release_due_holds

DAYS = 60


@pytest.fixture
def stage(people, in_network):
    """Three shops that have brought 1,000 each; leads of the third are approved all through the two months."""
    begin = NOW - timedelta(days=DAYS)
    shops = [people.adam.advertiser, people.eve.advertiser, factories.advertiser(name="Late Ltd")]
    stage = SimpleNamespace(
        plan=SimpleNamespace(name="Alpha"), network=in_network, webmasters=[people.alice.affiliate],
        staff={Role.OWNER: people.owner.user, Role.FINANCE: people.finance.user},
    )  # fmt: skip
    for shop in shops:
        record_deposit(
            advertiser=shop, amount=story.usd("1000"), currency="USD", reference="Opening", idempotency_key="1",
            actor=people.owner.user, now=begin,
        )  # fmt: skip
    give_deposit_back(stage, begin)
    offer = factories.offer(advertiser=shops[2])
    hats = factories.offer(advertiser=shops[0])
    story.approve(story.lead(people.alice.affiliate, offer=hats, at=begin, revenue="60", earning="45"), at=begin)
    for day in (3, 12, 30, 50):
        at = begin + timedelta(days=day)
        story.approve(story.lead(people.alice.affiliate, offer=offer, at=at, revenue="60", earning="45"), at=at)
    while release_due_holds(now=NOW).count:
        pass
    return stage


def test_an_invoice_is_overdue_and_was_reminded_of(people, stage, in_network, time_machine):
    time_machine.move_to(NOW, tick=False)
    play_receivables(stage, NOW)  # 20 November
    first, second = Invoice.objects.filter(advertiser__name="Late Ltd").order_by("pk")
    assert (str(first.since), str(first.until), str(first.due_date)) == ("2026-10-01", "2026-10-16", "2026-10-30")
    assert (first.status, first.number, first.total) == ("issued", 1, story.usd("120"))
    sent = [f"{reminder.sent_at:%m-%d}" for reminder in first.reminders(manager="objects").all()]
    assert sent == ["10-31", "11-07", "11-14"]
    assert (second.since, str(second.until), second.status) == (first.until, "2026-11-01", "issued")
    assert "Overdue since" in people.finance.client.get("/manager/invoices/").text
    assert "2026-11-14" in people.finance.client.get(f"/manager/invoices/{first.pk}/").text
    issued = Invoice.objects.exclude(number=None).order_by("number").values_list("issued_at", flat=True)
    assert len(issued) == 3 and list(issued) == sorted(issued)  # numbers run as the days do
    found = examine_books(network_id=in_network.pk, now=NOW)
    assert [each.name for each in found if not each.holds] == []


def test_a_receiver_hears_of_payouts(people, in_network):
    receivers.set_up([people.alice.affiliate], NOW)
    assert "Bookkeeping" in people.alice.client.get("/webmaster/postbacks/webhooks/").text
    page = people.alice.client.get(f"/webmaster/postbacks/{PostbackReceiver.objects.get(kind='webhook').pk}/edit/").text
    assert re.search(r'value="payout"[^>]*checked', page) and not re.search(r'value="changed"[^>]*checked', page)
