"""The part of the demo that fills the inbox of calls."""

from types import SimpleNamespace

from django.utils import timezone

from cpanet.accounts.roles import Role
from cpanet.portal.demo.calls import call_in_other_ways
from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import Conversion, InboundPostback


def test_the_demo_has_sales_by_promo_code_and_calls_that_went_wrong(people, network):
    with network_scope(network.pk):
        offer = factories.offer(advertiser=people.adam.advertiser, access="open", name="Gift box")
        factories.goal(offer=offer, percent=(1000, 800))
        link = factories.link(offer=offer, affiliate=people.alice.affiliate)
        stage = SimpleNamespace(links=[link], staff={Role.OWNER: people.owner.user})
        call_in_other_ways(stage, timezone.now())
        verdicts = list(InboundPostback.objects.order_by("received_at").values_list("verdict", flat=True))
        leads = list(Conversion.objects.values_list("attributed_by", "coupon__code"))
        by_category = Conversion.objects.filter(pricing__parts__0__category="Sets").count()
    assert sorted(verdicts) == ["accepted"] * 4 + ["refused"] * 3 + ["waiting"]
    assert sorted(leads) == [("code", "GIFTBOX10")] * 2 + [("code", "GIFTBOX15")] * 2
    assert by_category == 4
