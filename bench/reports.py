"""Reports out of the roll-up against the same questions put to raw clicks, and what the roll-up costs, in one run.

    python bench/reports.py [--clicks 1000000]

Starts an embedded PostgreSQL of its own in a temporary directory and fills 30 days with clicks made in SQL: 20
webmasters, 50 offers, 100 links, 12 countries, marks that repeat. Takes a few minutes. Prints one JSON object last.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cpanet.embedded import addresses, state  # noqa: E402
from cpanet.embedded.servers import Servers  # noqa: E402

FIRST = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 30
_CLICKS = """
    INSERT INTO tracking_click
    SELECT gen_random_uuid(), %(network)s, %(first)s::timestamptz + (n * %(step)s) * interval '1 second', n %% 100 + 1,
           n %% 100 %% 50 + 1, NULL, n %% 20 + 1, n %% 100 %% 50 %% 10 + 1, '203.0.113.7',
           (ARRAY['DE','TR','RU','US','FR','IT','ES','PL','UA','KZ','BR','IN'])[n %% 12 + 1],
           (ARRAY['desktop','mobile','mobile','tablet'])[n %% 4 + 1], 'Android', 'Chrome', 'de', 'blog.example',
           'Mozilla/5.0', 'source' || n %% 7, 'ad' || n %% 31, '', '', '', '', '', '', '', '', '', '', '', '',
           n %% 3 > 0, CASE WHEN n %% 9 = 0 THEN ARRAY['bot'] ELSE ARRAY[]::text[] END, '', 1
    FROM generate_series(%(low)s, %(high)s) n
"""
_RAW = """
    SELECT date_trunc('day', clicked_at, 'Europe/Berlin') AS day{more},
           count(*) FILTER (WHERE NOT flags && '{{bot,head,prefetch}}'),
           count(*) FILTER (WHERE is_unique AND NOT flags && '{{bot,head,prefetch}}')
    FROM tracking_click WHERE network_id = %s AND clicked_at >= %s AND clicked_at < %s {only}
    GROUP BY 1{groups} ORDER BY 1
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clicks", type=int, default=1_000_000)
    clicks = parser.parse_args().clicks
    with tempfile.TemporaryDirectory(prefix="cpanet-bench-") as name:
        data_dir = Path(name)
        servers = Servers(data_dir, elsewhere=(addresses.short_temp_dir(),))
        servers.start()
        try:
            prepare_django(data_dir)
            print(json.dumps(measure(clicks), indent=2))
        finally:
            servers.stop()
            state.discard(data_dir)


def prepare_django(data_dir):
    os.environ["CPANET_DATA_DIR"] = str(data_dir)
    os.environ["DATABASE_URL"] = addresses.database_url(data_dir)
    os.environ["REDIS_URL"] = addresses.redis_url(data_dir)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cpanet.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def measure(clicks) -> dict:
    from cpanet.tenancy.services import create_network

    network = create_network(name="Bench", host="bench.test", currency="USD")
    fill(network, clicks)
    hours, rollup_seconds = roll_up(network)
    figures = {"clicks": clicks, "hours": len(hours), "all_hours_s": round(rollup_seconds, 1)}
    figures["one_hour_ms"] = round(sorted(hours)[len(hours) // 2] * 1000, 1)
    figures["clicks_counted_per_s"] = round(clicks / rollup_seconds)
    return figures | rows_kept(network) | compare(network)


def fill(network, clicks):
    from django.db import connection

    from cpanet.tenancy.scope import network_scope
    from tracking.partitions import ensure_partitions

    step, part = DAYS * 86_400 / clicks, 250_000
    with network_scope(network.pk):
        ensure_partitions(FIRST.date(), (FIRST + timedelta(days=DAYS)).date())
    for low in range(0, clicks, part):
        values = {"network": network.pk, "first": FIRST, "step": step, "low": low, "high": min(low + part, clicks) - 1}
        with network_scope(network.pk), connection.cursor() as cursor:
            cursor.execute(_CLICKS, values)


def roll_up(network) -> tuple[list[float], float]:
    """Seconds of each hour, and of all."""
    from cpanet.tenancy.scope import network_scope
    from tracking.services.dirty import mark_dirty
    from tracking.statistics.rollup import count_marked_hour

    hours = [FIRST + timedelta(hours=number) for number in range(DAYS * 24)]
    with network_scope(network.pk):
        mark_dirty(*hours)
    times = [timed(lambda hour=hour: count_marked_hour(network_id=network.pk, hour=hour))[0] for hour in hours]
    return times, sum(times)


def rows_kept(network) -> dict:
    from django.db import connection

    from cpanet.tenancy.scope import network_scope
    from tracking.models import HourlyStats

    with network_scope(network.pk), connection.cursor() as cursor:
        cursor.execute("SELECT sum(clicks + bot_clicks) FROM tracking_hourlystats")
        return {"clicks_in_rollup": int(cursor.fetchone()[0]), "rows_in_rollup": HourlyStats.objects.count()}


def compare(network) -> dict:
    """Seconds of the same reports out of the roll-up and out of raw clicks; the figures must be equal."""
    questions = {"by_day": (["day"], {}, "", "", ""), "by_day_and_offer_of_one_webmaster": (
        ["day", "offer"], {"affiliate": ["7"]}, ", offer_id", ", 2", "AND affiliate_id = 7")}  # fmt: skip
    found = {}
    for name, (dimensions, filters, more, groups, only) in questions.items():
        asked, rows = best(lambda d=dimensions, f=filters: ask(network, d, f))
        raw, raw_rows = best(lambda m=more, g=groups, o=only: ask_raw(network, m, g, o))
        assert sorted(row[-2:] for row in raw_rows) == sorted(rows), name
        found[name] = {
            "rollup_ms": round(asked * 1000, 1),
            "raw_ms": round(raw * 1000, 1),
            "times_faster": round(raw / asked, 1),
        }
    return found


def ask(network, dimensions, filters):
    from cpanet.tenancy.scope import network_scope
    from tracking.statistics.query import report
    from tracking.statistics.request import Audience

    with network_scope(network.pk):
        found = report(
            dimensions=dimensions, metrics=["clicks", "unique_clicks"], filters=filters, date_from=FIRST.date(),
            date_until=(FIRST + timedelta(days=DAYS)).date(), timezone="Europe/Berlin", currency="USD",
            audience=Audience("manager", None, "USD"), limit=None, now=FIRST,
        )  # fmt: skip
    return [(row.values["clicks"], row.values["unique_clicks"]) for row in found.rows]


def ask_raw(network, more, groups, only):
    from zoneinfo import ZoneInfo

    from django.db import connection

    from cpanet.tenancy.scope import network_scope

    zone = ZoneInfo("Europe/Berlin")
    first = FIRST.replace(tzinfo=zone)
    with network_scope(network.pk), connection.cursor() as cursor:
        cursor.execute(
            _RAW.format(more=more, groups=groups, only=only), [network.pk, first, first + timedelta(days=DAYS)]
        )
        return cursor.fetchall()


def best(work, rounds=5):
    """(seconds of the fastest round, its result)."""
    times = [timed(work) for _ in range(rounds)]
    return min(times, key=lambda pair: pair[0])


def timed(work):
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


if __name__ == "__main__":
    main()
