"""The questions of bench/reports.py: asked of the reports, and of the raw rows in statements written for that alone."""

import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bench.report_data import DAYS, FIRST

ZONE = "Europe/Berlin"
METRICS = ("clicks", "unique_clicks", "bot_clicks", "pending", "approved", "declined", "earnings", "revenue")
_SUMS_OF_CLICKS = """count(*) FILTER (WHERE NOT flags && '{bot,head,prefetch}'),
    count(*) FILTER (WHERE is_unique AND NOT flags && '{bot,head,prefetch}'),
    count(*) FILTER (WHERE flags && '{bot,head,prefetch}'), 0, 0, 0, 0, 0"""
_SUMS_OF_LEADS = """0, 0, 0, count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'approved'),
    count(*) FILTER (WHERE status = 'declined'), coalesce(sum(earning) FILTER (WHERE status = 'approved'), 0),
    coalesce(sum(revenue) FILTER (WHERE status = 'approved'), 0)"""
_PLACE = "v.offer_id, v.affiliate_id, v.advertiser_id, v.country"
_CHANGE = """
    SELECT {moment} AS at, {status} AS status, {sign} AS sign, {earning} AS earning, {revenue} AS revenue, {place} FROM
    tracking_conversion v {revisions} WHERE v.network_id = %(n)s"""
_REVISIONS = "JOIN tracking_conversionrevision r ON r.conversion_id = v.id"
_CHANGES = " UNION ALL ".join(
    _CHANGE.format(moment=m, status=st, sign=sign, earning=e, revenue=r, place=_PLACE, revisions=revisions)
    for m, st, sign, e, r, revisions in (
        ("v.created_at", "'pending'", 1, 0, 0, ""),
        ("r.at", "'pending'", -1, 0, 0, _REVISIONS),
        ("r.at", "r.status", 1, "r.earning", "r.revenue", _REVISIONS),
    )
)
_SUMS_OF_CHANGES = """0, 0, 0, sum(sign) FILTER (WHERE status = 'pending'),
    sum(sign) FILTER (WHERE status = 'approved'), sum(sign) FILTER (WHERE status = 'declined'),
    sum(earning) FILTER (WHERE status = 'approved'), sum(revenue) FILTER (WHERE status = 'approved')"""


@dataclass(frozen=True)
class Question:
    """`columns` are those of the raw rows for the dimensions that are no times; `who` is manager, affiliate…"""

    name: str
    who: str
    dimensions: tuple[str, ...]
    columns: tuple[str, ...] = ()
    zone: str = ZONE
    basis: str = "click"
    days: int = DAYS
    filters: dict = field(default_factory=dict)


QUESTIONS = (
    Question("manager, by day", "manager", ("day",)),
    Question("manager, by webmaster", "manager", ("affiliate",), ("affiliate_id",)),
    Question("manager, by offer and webmaster", "manager", ("offer", "affiliate"), ("offer_id", "affiliate_id")),
    Question("manager, by day, zone of India", "manager", ("day",), zone="Asia/Kolkata"),
    Question("manager, by offer, zone of India", "manager", ("offer",), ("offer_id",), zone="Asia/Kolkata"),
    Question("manager, by country", "manager", ("country",), ("country",)),
    Question("manager, by country and device", "manager", ("country", "device"), ("country", "device")),
    Question("manager, by sub1", "manager", ("sub1",), ("sub1",)),
    Question("manager, by day, decision date", "manager", ("day",), basis="decision"),
    Question("webmaster, by day", "affiliate", ("day",)),
    Question("webmaster, by day and offer", "affiliate", ("day", "offer"), ("offer_id",)),
    Question("webmaster, by day and country", "affiliate", ("day", "country"), ("country",)),
    Question("webmaster, by day, zone of India", "affiliate", ("day",), zone="Asia/Kolkata"),
    Question("webmaster, by sub1", "affiliate", ("sub1",), ("sub1",)),
    Question("webmaster, by day and sub2", "affiliate", ("day", "sub2"), ("sub2",)),
    Question("webmaster, by sub1 and sub2, read from single clicks", "affiliate", ("sub1", "sub2"), ("sub1", "sub2")),
    Question("webmaster, by sub5 (one for every click), one day", "affiliate", ("sub5",), ("sub5",), days=1),
    Question("advertiser, by day and webmaster", "advertiser", ("day", "affiliate"), ("affiliate_id",)),
)


def compare(scene, question: Question) -> dict:
    """Milliseconds of the statement of the report, of all it does, and of the raw rows; figures must be equal."""
    whole, (lines, statement) = best(lambda: asked(scene, question))
    raw, raw_lines = best(lambda: asked_raw(scene, question), rounds=2)
    assert lines == raw_lines, (question.name, list(lines.items())[:3], list(raw_lines.items())[:3])
    return {
        "lines": len(lines), "statement_ms": millis(statement), "report_ms": millis(whole), "raw_ms": millis(raw),
        "times_faster": round(raw / statement, 1),
    }  # fmt: skip


