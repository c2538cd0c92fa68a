"""The figures of reports against an independent count over the raw rows."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from tests.factories import NOW
from tracking.models import DailyStats, DirtyHour, HourlyLinkStats, HourlyStats, HourlyTotals
from tracking.statistics.days import keep_zones
from tracking.statistics.query import report
from tracking.statistics.request import Audience
from tracking.statistics.rollup import count_dirty_hours, count_hour, counted_until

from .conftest import independent

MANAGER = Audience("manager", None, "USD")
COUNTED = (
    "clicks",
    "unique_clicks",
    "bot_clicks",
    "pending",
    "approved",
    "declined",
    "earnings",
    "pending_earnings",
    "revenue",
    "cr",
    "ar",
    "epc",
    "margin",
)


def ask(**changes):
    usual = {
        "dimensions": [], "metrics": COUNTED, "filters": {},
        "date_from": date(2026, 3, 1), "date_until": date(2026, 4, 30),
        "timezone": "UTC", "audience": MANAGER, "limit": None, "now": NOW,
    }  # fmt: skip
    return report(**{**usual, **changes})


def figures(row):
    values = row.values
    names = (
        "clicks",
        "unique_clicks",
        "bot_clicks",
        "pending",
        "approved",
        "declined",
        "earnings",
        "pending_earnings",
        "revenue",
    )
    return tuple(values[name] for name in names)


def expected(sums):
    return (
        sums.clicks,
        sums.unique,
        sums.bots,
        sums.pending,
        sums.approved,
        sums.declined,
        sums.earned,
        sums.waiting,
        sums.revenue,
    )


@pytest.fixture
def counted(world):
    keep_zones(now=NOW)
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    return world


def test_totals_equal_the_raw_rows(counted):
    [sums] = independent(counted, lambda row: None).values()
    totals = ask().totals
    assert figures(totals) == expected(sums)
    leads = sums.pending + sums.approved + sums.declined
    assert totals.values["cr"] == (Decimal(leads) / sums.unique).quantize(Decimal("0.000001"))
    assert totals.values["ar"] == (Decimal(sums.approved) / (sums.approved + sums.declined)).quantize(
        Decimal("0.000001")
    )
    assert totals.values["epc"] == (sums.earned + sums.waiting) // sums.unique
    assert totals.values["margin"] == sums.revenue - sums.earned


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
def test_days_are_those_of_the_time_zone(counted, zone):
    """Also where the clock goes forward within the period, and where days begin at a quarter past an hour of UTC."""
    sums = independent(counted, lambda row: row.clicked_at.astimezone(ZoneInfo(zone)).date().isoformat())
    rows = ask(dimensions=["day"], timezone=zone).rows
    assert {row.keys["day"]: figures(row) for row in rows} == {day: expected(each) for day, each in sums.items()}
    assert [row.keys["day"] for row in rows] == sorted(sums)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata"])
def test_hours_of_the_time_zone(counted, zone):
    def hour(row):
        return (
            row.clicked_at.astimezone(ZoneInfo(zone))
            .replace(minute=0, second=0, microsecond=0)
            .isoformat(timespec="minutes")
        )

    sums = independent(counted, hour)
    rows = ask(dimensions=["hour"], timezone=zone).rows
    assert {row.keys["hour"]: figures(row) for row in rows} == {key: expected(each) for key, each in sums.items()}


def test_four_dimensions_at_once(counted):
    sums = independent(counted, lambda row: (row.clicked_at.date().isoformat(), row.offer_id, row.sub1, row.country))
    rows = ask(dimensions=["day", "offer", "sub1", "country"]).rows
    assert {tuple(row.keys.values()): figures(row) for row in rows} == {
        key: expected(each) for key, each in sums.items()
    }


@pytest.mark.parametrize(
    ("zone", "first", "until"), [("Asia/Kolkata", 29, 31), ("Europe/Berlin", 29, 30), ("UTC", 29, 30)]
)
def test_a_period_ends_at_midnight_of_the_zone(counted, zone, first, until):
    def inside(row):
        return date(2026, 3, first) <= row.clicked_at.astimezone(ZoneInfo(zone)).date() < date(2026, 3, until)

    [sums] = independent(
        counted, lambda row: None, clicks=filter(inside, counted.clicks), leads=filter(inside, counted.leads)
    ).values()
    assert figures(
        ask(timezone=zone, date_from=date(2026, 3, first), date_until=date(2026, 3, until)).totals
    ) == expected(sums)


def test_filters_and_audiences(counted, people):
    alice = people.alice.affiliate.pk
    mine = Audience("affiliate", alice, "USD")
    sums = independent(counted, lambda row: (row.affiliate_id, row.sub1))
    asked = ask(audience=mine, metrics=["clicks", "earnings"], filters={"sub1": ["a"]}).totals.values
    assert (asked["clicks"], asked["earnings"]) == (sums[alice, "a"].clicks, sums[alice, "a"].earned)
    adam = people.adam.advertiser.pk
    theirs = ask(audience=Audience("advertiser", adam, "USD"), metrics=["approved", "revenue"]).totals.values
    whole = independent(counted, lambda row: row.advertiser_id)[adam]
    assert (theirs["approved"], theirs["revenue"]) == (whole.approved, whole.revenue)


def everything_kept():
    """All rows of all roll-ups as plain texts."""
    fields = {
        model: [each.attname for each in model._meta.fields if each.name != "id"]
        for model in (HourlyStats, HourlyLinkStats, HourlyTotals, DailyStats)
    }
    return [sorted(map(str, model.objects.values_list(*names))) for model, names in fields.items()]


def test_counting_again_changes_nothing(counted):
    before = everything_kept()
    for hour in HourlyStats.objects.values_list("hour", flat=True).distinct():
        count_hour(hour)
    assert everything_kept() == before and all(before)


def test_rows_are_sorted_and_paged(counted):
    rows = ask(dimensions=["link", "day"], sort="-epc").rows
    values = [row.values["epc"] for row in rows]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True) and values[: len(known)] == known
    pages = [ask(dimensions=["link", "day"], sort="-epc", offset=start, limit=5) for start in range(0, len(rows), 5)]
    assert [row.keys for page in pages for row in page.rows] == [row.keys for row in rows]
    assert {page.count for page in pages} == {len(rows)}
    by_name = [row.labels["offer"] for row in ask(dimensions=["offer"], sort="-offer").rows]
    assert by_name == ["Offer B", "Offer A"]


def test_comparison_is_with_the_days_before(counted):
    sums = independent(counted, lambda row: row.clicked_at.date())
    asked = ask(date_from=date(2026, 3, 30), date_until=date(2026, 3, 31), compare=True)
    assert asked.previous_totals.values["clicks"] == sums[date(2026, 3, 29)].clicks


def test_clock_shown_twice_makes_two_hours(network, people, world):
    """When the clocks go back, 02:00 to 03:00 happens twice: two lines, not one."""
    from tests import factories
    from tracking.services.dirty import mark_dirty

    link = world.links[0][0]
    for hour in (0, 1):  # 02:30 CEST and 02:30 CET
        click = factories.click(link=link, at=datetime(2026, 10, 25, hour, 30, tzinfo=ZoneInfo("UTC")))
        mark_dirty(click.clicked_at)
    count_dirty_hours(network_id=network.pk, limit=1000)
    rows = ask(
        dimensions=["hour"], timezone="Europe/Berlin", date_from=date(2026, 10, 25), date_until=date(2026, 10, 26)
    ).rows
    assert [row.keys["hour"] for row in rows] == ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]


def test_freshness_is_the_oldest_change_that_waits(world):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracking_dirtyhour SET marked_at = %s", [NOW - timedelta(minutes=3)])
    assert counted_until(NOW) == NOW - timedelta(minutes=3)
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    assert not DirtyHour.objects.exists()
    assert counted_until(NOW) == NOW


def test_currencies_are_never_summed_up(counted, people):
    from tests import factories
    from tracking.services.dirty import mark_dirty

    euros = factories.offer(advertiser=people.adam.advertiser, currency="EUR")
    click = factories.click(
        link=factories.link(offer=euros, affiliate=people.alice.affiliate), at=counted.clicks[0].clicked_at
    )
    mark_dirty(click.clicked_at)
    count_dirty_hours(network_id=counted.network.pk)
    before = independent(counted, lambda row: None)[None].clicks
    in_dollars, in_euros = ask(), ask(currency="EUR")
    assert (in_dollars.currency, in_dollars.other_currencies, in_dollars.totals.values["clicks"]) == (
        "USD",
        ["EUR"],
        before,
    )
    assert (in_euros.currency, in_euros.totals.values["clicks"]) == ("EUR", 1)
