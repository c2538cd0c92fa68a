"""Caps at work: what counts, what is declined, and what the click server is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from offers import services
from offers.models import CapCounter
from tests import factories
from tracking.edge.build import network_section
from tracking.models import Conversion
from tracking.services.caps import count_clicks


@pytest.fixture
def cap(shop):
    """`cap(measure, limit, …)` sets one on the shop's offer, as of two hours ago."""

    def make(measure="conversions", limit=1, period="total", policy="decline", **more):
        with network_scope(shop.network.pk):
            made = services.add_cap(
                offer=shop.offer, measure=measure, limit=limit, period=period, policy=policy, actor=None,
                now=timezone.now(), **more,
            )  # fmt: skip
            type(made).objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(hours=2))
            return made

    return make


@pytest.fixture
def lead(shop):
    """A postback for a new click so many seconds ago; the conversion."""

    def send(order, seconds_ago=0):
        with network_scope(shop.network.pk):
            click = factories.click(link=shop.link, at=timezone.now() - timedelta(seconds=seconds_ago))
        answer = shop.call(click_id=click.id.hex, order_id=order, goal=shop.goal.code)
        assert answer.status_code == 200, answer.text
        with network_scope(shop.network.pk):
            return Conversion.objects.get(order_id=order)

    return send


def counter(shop):
    with network_scope(shop.network.pk):
        return CapCounter.objects.get()


def test_what_clicks_after_the_cap_was_full_is_declined_with_the_cap_as_its_reason(shop, cap, lead, people):
    cap(limit=2)
    assert [lead(f"A-{n}", 60).status for n in range(2)] == ["pending", "pending"]
    assert counter(shop).reached_at is not None
    late = lead("B-1")
    assert (late.status, late.reason, late.decided_by) == ("declined", "over_cap", "auto")
    assert "Conversions, In all: 2" in late.note
    assert late.pricing["caps"][0]["used"] == 2
    assert "The cap was full" in people.alice.client.get(f"/webmaster/leads/{late.pk}/").text
    assert counter(shop).used == 2


def test_who_clicked_before_the_cap_was_full_always_counts(shop, cap, lead):
    cap(limit=1)
    assert lead("A-1", 60).status == "pending"
    assert lead("A-2", 60).status == "pending"
    assert counter(shop).used == 2


def test_a_cap_that_sends_visitors_away_declines_nothing(cap, lead):
    cap(limit=1, policy="fallback")
    lead("A-1", 60)
    assert lead("A-2").status == "pending"


def test_repeats_and_tests_take_no_place(shop, cap, lead):
    cap(limit=5)
    lead("A-1", 60)
    shop.call(order_id="A-1", click_id=shop.click.id.hex)
    shop.call(order_id="T-1", test="1")
    assert counter(shop).used == 1


@pytest.mark.parametrize(("measure", "units"), [("revenue", 100_000), ("earning", 80_000)])
def test_money_is_counted_as_money(shop, cap, lead, measure, units):
    cap(measure=measure, limit=2 * units)
    lead("A-1", 60)
    assert counter(shop).used == units
    lead("A-2", 60)
    assert lead("A-3").status == "declined"


def test_a_cap_of_one_webmaster_or_another_goal_is_no_other_s(shop, cap, lead, people):
    cap(limit=1, affiliate=people.bob.affiliate)
    with network_scope(shop.network.pk):
        other = factories.goal(offer=shop.offer, code="other")
    cap(limit=1, goal=other, period="day")
    assert [lead(f"A-{number}").status for number in range(3)] == ["pending"] * 3
    with network_scope(shop.network.pk):
        assert not CapCounter.objects.exists()


def test_a_raised_limit_opens_again_and_a_new_period_begins_anew(shop, cap, lead):
    made = cap(limit=1)
    lead("A-1", 60)
    assert lead("A-2").status == "declined"
    with network_scope(shop.network.pk):
        services.change_cap(cap=made, limit=2, policy="decline", actor=None, now=timezone.now())
    assert lead("A-3").status == "pending"
    assert lead("A-4").status == "declined"
    with network_scope(shop.network.pk):
        CapCounter.objects.update(starts_at=timezone.now() - timedelta(days=9))
    assert lead("A-5").status == "pending"


def section(shop):
    with network_scope(shop.network.pk):
        return network_section(Network.objects.get(pk=shop.network.pk)).offers[shop.offer.pk]


def test_the_click_server_hears_of_full_caps_and_only_of_those_it_can_keep(shop, cap, lead, people):
    version = Network.objects.get(pk=shop.network.pk).config_version
    cap(limit=1, policy="fallback", affiliate=people.alice.affiliate)
    cap(limit=1, policy="decline", goal=shop.goal)
    assert section(shop).full == ()
    lead("A-1", 60)
    assert Network.objects.get(pk=shop.network.pk).config_version > version
    full = section(shop).full
    assert {(one.affiliate_id, one.refuses) for one in full} == {(people.alice.affiliate.pk, True), (0, False)}
    with network_scope(shop.network.pk):
        factories.goal(offer=shop.offer, code="other")
    assert {one.refuses for one in section(shop).full} == {True}  # a click does not know yet for which goal it came


def test_clicks_of_people_fill_a_cap_of_clicks(shop, cap):
    cap(measure="clicks", limit=3, period="total")
    now = timezone.now()
    with network_scope(shop.network.pk):
        for flags, reason in ([["bot"], ""], [["prefetch"], ""], [["wrong_geo"], "wrong_geo"], [["duplicate"], ""]):
            factories.click(link=shop.link, at=now - timedelta(seconds=5), flags=flags, reason=reason)
        count_clicks(now=now)
        assert CapCounter.objects.get().used == 2  # the shop's own and the duplicate
        assert CapCounter.objects.get().reached_at is None
        factories.click(link=shop.link, at=now - timedelta(seconds=1))
        count_clicks(now=now)
        assert CapCounter.objects.get().reached_at == now
    assert section(shop).full[0].refuses is False


def test_counting_again_later_counts_the_same(shop, cap):
    cap(measure="clicks", limit=100, period="total")
    now = timezone.now()
    with network_scope(shop.network.pk):
        for minutes in (1, 30, 58):
            factories.click(link=shop.link, at=now - timedelta(minutes=minutes))
        seen = []
        for hours in (0, 1, 3, 4):
            count_clicks(now=now + timedelta(hours=hours))
            seen.append(CapCounter.objects.get().used)
    assert seen == [4, 4, 4, 4]
