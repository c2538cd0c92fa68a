"""Days that are split by marks, place and technology, against an independent count over the raw rows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.factories import NOW
from tracking.cost_lines import CostLine
from tracking.management.commands.recount_statistics import Command
from tracking.models import Click, DailyVisits, SplitDay
from tracking.services.costs import tell_costs
from tracking.services.dirty import mark_dirty
from tracking.statistics import splits
from tracking.statistics.bases import ACTION, DECISION
from tracking.statistics.days import keep_zones
from tracking.statistics.request import Audience
from tracking.statistics.rollup import count_dirty_hours
from tracking.statistics.splits import days_not_split, days_to_split, split_day
from tracking.tasks.statistics import split_days

from .conftest import add_lead, changes_of, independent, of_click, visit
from .figures import ask, lines, plain

NAMES = ("sub1", "sub2", "source", "system", "browser", "language", "country", "device")
DAY = date(2026, 3, 29)


def split_all(only=None):
    for zone, day in days_to_split(now=NOW):
        if only is None or day in only:
            split_day(zone=zone, day=day)


def value_of(name):
    own = {"sub1", "sub2", "country", "device"}  # leads have them themselves
    return lambda row: getattr(row, name) if name in own else of_click(row, name) or ""


def tables_read(*dimensions, **asked):
    """Which tables the lines come from."""
    with CaptureQueriesContext(connection) as captured:
        ask(*dimensions, **asked)
    [statement] = [each["sql"] for each in captured if each["sql"].lstrip().startswith("WITH grouped")]
    return {name for name in ("dailyvisits", "hourlystats", "click c") if f"tracking_{name}" in statement}


@pytest.fixture
def counted(world):
    keep_zones(now=NOW)
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    return world


@pytest.mark.parametrize("days", [None, {DAY}, {DAY + timedelta(days=1)}])
def test_split_days_know_what_single_clicks_know(counted, days):
    """Also where only some days are split yet."""
    split_all(only=days)
    for name in NAMES:
        assert lines(ask(name)) == plain(independent(counted, value_of(name))), name
    assert ("click c" in tables_read("sub1")) == (days is not None)
    for name in ("sub1", "country"):
        of_day = lambda row, name=name: (row.clicked_at.date().isoformat(), row.offer_id, value_of(name)(row))  # noqa: E731
        assert lines(ask("day", "offer", name)) == plain(independent(counted, of_day)), name
    chosen = [row for row in counted.clicks if row.sub2 == "x"]
    leads = [row for row in counted.leads if row.sub2 == "x"]
    wanted = plain(independent(counted, lambda row: row.link_id, clicks=chosen, leads=leads))
    assert lines(ask("link", filters={"sub2": ["x"]})) == wanted


@pytest.mark.parametrize("basis", [ACTION, DECISION])
def test_leads_beside_split_days_stand_at_their_own_time(counted, basis):
    split_all()
    for name in ("sub1", "browser", "country"):
        sums = independent(counted, value_of(name), leads=[])
        changes = changes_of(counted) if basis == DECISION else (
            (one.created_at, one, one.status, one.revenue, one.earning, 1)
            for one in counted.leads if one.intake == "valid"
        )  # fmt: skip
        empty = independent(counted, value_of(name), clicks=[])
        for _at, one, *change in changes:
            key = value_of(name)(one)
            sums.setdefault(key, type(next(iter(empty.values())))(**dict.fromkeys(vars(next(iter(empty.values()))), 0)))
            add_lead(sums[key], *change)
        assert lines(ask(name, basis=basis)) == plain(sums), name


def test_a_webmaster_reads_his_own_alone(counted, people):
    split_all()
    mine = Audience("affiliate", people.alice.affiliate.pk, "USD")
    found = ask("sub1", audience=mine, metrics=("clicks",))
    clicks = [row for row in counted.clicks if row.affiliate_id == people.alice.affiliate.pk]
    sums = independent(counted, lambda row: row.sub1, clicks=clicks, leads=[])
    assert {row.keys["sub1"]: row.values["clicks"] for row in found.rows} == {k: one.clicks for k, one in sums.items()}


def test_a_late_click_has_its_day_split_again(counted):
    split_all()
    assert not days_to_split(now=NOW)
    link = counted.links[0][0]
    late = visit(link=link, at=counted.clicks[0].clicked_at, flags=[], is_unique=True, sub1="late", country="FR")
    late.save(force_insert=True)
    mark_dirty(late.clicked_at)
    assert ("late",) not in lines(ask("sub1")), "it is not counted yet, here or anywhere"
    count_dirty_hours(network_id=counted.network.pk, limit=1000)
    counted.clicks.append(late)
    day = late.clicked_at.date()
    for _ in range(2):  # out of single clicks, then out of the day that is split again
        for name in ("sub1", "country"):
            assert lines(ask(name)) == plain(independent(counted, lambda row, name=name: getattr(row, name)))
        assert {found for _zone, found in days_to_split(now=NOW)} <= {day}
        split_all()
    assert not days_to_split(now=NOW)


def test_decisions_have_no_day_split_again(counted):
    split_all()
    mark_dirty(*(one.clicked_at for one in counted.leads))
    count_dirty_hours(network_id=counted.network.pk, limit=1000)
    assert not days_to_split(now=NOW)


def test_the_day_that_runs_is_not_split(counted):
    assert DAY not in {day for _zone, day in days_to_split(now=counted.clicks[0].clicked_at.replace(day=29, hour=12))}
    assert DAY in {day for _zone, day in days_to_split(now=counted.clicks[0].clicked_at.replace(day=30, hour=1))}


def test_recent_days_come_first(counted):
    now = counted.clicks[0].clicked_at.replace(month=4, day=3)
    everything = {day for _zone, day in days_to_split(now=now)}
    recent = {day for _zone, day in days_to_split(now=now, days=4)}
    assert recent == {day for day in everything if day >= date(2026, 3, 30)} and recent < everything


def test_marks_with_as_many_values_as_clicks_are_read_from_the_clicks(counted, monkeypatch):
    monkeypatch.setattr(splits, "FEW_LINES", 0)
    split_all()
    assert not DailyVisits.objects.filter(split="sub1").exists()
    assert DailyVisits.objects.filter(split="browser").exists() and not days_to_split(now=NOW)
    assert lines(ask("sub1")) == plain(independent(counted, lambda row: row.sub1))
    assert tables_read("sub1") == {"dailyvisits", "click c"} and "click c" not in tables_read("browser")


def test_told_costs_that_change_no_sum_change_the_split(network, people):
    """A cost moves from one mark to the other: the day costs the same as before."""
    with network_scope(network.pk):
        link = factories.link(offer=factories.offer(), affiliate=people.alice.affiliate)
        keep_zones(now=NOW)
        at = NOW - timedelta(days=3)
        for mark in ("a", "b"):
            factories.click(link=link, at=at, sub1=mark, cost="0.05")
        mark_dirty(at)

        def told(mark, amount):
            line = CostLine(1, at.date(), "", "", "sub1", mark, Decimal(amount), "USD")
            tell_costs(affiliate=people.alice.affiliate, lines=[line], actor=None, now=NOW)

        def costs():
            count_dirty_hours(network_id=network.pk, limit=1000)
            split_all()
            mine = Audience("affiliate", people.alice.affiliate.pk, "USD")
            asked = {"audience": mine, "metrics": ("clicks", "cost"), "date_from": at.date(), "date_until": NOW.date()}
            return {row.keys["sub1"]: row.values["cost"] for row in ask("sub1", **asked).rows}

        assert costs() == {"a": 500, "b": 500}
        told("a", 3)
        assert costs() == {"a": 30_000, "b": 500}
        told("a", 0), told("b", 3)
        assert costs() == {"a": 500, "b": 30_000}
        assert set(SplitDay.objects.values_list("cost", flat=True)) == {500}


def test_a_recount_splits_again(counted):
    split_all()
    DailyVisits.objects.update(clicks=99)
    before = SplitDay.objects.count()
    assert Command()._recount(counted.network, DAY - timedelta(days=1), DAY + timedelta(days=3), NOW)
    assert SplitDay.objects.count() == before
    assert lines(ask("browser")) == plain(independent(counted, value_of("browser")))


def test_splitting_again_changes_nothing(counted):
    def kept():
        names = [each.attname for each in DailyVisits._meta.fields if each.name != "id"]
        return sorted(map(str, DailyVisits.objects.values_list(*names)))

    split_all()
    before = kept()
    SplitDay.objects.all().delete()
    split_all()
    assert before and kept() == before


def test_the_task_splits_the_days_of_all_networks(network, other_network):
    for each in (network, other_network):
        with network_scope(each.pk):
            factories.click(link=factories.link(offer=factories.offer(), affiliate=factories.affiliate()), at=NOW)
            mark_dirty(NOW)
            keep_zones(now=NOW)
        count_dirty_hours(network_id=each.pk)
    split_days()
    for each in (network, other_network):
        with network_scope(each.pk):
            assert SplitDay.objects.exists() == (not days_not_split_of(each))


def days_not_split_of(network):
    [click] = Click.objects.all()
    day = click.clicked_at.date()
    return days_not_split(zone=network.timezone, first=day, until=day + timedelta(days=1))
