"""The click edge's companion on its machine: ships the spool and keeps the snapshot file fresh."""

import json
import logging
import signal
import threading
import time

import psycopg2
import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from cpanet.tenancy.services import CONFIG_CHANNEL
from tracking.edge.build import SnapshotWriter
from tracking.edge.settings import from_environment
from tracking.edge.shipper import Shipper, ship_for_ever
from tracking.edge.spool import edge_id
from tracking.partitions import ensure_usual_partitions

POLL_SECONDS = 2.0
log = logging.getLogger("cpanet.edge.sidecar")


class Command(BaseCommand):
    help = "Ships clicks from this machine's spool into the database and keeps the click edge's snapshot fresh."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="ship what there is, refresh the snapshot, and end")

    def handle(self, *, once: bool, **options):
        shipper = _shipper()
        writer = SnapshotWriter(settings.EDGE_DIR / "snapshot.jsonl")
        if once:
            self._ship_once(shipper, writer)
        else:
            self._run(shipper, writer)

    def _ship_once(self, shipper: Shipper, writer: SnapshotWriter):
        try:
            writer.refresh()
            shipped = shipper.ship_all()
            lag = shipper.lag_bytes()
        except (DatabaseError, psycopg2.Error) as error:
            raise CommandError(f"The database does not answer, nothing is lost, try again: {error}") from error
        finally:
            shipper.disconnect()
        self.stdout.write(json.dumps({"shipped": shipped, "lag_bytes": lag}))

    def _run(self, shipper: Shipper, writer: SnapshotWriter):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        keeper = threading.Thread(target=keep_snapshot_fresh, args=(writer, stop), name="snapshot", daemon=True)
        keeper.start()
        _make_places()
        try:
            ship_for_ever(shipper, stop.is_set)
        finally:
            shipper.disconnect()
        keeper.join(0.5)  # it may be asleep; a file half written is never seen


def _make_places() -> None:
    """The hourly task makes the days of clicks ahead; a new installation need not wait, and be warned, for an hour."""
    try:
        ensure_usual_partitions(timezone.now())
    except DatabaseError as error:
        log.warning("no places for clicks could be made ahead, the hourly task will: %s", error)
    finally:
        connections.close_all()


def keep_snapshot_fresh(writer: SnapshotWriter, stop: threading.Event) -> None:
    """Refresh the snapshot every two seconds, and at once when a change is announced; outlives both servers."""
    listener = ChangeListener()
    while not stop.is_set():
        close_old_connections()
        try:
            writer.refresh()
        except Exception:  # the edge goes on with the last snapshot, so must this thread, whatever it was
            log.exception("the snapshot could not be refreshed; the edge uses the last one")
            connections.close_all()
        listener.wait(POLL_SECONDS)


class ChangeListener:
    """Waits for an announced change of configuration; without Redis it only waits."""

    def __init__(self):
        self._subscription = None

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or as soon as a change is announced."""
        try:
            self._subscribed().get_message(ignore_subscribe_messages=True, timeout=seconds)
        except (redis.RedisError, OSError):
            self._subscription = None
            time.sleep(seconds)

    def _subscribed(self):
        if self._subscription is None:
            client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1)
            self._subscription = client.pubsub(ignore_subscribe_messages=True)
            self._subscription.subscribe(CONFIG_CHANNEL)
        return self._subscription


def _shipper() -> Shipper:
    edge = edge_id(settings.SPOOL_DIR, from_environment().edge_name)
    return Shipper(settings.SPOOL_DIR, edge, connect, retention_hours=settings.SPOOL_RETENTION_HOURS)


def connect():
    """A psycopg2 connection of the shipper's role, outside Django's own pool."""
    shipper = connections["shipper"]
    parameters = {**shipper.get_connection_params(), "connect_timeout": 5, "client_encoding": "UTF8"}
    return psycopg2.connect(**parameters)
