"""Clicks per second from the spool into the table, against Django's bulk_create of the same rows in the same run.

    python bench/edge_shipping.py [--clicks 300000]

Starts an embedded PostgreSQL of its own in a temporary directory, durable as in production. Takes about a minute.
"""

import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.stage import embedded  # noqa: E402

PLAIN_ROWS = 10_000


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clicks", type=int, default=300_000)
    clicks = parser.parse_args().clicks
    with embedded() as data_dir:
        print_report(*measure(data_dir / "spool", clicks))


def measure(spool, clicks):
    """(shipped clicks per second, bulk_created rows per second)"""
    from cpanet.tenancy.scope import network_scope
    from cpanet.tenancy.services import create_network
    from tracking.edge.shipper import Shipper
    from tracking.management.commands.ship_clicks import connect
    from tracking.models import Click

    network = create_network(name="Bench", host="bench.test", currency="USD")
    write_spool(spool, network.pk, clicks)
    shipper = Shipper(spool, "bench", connect)
    shipper.ship_batch(shipper.segments()[0])  # makes the partition; not counted
    started = time.perf_counter()
    shipped = shipper.ship_all()
    shipping = shipped / (time.perf_counter() - started)
    with network_scope(network.pk):
        rows = list(Click.objects.all()[:PLAIN_ROWS])
        Click.objects.filter(id__in=[row.id for row in rows]).delete()
        started = time.perf_counter()
        Click.objects.bulk_create([Click(**values_of(row)) for row in rows], batch_size=1000)
        plain = len(rows) / (time.perf_counter() - started)
    shipper.disconnect()
    return shipping, plain


def values_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def write_spool(spool, network_id, clicks):
    """Segments as the edge writes them: 64 MB each, different visitors, marks and moments of one hour."""
    from tracking.edge.decide import Request, decide
    from tracking.edge.routes import route_of
    from tracking.edge.snapshot import Landing, Link, Network, Offer
    from tracking.edge.spool import Spool
    from tracking.edge.stamps import ClickIds, Times
    from tracking.edge.visitors import Visitors

    offer = Offer(5, 3, landings=(Landing(7, "https://shop.example/?click={click_id}"),))
    network = Network(network_id, "Bench", offers={5: offer}, links={"abc": Link(9, "abc", 4, 5)})
    route, ids, times, visitors = route_of(network, "abc"), ClickIds(), Times(), Visitors(1 << 20)
    agent = "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile"
    start = int(time.time() // 3600 * 3_600_000)
    target = Spool(spool, "bench", segment_bytes=64 * 1024 * 1024, segment_seconds=3600)
    for number in range(clicks):
        now = start + number * 3_600_000 // clicks
        request = Request(f"sub1=camp{number % 50}&sub2=x{number}", f"8.8.{number % 250}.{number % 241}", agent)
        decision = decide(request, route, now=now, time=times.text(now), click_id=ids.new(now), visitors=visitors)
        target.write(decision.row.encode())
    target.finish()


def print_report(shipping, plain):
    print(f"shipper     {shipping:9,.0f} clicks per second = {shipping / plain:.1f} times bulk_create")
    print(f"bulk_create {plain:9,.0f} rows per second")
    print(json.dumps({"shipped_per_second": round(shipping), "of_bulk_create": round(shipping / plain, 1)}))


if __name__ == "__main__":
    main()
