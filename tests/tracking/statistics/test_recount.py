"""`manage.py recount_statistics`: any period again, with the same figures; and what was wrong is mended."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cpanet.tenancy.scope import network_scope
from tests.factories import NOW
from tracking.models import DailyStats, HourlyLinkStats, HourlyStats, HourlyTotals, LeadOrigin
from tracking.statistics.days import keep_zones
from tracking.statistics.rollup import count_dirty_hours

from .conftest import independent
from .figures import ask, lines, plain


def recount(**options):
    out = StringIO()
    call_command("recount_statistics", stdout=out, **options)
    return json.loads(out.getvalue())["hours"]


def test_all_is_made_again_from_nothing(world):
    """As after an upgrade: no sums, no days, no copies of what clicks said."""
    keep_zones(now=NOW)
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    wanted = plain(independent(world, lambda row: (row.clicked_at.date().isoformat(), row.country)))
    for model in (HourlyStats, HourlyLinkStats, HourlyTotals, DailyStats, LeadOrigin):
        model.objects.all().delete()
    assert not lines(ask("day", "country"))
    counted = recount(first="2026-03-27", until="2026-04-07", network="alpha.test")
    assert counted == {"Alpha": 11 * 24}
    with network_scope(world.network.pk):
        assert lines(ask("day", "country")) == wanted
        days = plain(independent(world, lambda row: row.clicked_at.date().isoformat()))
        assert lines(ask("day")) == days


def test_only_the_period_named_is_counted(world):
    keep_zones(now=NOW)
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    HourlyTotals.objects.update(clicks=0)
    assert recount(first="2026-03-29", until="2026-03-30", network=str(world.network.pk)) == {"Alpha": 24}
    with network_scope(world.network.pk):
        right = independent(world, lambda row: row.clicked_at.date().isoformat())
        by_hours = ask("day", timezone="Asia/Tokyo").rows  # no zone that is kept
        assert {row.keys["day"] for row in by_hours if row.values["clicks"]} <= {"2026-03-29", "2026-03-30"}
        [row] = [row for row in ask("day").rows if row.keys["day"] == "2026-03-29"]
        assert row.values["clicks"] == right["2026-03-29"].clicks


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"first": "yesterday"}, "no day"),
        ({"until": "2026-13-01"}, "no day"),
        ({"first": "2026-03-02", "until": "2026-03-02"}, "after --from"),
        ({"network": "nobody.test"}, "no network"),
    ],
)
def test_nonsense_gets_a_sentence(db, options, said):
    with pytest.raises(CommandError, match=said):
        recount(**options)
