"""Every dimension, out of every table that can answer, against an independent count over the raw rows."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cpanet.tenancy.models import Network
from tests.factories import NOW
from tracking.models import DailyStats, DirtyHour, HourlyStats, KeptZone
from tracking.statistics import raw_limits
from tracking.statistics.days import keep_zones
from tracking.statistics.request import Audience, BadReport
from tracking.statistics.rollup import count_dirty_hours

from .conftest import independent, of_click
from .figures import ask, lines, plain


@pytest.fixture
def counted(world):
    keep_zones(now=NOW)
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    return world


def table_of(**asked):
    """The table that the lines of a report come from."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask(**asked)
    [statement] = [each["sql"] for each in captured if each["sql"].lstrip().startswith("WITH grouped")]
    tables = ("dailyvisits", "dailystats", "hourlylinkstats", "hourlytotals", "hourlystats", "click")
    tables = [f"tracking_{name}" for name in tables]
    return next(table for table in tables if table in statement)


def test_each_dimension_alone(counted):
    """Goals are the leads' alone; landings, technology, marks beyond the fifth and sources come from the click."""
    keys = {
        "offer": lambda row: row.offer_id,
        "affiliate": lambda row: row.affiliate_id,
        "advertiser": lambda row: row.advertiser_id,
        "link": lambda row: row.link_id or 0,
        "goal": lambda row: getattr(row, "goal_id", 0),
        "landing": lambda row: of_click(row, "landing_id") or 0,
        "coupon": lambda row: getattr(row, "promo_code", ""),
        "month": lambda row: row.clicked_at.date().replace(day=1).isoformat(),
    }
    keys |= {name: lambda row, name=name: getattr(row, name) for name in ("country", "device", "sub1", "sub2")}
    keys |= {name: lambda row, name=name: of_click(row, name) or "" for name in ("system", "browser", "language")}
    keys |= {name: lambda row, name=name: of_click(row, name) or "" for name in ("sub7", "source")}
    for name, key_of in keys.items():
        assert lines(ask(name)) == plain(independent(counted, key_of)), name


def test_the_smallest_table_answers(counted):
    assert table_of(dimensions=["day", "offer"]) == "tracking_dailystats"
    assert table_of(dimensions=["week", "goal"], filters={"affiliate": ["1"]}) == "tracking_dailystats"
    assert table_of(dimensions=["hour"]) == "tracking_hourlytotals"
    assert table_of(dimensions=["day"], timezone="Asia/Tokyo") == "tracking_hourlytotals"
    assert table_of(dimensions=["day", "offer"], timezone="Asia/Tokyo") == "tracking_hourlylinkstats"
    assert table_of(dimensions=["day"], filters={"link": ["1"]}, timezone="Asia/Tokyo") == "tracking_hourlylinkstats"
    assert table_of(dimensions=["day", "country"]) == "tracking_dailyvisits"
    assert table_of(dimensions=["day"], filters={"device": ["mobile"]}) == "tracking_dailyvisits"
    assert table_of(dimensions=["hour"], filters={"device": ["mobile"]}) == "tracking_hourlystats"
    assert table_of(dimensions=["country"], timezone="Asia/Tokyo") == "tracking_hourlystats"
    assert table_of(dimensions=["day"], filters={"browser": ["Chrome"]}) == "tracking_dailyvisits"
    assert table_of(dimensions=["country"], filters={"browser": ["Chrome"]}) == "tracking_click"
    assert table_of(dimensions=["sub1", "sub2"]) == "tracking_click"
    assert table_of(dimensions=["country"], timezone="Asia/Kolkata") == "tracking_click"


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns", "Europe/Berlin"])
def test_a_network_of_any_zone_has_its_days_kept(world, zone):
    """Also where days begin within an hour: then the detailed sums are divided by quarters."""
    keep_zones(now=NOW)
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    Network.objects.filter(pk=world.network.pk).update(timezone=zone)
    assert keep_zones(now=NOW) and not keep_zones(now=NOW)
    assert DirtyHour.objects.exists() == (zone != "Europe/Berlin")
    count_dirty_hours(network_id=world.network.pk, limit=1000)

    def day(row):
        return row.clicked_at.astimezone(ZoneInfo(zone)).date().isoformat()

    assert list(KeptZone.objects.values_list("zone", "is_home")) == [(zone, True)]
    assert set(DailyStats.objects.values_list("zone", flat=True)) == {zone}
    assert table_of(dimensions=["day"], timezone=zone) == "tracking_dailystats"
    assert table_of(dimensions=["hour", "country"], timezone=zone) == "tracking_hourlystats"
    assert lines(ask("day", timezone=zone)) == plain(independent(world, day))
    wanted = plain(independent(world, lambda row: (day(row), row.country)))
    assert lines(ask("day", "country", timezone=zone)) == wanted


