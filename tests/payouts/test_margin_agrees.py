"""The margin of the statistics, counted from leads, is the margin of the ledger: webmasters and referrers paid."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from payouts.selectors.profit import profit
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import usd
from tracking.models import DailyStats, HourlyLinkStats, HourlyStats, HourlyTotals
from tracking.statistics.query import report
from tracking.statistics.request import Audience
from tracking.statistics.rollup import count_dirty_hours

DAY = timedelta(days=1)
FIRST = NOW - 10 * DAY


def ask(*dimensions, basis="decision", metrics=("revenue", "earnings", "referral_cost", "margin")):
    return report(
        dimensions=list(dimensions), metrics=list(metrics), filters={}, date_from=FIRST.date(), timezone="UTC",
        date_until=(NOW + DAY).date(), audience=Audience("manager", None, "USD"), limit=None, now=NOW, basis=basis,
    )  # fmt: skip


@pytest.fixture
def network_of_friends(people, in_network):
    """Bob has referred Carol (10 % of earnings); she and Alice bring leads for two offers, decided on many days."""
    story.refer(percent=1000)
    carol, alice = factories.affiliate(name="Carol", referrer=people.bob.affiliate), people.alice.affiliate
    offers = [factories.offer(name=name, hold_days=1) for name in ("Shoes", "Hats")]
    for offer in offers:
        factories.goal(offer=offer, revenue="60", earning="45")
    leads = [
        story.lead(webmaster, offer=offer, at=FIRST + n * timedelta(hours=7))
        for n, (webmaster, offer) in enumerate((who, what) for what in offers for who in (carol, carol, alice) * 2)
    ]
    for n, lead in enumerate(leads[:-1]):
        story.approve(lead, at=FIRST + 4 * DAY + n * timedelta(hours=5))
    story.approve(leads[0], at=FIRST + 8 * DAY, revenue=usd("30"), earning=usd("22.33"))  # half of it came back
    story.decline(leads[1], at=FIRST + 9 * DAY)
    story.decline(leads[2], at=FIRST + 9 * DAY)
    story.approve(leads[1], at=NOW, revenue=usd("90"), earning=usd("70"))  # and is dearer than it was
    count_dirty_hours(network_id=in_network.pk, limit=1000)
    return in_network


def of_ledger(by="network", begin=None, end=None):
    found = profit(by=by, begin=begin, end=end)
    return {line.name: (line.revenue, -line.cost, -line.referral_cost, line.margin) for line in found if line.revenue}


def values_of(row):
    return tuple(row.values[name] for name in ("revenue", "earnings", "referral_cost", "margin"))


def test_the_same_margin_whichever_way_it_is_asked(network_of_friends):
    [whole] = of_ledger().values()
    # Eight leads of 60.00 stay approved, one is worth 30.00 and one 90.00, one is declined, one was never decided.
    # Carol's are 22.33 + 70.00 + 6 × 45.00 of the earnings, and a tenth of it is Bob's.
    assert whole == (usd("600"), usd("452.33"), usd("36.233"), usd("111.437"))
    assert values_of(ask().totals) == whole
    for basis in ("click", "action"):  # the same leads at other times
        assert values_of(ask(basis=basis).totals) == whole


@pytest.mark.parametrize("by", ["offer", "affiliate"])
def test_by_offer_and_by_webmaster(network_of_friends, by):
    names = {row.labels[by]: values_of(row) for row in ask(by).rows if row.values["revenue"]}
    assert names == of_ledger(by)


def test_day_by_day(network_of_friends):
    rows = {row.keys["day"]: values_of(row) for row in ask("day").rows}
    for number in range(11):
        begin = (FIRST + number * DAY).replace(hour=0)
        expected = of_ledger(begin=begin, end=begin + DAY).get("", (0, 0, 0, 0))
        assert rows.get(begin.date().isoformat(), (0, 0, 0, 0)) == expected, begin


def test_what_was_counted_without_referrals_is_counted_anew(network_of_friends):
    before = values_of(ask("day", "offer").totals)
    for table in (HourlyStats, HourlyLinkStats, HourlyTotals, DailyStats):
        table.objects.update(approved_referral=0)
    assert values_of(ask().totals) != before
    call_command("recount_statistics", first="2026-11-10", until="2026-11-21", network="Alpha", stdout=StringIO())
    assert values_of(ask().totals) == values_of(ask("day", "offer").totals) == before


def test_only_the_staff_sees_what_referrals_cost(people, network_of_friends):
    assert "Referrals" in people.owner.client.get("/manager/statistics/?columns=referral_cost").text
    for person, path in ((people.alice, "/webmaster/statistics/"), (people.adam, "/advertiser/statistics/")):
        assert "referral_cost" not in person.client.get(path).text
