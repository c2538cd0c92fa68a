"""Reports out of the roll-ups against the same questions put to raw rows, and what the roll-ups cost, in one run.

    python bench/reports.py [--clicks 1000000]

Starts an embedded PostgreSQL of its own in a temporary directory and fills 30 days with clicks and leads made in SQL:
20 webmasters, 50 offers, 100 links (a few of them much busier than the rest), 12 countries, marks of which one is
different for every click. Every figure is compared with an independent count over the raw rows. Prints one JSON object
last.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import report_data, report_questions  # noqa: E402
from bench.stage import embedded  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clicks", type=int, default=1_000_000)
    clicks = parser.parse_args().clicks
    with embedded():
        print(json.dumps(measure(clicks), indent=2))


def measure(clicks) -> dict:
    begin = time.perf_counter()
    scene = report_data.scene()
    report_data.fill(scene, clicks)
    figures = {"clicks": clicks, "fill_s": since(begin)}
    report_data.analyze()
    figures |= roll_up(scene, clicks) | split(scene) | report_data.rows_kept(scene)
    report_data.analyze()
    figures["questions"] = {
        question.name: report_questions.compare(scene, question) for question in report_questions.QUESTIONS
    }
    figures["pages_ms"] = report_questions.pages(scene)
    figures["visible_after_shipping_s"] = report_questions.visible_after(scene)
    return figures | {"whole_run_s": since(begin)}


def roll_up(scene, clicks) -> dict:
    """Every hour counted as the task counts it."""
    from cpanet.tenancy.scope import network_scope
    from tracking.services.dirty import mark_dirty
    from tracking.statistics.days import keep_zones
    from tracking.statistics.rollup import count_marked_hour

    hours = [report_data.FIRST + timedelta(hours=number) for number in range(-24, (report_data.DAYS + 12) * 24)]
    with network_scope(scene.network.pk):
        keep_zones(now=datetime.now(UTC))
        mark_dirty(*hours)
    times = []
    for hour in hours:
        begin = time.perf_counter()
        count_marked_hour(network_id=scene.network.pk, hour=hour)
        times.append(time.perf_counter() - begin)
    busy = sorted(times[24 : 24 + report_data.DAYS * 24])
    return {
        "one_hour_ms": {"median": millis(busy[len(busy) // 2]), "p95": millis(busy[len(busy) * 95 // 100])},
        "all_hours_s": round(sum(times), 1),
        "clicks_counted_per_s": round(clicks / sum(times)),
    }


def split(scene) -> dict:
    """Every day split by marks, place and technology, as the task does it when a day has ended."""
    from cpanet.tenancy.scope import network_scope
    from tracking.statistics.splits import days_to_split, split_day

    times = []
    with network_scope(scene.network.pk):
        due = days_to_split(now=report_data.FIRST + timedelta(days=report_data.DAYS + 2))
    for zone, day in due:
        begin = time.perf_counter()
        with network_scope(scene.network.pk):
            split_day(zone=zone, day=day)
        times.append(time.perf_counter() - begin)
    return {"split_one_day_s": round(sorted(times)[len(times) // 2], 2), "split_all_days_s": round(sum(times), 1)}


def millis(seconds):
    return round(seconds * 1000, 2)


def since(begin):
    return round(time.perf_counter() - begin, 1)


if __name__ == "__main__":
    main()
