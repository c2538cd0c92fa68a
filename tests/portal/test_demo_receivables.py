"""The part of the demo that fills the pages of the advertisers' money."""

from datetime import timedelta
from types import SimpleNamespace

from cpanet.accounts.roles import Role
from cpanet.portal.demo.receivables import play_receivables
from payouts.books import examine_books
from payouts.models import Adjustment, BankPayment, Invoice
from tests import factories
from tests.factories import NOW
from tests.payouts import story


def test_the_demo_has_payments_invoices_and_adjustments(people, in_network):
    for shop in (people.adam.advertiser, people.eve.advertiser):
        offer = factories.offer(advertiser=shop)
        factories.goal(offer=offer, revenue="60", earning="45")
        story.approve(story.lead(people.alice.affiliate, offer=offer))
    stage = SimpleNamespace(
        plan=SimpleNamespace(name="Alpha"), network=in_network,
        webmasters=[people.alice.affiliate, people.bob.affiliate],
        staff={Role.OWNER: people.owner.user, Role.FINANCE: people.finance.user},
    )  # fmt: skip
    play_receivables(stage, NOW + timedelta(days=20))
    assert sorted(BankPayment.objects.values_list("status", flat=True)) == ["booked", "new", "new", "set_aside"]
    assert sorted(Invoice.objects.values_list("status", flat=True)) == ["draft", "paid"]
    assert sorted(Adjustment.objects.values_list("status", flat=True)) == ["booked", "proposed"]
    found = examine_books(network_id=in_network.pk, now=NOW)
    assert [each.name for each in found if not each.holds] == []
