"""Postbacks answered per second, batches read, deliveries sent: against bare commits of one row, in one run.

    python bench/postbacks.py [--calls 4000] [--batch 40000] [--deliveries 1000]

Starts embedded servers of its own in a temporary directory, durable as in production, and the web server as the
platform starts it (two processes). Eight connections call it, each call a new lead, then the same calls again.
The reference is what the same disk does with one INSERT and COMMIT per call over eight connections. Then one batch as
a whole, and the postbacks of as many new leads to a receiver on this machine. Loopback only; takes some minutes.
"""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.stage import embedded  # noqa: E402

CONNECTIONS = 8
HOST = "bench.test"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, usual in (("calls", 4000), ("batch", 40_000), ("deliveries", 1000)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    with tracker() as port, embedded(CPANET_OUTBOUND_ALLOW=f"127.0.0.1:{port}"):
        print(json.dumps(measure(options, port), indent=2))


def measure(options, port) -> dict:
    stage = prepare(options)
    with web_server() as web_port:
        reference = commits_per_second(options.calls)
        calls = [f"{stage.path}&click_id={click.hex}&order_id={click.hex}" for click in stage.clicks[: options.calls]]
        first, again = per_second(web_port, calls), per_second(web_port, calls)
    figures = {"bare_commits_per_second": reference, "postbacks_per_second": first, "repeats_per_second": again}
    figures |= {"postbacks_to_bare_commits": round(first / reference, 3)}
    figures |= batch(stage, stage.clicks[options.calls : options.calls + options.batch])
    figures |= deliveries(stage, stage.clicks[options.calls + options.batch :], port)
    return figures


class Stage:
    """One network, one advertiser, one link; as many clicks as there will be leads."""


def prepare(options) -> Stage:
    from django.utils import timezone

    from cpanet.core.ids import uuid7_at
    from cpanet.tenancy.scope import network_scope
    from cpanet.tenancy.services import create_network
    from tests import factories
    from tracking.models import Click
    from tracking.services.postback_keys import create_key

    stage, now = Stage(), timezone.now()
    stage.network = create_network(name="Bench", host=HOST, currency="USD")
    with network_scope(stage.network.pk):
        stage.advertiser, stage.affiliate = factories.advertiser(), factories.affiliate()
        offer = factories.offer(advertiser=stage.advertiser)
        factories.goal(offer=offer)
        link = factories.link(offer=offer, affiliate=stage.affiliate)
        key = create_key(advertiser=stage.advertiser, actor=None, now=now)
        sample = factories.click(link=link, at=now)
        values = {field.attname: getattr(sample, field.attname) for field in sample._meta.concrete_fields}
        number = options.calls + options.batch + options.deliveries
        times = [now - timedelta(minutes=9, milliseconds=place) for place in range(number)]
        clicks = [Click(**values | {"id": uuid7_at(at), "clicked_at": at}) for at in times]
        Click.objects.bulk_create(clicks, batch_size=1000)
    stage.path = f"/postback/{stage.advertiser.public_id}/?token={key.secret}"
    stage.clicks = [click.id for click in clicks]
    return stage


@contextmanager
def web_server():
    """The port of the cabinets' server, as the platform starts it."""
    port = free_port()
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"]
    command = [*granian, "--port", str(port), "--blocking-threads", "8", "--workers", "2", "--log-level", "error"]
    process = subprocess.Popen([*command, "cpanet.wsgi:application"], cwd=ROOT, env=dict(os.environ))
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(15)


def per_second(port, calls) -> float:
    """Answered calls per second; every one must be answered with 200."""
    per_second_of(call_all, port, calls[:CONNECTIONS])  # opens what a first call opens
    return per_second_of(call_all, port, calls)


def per_second_of(work, port, calls) -> float:
    begin = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        statuses = [status for part in pool.map(lambda start: work(port, calls[start::CONNECTIONS]), range(CONNECTIONS))
                    for status in part]  # fmt: skip
    if set(statuses) != {200}:
        raise SystemExit(f"not every call was taken: {sorted(set(statuses))}")
    return round(len(calls) / (time.perf_counter() - begin), 1)


def call_all(port, paths) -> list[int]:
    connection, statuses = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
    for path in paths:
        connection.request("GET", path, headers={"Host": HOST})
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    return statuses


def commits_per_second(number) -> float:
    """One INSERT and COMMIT each over as many connections: what this machine's disk and PostgreSQL can do at most."""
    import psycopg2

    dsn = os.environ["DATABASE_URL"]
    with psycopg2.connect(dsn) as one, one.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_calls (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), said jsonb)")

    def insert(count):
        connection = psycopg2.connect(dsn)
        for _ in range(count):
            with connection, connection.cursor() as cursor:
                cursor.execute('INSERT INTO bench_calls (said) VALUES (\'{"click_id": "0", "order_id": "0"}\')')
        connection.close()

    begin = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(insert, [number // CONNECTIONS] * CONNECTIONS))
    return round(number / (time.perf_counter() - begin), 1)


def batch(stage, clicks) -> dict:
    """A whole batch: kept (what the caller waits for) and read."""
    from django.utils import timezone

    from cpanet.tenancy.scope import network_scope
    from tracking.services import batches
    from tracking.tasks.postbacks import read_batch

    items = [{"click_id": click.hex, "order_id": click.hex} for click in clicks]
    begin = time.perf_counter()
    with network_scope(stage.network.pk):
        job = batches.keep_batch(
            advertiser=stage.advertiser, items=items, actor=None, caller="bench", address=None, now=timezone.now()
        )
    kept = time.perf_counter()
    read_batch(network_id=stage.network.pk, job_id=job.pk)
    done = time.perf_counter()
    with network_scope(stage.network.pk):
        counts = batches.counts_of(job)
    if counts != {"accepted": len(items)}:
        raise SystemExit(f"the batch was read otherwise: {counts}")
    return {"batch": len(items), "kept_s": round(kept - begin, 2), "read_s": round(done - kept, 1)}


def deliveries(stage, clicks, port) -> dict:
    """Postbacks about new leads, sent to a receiver that answers at once."""
    from django.utils import timezone

    from cpanet.tenancy.scope import network_scope
    from tracking.outgoing.services.receivers import create_receiver
    from tracking.outgoing.services.sending import send_due
    from tracking.services.postback_settings import settings_of
    from tracking.services.postbacks import take_call

    with network_scope(stage.network.pk):
        create_receiver(
            affiliate=stage.affiliate, kind="postback", actor=None, now=timezone.now(), name="Tracker",
            address=f"http://127.0.0.1:{port}/pb?click={{click_id}}&status={{status}}", events=["created"],
        )  # fmt: skip
        for click in clicks:
            values = {"click_id": click.hex, "order_id": click.hex}
            take_call(advertiser=stage.advertiser, parameters=values, method="GET", address=None, now=timezone.now(),
                      caller=None, settings=settings_of(stage.advertiser))  # fmt: skip
    begin = time.perf_counter()
    made = send_due(network_ids=[stage.network.pk], clock=timezone.now, seconds=300)
    return {"deliveries": made, "deliveries_per_second": round(made / (time.perf_counter() - begin), 1)}


@contextmanager
def tracker():
    """The port of a receiver that answers everything at once."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            return socket.create_connection(("127.0.0.1", port), 0.5).close()
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web server did not start")


if __name__ == "__main__":
    main()
