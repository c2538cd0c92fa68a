"""Leads by the date of their click, by their own, and by that of each change."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import NOW
from tracking.statistics.days import keep_zones
from tracking.statistics.request import BadReport
from tracking.statistics.rollup import count_dirty_hours

from .conftest import add_lead, changes_of, independent
from .figures import COUNTED, ask, lines, plain

LEADS = ("pending", "approved", "declined", "earnings", "pending_earnings", "revenue")


@pytest.fixture
def counted(world):
    keep_zones(now=NOW)
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    return world


def by_change(world, key_of_click, key_of_change):
    """Clicks by themselves, leads change by change."""
    sums = independent(world, key_of_click, leads=[])
    for at, one, status, revenue, earning, sign in changes_of(world):
        key = key_of_change(at, one)
        if key not in sums:
            sums |= independent(world, lambda row, key=key: key, clicks=[], leads=[one])
            for name in ("pending", "approved", "declined", "earned", "waiting", "revenue"):
                setattr(sums[key], name, 0)
        add_lead(sums[key], status, revenue, earning, sign)
    return sums


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata"])
def test_every_change_stands_on_its_own_day(counted, zone):
    def day(at):
        return at.astimezone(ZoneInfo(zone)).date().isoformat()

    wanted = plain(by_change(counted, lambda row: day(row.clicked_at), lambda at, one: day(at)))
    assert lines(ask("day", basis="decision", timezone=zone)) == wanted
    wanted = plain(by_change(counted, lambda row: row.country, lambda at, one: one.country))
    assert lines(ask("country", basis="decision", timezone="UTC")) == wanted
    wanted = plain(by_change(counted, lambda row: row.sub1, lambda at, one: one.sub1))
    assert lines(ask("sub1", basis="decision")) == wanted


def test_a_decision_takes_the_lead_out_of_the_pending_ones(counted):
    rows = ask("day", basis="decision").rows
    assert any(row.values["pending"] < 0 for row in rows), "no day on which more was decided than came"


def test_leads_stand_on_their_own_day(counted):
    def day(row):
        return (getattr(row, "created_at", None) or row.clicked_at).date().isoformat()

    assert lines(ask("day", basis="action")) == plain(independent(counted, day))


def test_over_all_time_all_three_agree(counted):
    totals = {basis: ask(basis=basis).totals.values for basis in ("click", "action", "decision")}
    assert totals["click"] == totals["action"] == totals["decision"]
    assert all(totals["click"][key] for key in COUNTED)


def test_a_decision_made_through_the_service_is_counted(counted, people):
    from tracking.services.decisions import decide

    one = next(each for each in counted.leads if each.status == "pending" and each.intake == "valid")
    before = ask(basis="decision", date_from=date(2026, 11, 1), date_until=date(2026, 12, 1)).totals.values
    assert not any(before.values())
    for number, status in enumerate(("declined", "approved")):
        decide(conversion_id=one.pk, status=status, source="advertiser", reason="other", actor=people.adam.user,
               now=NOW + timedelta(days=number))  # fmt: skip
    count_dirty_hours(network_id=counted.network.pk, limit=1000)
    days = {row.keys["day"]: row.values for row in ask(
        "day", basis="decision", date_from=date(2026, 11, 1), date_until=date(2026, 12, 1)).rows}  # fmt: skip
    first, second = days["2026-11-20"], days["2026-11-21"]
    assert [first[key] for key in LEADS[:3]] == [-1, 0, 1] and [second[key] for key in LEADS[:3]] == [0, 1, -1]
    assert first["pending_earnings"] == -one.earning and second["earnings"] == one.earning


def test_an_unknown_basis_is_refused(counted):
    with pytest.raises(BadReport, match="basis"):
        ask(basis="moon")
