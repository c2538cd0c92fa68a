"""Caps through the pages; and the arithmetic of their periods and of hours."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cpanet.tenancy.scope import network_scope
from offers import services, week
from offers.cap_periods import period_of
from offers.models import Cap, CapCounter, Offer
from tests import factories
from tests.factories import NOW

CAP = {"measure": "conversions", "period": "day", "limit": "2", "policy": "decline"}


@pytest.fixture
def offer(network, people):
    with network_scope(network.pk):
        made = factories.offer(advertiser=people.adam.advertiser, access="open", name="Lamps")
        factories.goal(offer=made)
        return made


def caps_of(offer):
    with network_scope(offer.network_id):
        return list(offer.caps.all())


def test_an_advertiser_sets_changes_and_lifts_a_cap(people, offer):
    page = f"/advertiser/offers/{offer.pk}/caps/"
    assert "No caps" in people.adam.client.get(page).text
    assert people.adam.client.post(page, CAP).status_code == 302
    (cap,) = caps_of(offer)
    assert (cap.limit, cap.policy, cap.goal, cap.affiliate) == (2, "decline", None, None)
    assert "Conversions: 2" in people.adam.client.get(page).text
    change = f"{page}{cap.pk}/"
    assert people.adam.client.post(change, {"limit": "0", "policy": "decline"}).status_code == 422
    assert people.adam.client.post(change, {"limit": "5", "policy": "fallback"}).status_code == 302
    assert (caps_of(offer)[0].limit, caps_of(offer)[0].policy) == (5, "fallback")
    assert people.adam.client.post(f"{change}remove/").status_code == 302
    assert caps_of(offer) == []


def test_money_is_typed_as_money(people, offer):
    page = f"/manager/offers/{offer.pk}/caps/"
    values = {**CAP, "measure": "revenue", "limit": "100.50"}
    assert people.owner.client.post(page, values).status_code == 302
    assert caps_of(offer)[0].limit == 1_005_000
    assert "$100.50" in people.owner.client.get(page).text


REFUSED = [
    ({"limit": "-1"}, "more than nothing"),
    ({"limit": "1.5"}, "whole numbers"),
    ({"limit": "many"}, "Enter a number"),
    ({"limit": ""}, "required"),
    ({"measure": "smiles"}, "valid choice"),
    ({"period": "year"}, "valid choice"),
    ({"measure": "earning", "limit": "1.23456"}, "digits"),
]


def test_what_is_no_cap_is_refused_with_a_sentence(people, offer):
    for values, words in REFUSED:
        answer = people.adam.client.post(f"/advertiser/offers/{offer.pk}/caps/", {**CAP, **values})
        assert answer.status_code == 422, values
        assert words in answer.text, (values, words)
    assert caps_of(offer) == []


def test_a_click_has_no_goal_and_a_kind_exists_once(people, offer):
    page = f"/advertiser/offers/{offer.pk}/caps/"
    with network_scope(offer.network_id):
        goal = offer.goals.get()
    answer = people.adam.client.post(page, {**CAP, "measure": "clicks", "goal": goal.pk})
    assert answer.status_code == 422
    assert "no goal yet" in answer.text
    people.adam.client.post(page, CAP)
    answer = people.adam.client.post(page, CAP)
    assert answer.status_code == 422
    assert "already" in answer.text
    assert len(caps_of(offer)) == 1


def test_a_webmaster_s_own_cap_is_the_staff_s_affair(people, offer):
    values = {**CAP, "affiliate": people.alice.affiliate.pk}
    assert people.owner.client.post(f"/manager/offers/{offer.pk}/caps/", values).status_code == 302
    (cap,) = caps_of(offer)
    assert cap.affiliate_id == people.alice.affiliate.pk
    page = f"/advertiser/offers/{offer.pk}/caps/"
    assert "No caps" in people.adam.client.get(page).text
    assert people.adam.client.get(f"{page}{cap.pk}/").status_code == 404
    assert people.adam.client.post(f"{page}{cap.pk}/remove/").status_code == 404
    assert people.eve.client.get(page).status_code == 404


def test_a_webmaster_sees_what_is_left_and_not_what_the_advertiser_spends(people, offer, network):
    with network_scope(network.pk):
        for measure, limit in (("conversions", 7), ("revenue", 990_000), ("earning", 550_000)):
            services.add_cap(offer=offer, measure=measure, period="total", limit=limit, actor=None, now=NOW)
        services.add_cap(
            offer=offer, measure="clicks", period="day", limit=3, affiliate=people.bob.affiliate, actor=None, now=NOW
        )
        cap = Cap.objects.get(measure="conversions")
        CapCounter.objects.create(cap=cap, starts_at=datetime(1970, 1, 1, tzinfo=UTC), used=3)
    text = people.alice.client.get(f"/webmaster/offers/{offer.pk}/").text
    assert "4 left" in text
    assert "$55.00" in text
    assert "$99.00" not in text
    assert "Clicks: 3" not in text
    assert "Clicks: 3" in people.bob.client.get(f"/webmaster/offers/{offer.pk}/").text


def test_the_audience_page_keeps_who_and_when(people, offer):
    page = f"/advertiser/offers/{offer.pk}/audience/"
    values = {
        "systems": ["ios", "android"], "browsers": ["safari"], "languages": "TR, kk", "days": ["0", "4"],
        "first_hour": "22", "last_hour": "3",
    }  # fmt: skip
    assert people.adam.client.post(page, values).status_code == 302
    with network_scope(offer.network_id):
        fresh = Offer.objects.get(pk=offer.pk)
    assert (fresh.systems, fresh.browsers, fresh.languages) == (["android", "ios"], ["safari"], ["kk", "tr"])
    assert fresh.hours == [22, 23, 24, 25, 26, 118, 119, 120, 121, 122]
    text = people.adam.client.get(page).text
    assert 'value="22" selected' in text
    assert "kk, tr" in text
    assert (
        "Mon, Fri 22:00–24:00; Tue, Sat 00:00–03:00" in people.alice.client.get(f"/webmaster/offers/{offer.pk}/").text
    )
    assert people.adam.client.post(page, {**values, "languages": "german"}).status_code == 422


ISTANBUL, BERLIN = ZoneInfo("Europe/Istanbul"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("kind", "now", "zone", "start", "end"),
    [
        ("hour", "2026-11-22T10:59:59", ISTANBUL, "2026-11-22T10:00:00", "2026-11-22T11:00:00"),
        ("day", "2026-11-22T21:30:00", ISTANBUL, "2026-11-22T21:00:00", "2026-11-23T21:00:00"),
        ("day", "2026-03-29T12:00:00", BERLIN, "2026-03-28T23:00:00", "2026-03-29T22:00:00"),  # 23 hours long
        ("week", "2026-11-22T22:00:00", ISTANBUL, "2026-11-22T21:00:00", "2026-11-29T21:00:00"),
        ("month", "2026-12-31T22:00:00", ISTANBUL, "2026-12-31T21:00:00", "2027-01-31T21:00:00"),
        ("total", "2026-11-22T10:00:00", ISTANBUL, "1970-01-01T00:00:00", None),
    ],
)
def test_periods(kind, now, zone, start, end):
    def moment(text):
        return text and datetime.fromisoformat(f"{text}+00:00")

    assert period_of(kind, moment(now), zone) == (moment(start), moment(end))


@pytest.mark.parametrize(
    ("days", "first", "last", "words"),
    [
        ([0, 1, 2, 3, 4], 9, 18, "Mon, Tue, Wed, Thu, Fri 09:00–18:00"),
        ([6], 20, 2, "Mon 00:00–02:00; Sun 20:00–24:00"),
        ([5, 6], 0, 0, "Sat, Sun 00:00–24:00"),
        ([0, 1, 2, 3, 4, 5, 6], 0, 0, "Always"),
        ([], 9, 18, "Always"),
    ],
)
def test_hours_of_a_week(days, first, last, words):
    hours = week.hours_of(days, first, last)
    assert week.in_words(hours) == words
    if hours:
        assert week.shift_of(hours) == (days, first, last)