def asked(scene, question):
    """({key: figures}, seconds of the statement that gave lines and totals)."""
    from django.db import connection

    from cpanet.tenancy.scope import network_scope
    from tracking.statistics.query import report

    seconds = []

    def watch(execute, sql, params, many, context):
        begin = time.perf_counter()
        result = execute(sql, params, many, context)
        if sql.lstrip().startswith("WITH grouped"):
            seconds.append(time.perf_counter() - begin)
        return result

    until = FIRST.date() + timedelta(days=question.days)
    with network_scope(scene.network.pk), connection.execute_wrapper(watch):
        found = report(
            dimensions=question.dimensions, metrics=metrics_of(question), filters=question.filters,
            date_from=FIRST.date(), date_until=until, timezone=question.zone, currency="USD", basis=question.basis,
            audience=audience_of(scene, question), limit=None, now=FIRST,
        )  # fmt: skip
    lines = {tuple(row.keys.values()): tuple(row.values[key] for key in metrics_of(question)) for row in found.rows}
    return {key: values for key, values in lines.items() if any(values)}, min(seconds)


def metrics_of(question):
    hidden = {"affiliate": {"revenue"}, "advertiser": {"earnings"}}.get(question.who, set())
    return tuple(key for key in METRICS if key not in hidden)


def audience_of(scene, question):
    from tracking.statistics.request import Audience

    owner = {"affiliate": scene.webmaster, "advertiser": scene.advertiser}.get(question.who)
    return Audience(question.who, owner, "USD")


def asked_raw(scene, question):
    """{key: figures} out of two plain statements over clicks and leads, added up here."""
    sources = [("tracking_click", "clicked_at", _SUMS_OF_CLICKS)]
    if question.basis == "decision":
        sources.append((f"({_CHANGES}) changes", "at", _SUMS_OF_CHANGES))
    else:
        sources.append(("tracking_conversion", "clicked_at", _SUMS_OF_LEADS))
    lines = {}
    for table, moment, sums in sources:
        for *key, values in raw_rows(scene, question, table, moment, sums):
            before = lines.get(tuple(key), (0,) * len(METRICS))
            lines[tuple(key)] = tuple(a + b for a, b in zip(before, values, strict=True))
    wanted = [METRICS.index(key) for key in metrics_of(question)]
    found = {key: tuple(values[place] for place in wanted) for key, values in lines.items()}
    return {key: values for key, values in found.items() if any(values)}


def raw_rows(scene, question, table, moment, sums):
    from django.db import connection

    from cpanet.tenancy.scope import network_scope

    zone = ZoneInfo(question.zone)
    begin = FIRST.replace(tzinfo=zone)
    keys = [f"(({moment} AT TIME ZONE %(zone)s)::date)::text"] if "day" in question.dimensions else []
    keys += question.columns
    owner = {
        "affiliate": f"AND affiliate_id = {scene.webmaster}",
        "advertiser": f"AND advertiser_id = {scene.advertiser}",
    }
    network = "" if table.startswith("(") else "network_id = %(n)s AND"
    statement = f"""SELECT {", ".join(keys)}, {sums} FROM {table} WHERE {network} {moment} >= %(begin)s
        AND {moment} < %(end)s {owner.get(question.who, "")} GROUP BY {", ".join(map(str, range(1, len(keys) + 1)))}"""
    end = begin + timedelta(days=question.days)  # the clock of the zone
    values = {"n": scene.network.pk, "zone": question.zone, "begin": begin, "end": end}
    with network_scope(scene.network.pk), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [(*row[: len(keys)], tuple(int(value or 0) for value in row[len(keys) :])) for row in cursor.fetchall()]


def pages(scene) -> dict:
    """Milliseconds of everything a statistics page asks: the table with its comparison, the tiles, the chart."""
    asked = (("affiliate", "day"), ("affiliate", "sub1"), ("manager", "day"), ("manager", "country"))
    return {f"{who}, by {key}": millis(best(lambda w=who, k=key: page(scene, w, k))[0]) for who, key in asked}


def page(scene, who, key):
    from cpanet.tenancy.scope import network_scope
    from tracking.statistics import presentation
    from tracking.statistics.metrics import DEFAULT_METRICS
    from tracking.statistics.periods import Period
    from tracking.statistics.query import run
    from tracking.statistics.request import checked

    period = Period(FIRST.date(), FIRST.date() + timedelta(days=DAYS))
    with network_scope(scene.network.pk):
        request = checked(
            dimensions=(key,), metrics=DEFAULT_METRICS[who], filters={}, period=period, timezone=ZONE,
            audience=audience_of(scene, Question("", who, ())),
        )  # fmt: skip
        report = run(request, limit=25, compare=True, compare_rows=True, now=FIRST)
        return presentation.tiles(report), presentation.chart(report, "clicks", True)


def visible_after(scene) -> float:
    """Seconds of one run of the task when a click has come into the busiest hour (the task runs every five)."""
    from cpanet.tenancy.scope import network_scope
    from tests import factories
    from tracking.services.dirty import mark_dirty
    from tracking.tasks.statistics import refresh_statistics

    at = FIRST + timedelta(days=10, hours=12)
    with network_scope(scene.network.pk):
        factories.click(link=scene.links[0], at=at)
        mark_dirty(at)
    begin = time.perf_counter()
    refresh_statistics(scene.network.pk)
    spent = time.perf_counter() - begin
    day = date(2026, 10, 11)
    one_day = Question("", "manager", ("day",))
    lines, _statement = asked(scene, one_day)
    assert lines == asked_raw(scene, one_day), day
    return round(spent, 2)


def best(work, rounds=5):
    """(seconds of the fastest round, its result)."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        result = work()
        times.append((time.perf_counter() - begin, result))
    return min(times, key=lambda pair: pair[0])


def millis(seconds):
    return round(seconds * 1000, 2)