def test_zones_that_people_chose_are_kept(counted, people):
    for person, zone in ((people.alice, "Asia/Kolkata"), (people.bob, "Asia/Kolkata"), (people.adam, "Mars/Base")):
        person.user.timezone = zone
        person.user.save(update_fields=["timezone"])
    assert keep_zones(now=NOW)
    assert set(KeptZone.objects.values_list("zone", flat=True)) == {"UTC", "Asia/Kolkata"}
    kolkata = ZoneInfo("Asia/Kolkata")
    wanted = plain(independent(counted, lambda row: row.clicked_at.astimezone(kolkata).date().isoformat()))
    assert lines(ask("day", timezone="Asia/Kolkata")) == wanted
    assert table_of(dimensions=["day"], timezone="Asia/Kolkata") == "tracking_dailystats"


def test_too_many_single_clicks_are_refused_with_the_way_out(counted, people, monkeypatch):
    monkeypatch.setattr(raw_limits, "MOST_RAW", 60)
    with pytest.raises(BadReport, match="choose fewer days") as refused:
        ask("day", "sub1")
    assert refused.value.field == "date_from"
    assert ask("sub1", date_from=date(2026, 3, 29), date_until=date(2026, 3, 30)).rows
    assert ask("sub1", filters={"link": [str(counted.links[0][0].pk)]}).rows
    monkeypatch.setattr(raw_limits, "MOST_RAW", 1)
    with pytest.raises(BadReport):
        ask("sub1", audience=Audience("affiliate", people.alice.affiliate.pk, "USD"), metrics=["clicks"])
    answer = people.manager.client.get("/manager/statistics/?since=2026-03-28&until=2026-04-02&group=sub1")
    assert answer.status_code == 422 and "choose fewer days" in answer.content.decode()


def test_a_goals_leads_come_with_the_clicks_of_its_offer(counted):
    """CR of a goal: its leads ÷ the unique clicks on its offer."""
    link, goal = counted.links[0]
    [sums] = independent(
        counted, lambda row: None, clicks=[row for row in counted.clicks if row.offer_id == link.offer_id],
        leads=[one for one in counted.leads if one.goal_id == goal.pk],
    ).values()  # fmt: skip
    totals = ask(filters={"goal": [goal.pk]}, metrics=["clicks", "leads", "cr"]).totals.values
    leads = sums.pending + sums.approved + sums.declined
    assert (totals["clicks"], totals["leads"]) == (sums.clicks, leads)
    assert float(totals["cr"]) == pytest.approx(leads / sums.unique, abs=1e-6)


def test_counting_writes_as_few_rows_as_the_links_need(counted):
    """Marks multiply no row of any roll-up."""
    names = ("link_id", "landing_id", "country", "device")
    places = {
        (row.clicked_at.replace(minute=0, second=0, microsecond=0), *(getattr(row, name) for name in names))
        for row in counted.clicks
    }
    assert HourlyStats.objects.filter(basis="visit").count() == len(places)
