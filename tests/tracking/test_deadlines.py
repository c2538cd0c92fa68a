"""What happens when an advertiser misses his deadline."""

from datetime import timedelta

from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from offers.models import Offer
from tracking.models import Conversion
from tracking.services.deadlines import approve_overdue
from tracking.tasks.deadlines import approve_overdue as sweep


def overdue(shop):
    with network_scope(shop.network.pk):
        Conversion.objects.update(decide_by=timezone.now() - timedelta(minutes=1))


def lead(shop):
    with network_scope(shop.network.pk):
        return Conversion.objects.get()


def test_the_deadline_approves_where_the_offer_says_so(shop):
    shop.call(order_id="A-1")
    overdue(shop)
    sweep()
    assert lead(shop).status == "pending"
    with network_scope(shop.network.pk):
        Offer.objects.update(auto_approve=True)
    sweep()
    assert (lead(shop).status, lead(shop).decided_by, lead(shop).held) == ("approved", "auto", 80000)
    with network_scope(shop.network.pk):
        assert approve_overdue(conversion_id=lead(shop).pk, now=timezone.now()) is False


def test_neither_before_the_deadline_nor_for_a_test(shop):
    with network_scope(shop.network.pk):
        Offer.objects.update(auto_approve=True)
    shop.call(order_id="A-1")
    sweep()
    assert lead(shop).status == "pending"
    with network_scope(shop.network.pk):
        Conversion.objects.update(intake="test")
    overdue(shop)
    sweep()
    assert lead(shop).status == "pending"


def test_a_decided_lead_is_left_alone(shop):
    with network_scope(shop.network.pk):
        Offer.objects.update(auto_approve=True)
    shop.call(order_id="A-1", status="declined", reason="fraud")
    overdue(shop)
    sweep()
    assert lead(shop).status == "declined"
