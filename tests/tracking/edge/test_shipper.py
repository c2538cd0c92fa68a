"""The shipper against PostgreSQL: every line once, whoever dies when."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from cpanet.tenancy.scope import network_scope
from tests.tracking.edge.clicks import NOW, click
from tests.tracking.edge.clicks import network as edge_network
from tracking.edge import shipper as shipper_module
from tracking.edge.shipper import Shipper, ship_for_ever
from tracking.edge.spool import Segment
from tracking.edge.stamps import ClickIds
from tracking.management.commands import ship_clicks
from tracking.models import Click, DirtyHour

pytestmark = pytest.mark.usefixtures("empty_click_tables")
EDGE = "edge-1"
IDS = ClickIds()


@pytest.fixture
def spool(tmp_path):
    (tmp_path / "spool").mkdir()
    return tmp_path / "spool"


@pytest.fixture
def shipper(spool):
    made = Shipper(spool, EDGE, ship_clicks.connect)
    yield made
    made.disconnect()


def line(network_id, *, now=NOW, query="", **facts) -> str:
    return click(edge_network(id=network_id), query, now=now, click_id=IDS.new(now), **facts).row


def lines(network_id, count) -> bytes:
    return "".join(line(network_id, now=NOW + number) for number in range(count)).encode()


def segment(spool, data: bytes, *, name="1", keep_open=False):
    made = Segment(spool / f"{EDGE}.{name}.clicks")
    assert made.append(data) == b""
    if not keep_open:
        made.close()
    return made


def ask(statement) -> list[str]:
    """The first column of the rows, as the shipper's role sees them: row-level security does not bind it."""
    with connections["shipper"].cursor() as cursor:
        cursor.execute(statement)
        return [str(row[0]) for row in cursor.fetchall()]


def in_table() -> list[str]:
    return ask("SELECT id FROM tracking_click ORDER BY clicked_at")


def ids_of(data: bytes) -> list[str]:
    return [text.split("\t", 1)[0] for text in data.decode().splitlines()]


def test_clicks_arrive_as_they_were_and_the_hour_is_marked(shipper, spool, network_id):
    query = "sub1=%D0%B6%09%5C%0A&click_id=E&cost=0.5&source=a&url=https://x.example/%5C"
    written = line(network_id, query=query, language="de", referrer="https://blog.example/")
    segment(spool, written.encode())
    assert shipper.ship_all() == 1
    with network_scope(network_id):
        from_table = Click.objects.get()
    assert str(from_table.id) == written.split("\t")[0]
    assert from_table.clicked_at == datetime.fromtimestamp(NOW / 1000, tz=UTC)
    assert (from_table.sub1, from_table.deep_link) == ("ж\t\\\n", "https://x.example/\\")
    assert (from_table.external_click_id, from_table.cost, from_table.source) == ("E", "0.5", "a")
    assert (from_table.address, from_table.country, from_table.language) == ("8.8.8.8", "US", "de")
    assert (from_table.flags, from_table.is_unique, from_table.landing_id) == (["bad_deep_link"], True, 7)


def test_hours_are_marked(shipper, spool, network_id):
    hour = 3_600_000
    segment(spool, "".join(line(network_id, now=NOW + shift) for shift in (0, 1, hour, hour + 1)).encode())
    shipper.ship_all()
    segment(spool, line(network_id).encode(), name="2")
    shipper.ship_all()
    with network_scope(network_id):
        hours = sorted(set(DirtyHour.objects.values_list("hour", flat=True)))
    first = datetime.fromtimestamp(NOW / 1000, tz=UTC).replace(minute=0, second=0, microsecond=0)
    assert hours == [first, first + timedelta(hours=1)]


def test_a_growing_segment_is_shipped_as_it_grows_and_put_aside_when_its_writer_is_gone(shipper, spool, network_id):
    data = lines(network_id, 10)
    half = data.index(b"\n", len(data) // 2) - 5  # in the middle of a line
    growing = segment(spool, data[:half], keep_open=True)
    first = shipper.ship_all()
    assert first == data[:half].count(b"\n")
    assert shipper.ship_all() == 0
    growing.append(data[half:])
    assert shipper.ship_all() == 10 - first
    assert growing.path.exists()
    growing.close()
    assert shipper.ship_all() == 0
    assert [path.name for path in (spool / "shipped").iterdir()] == [growing.path.name]
    assert shipper.segments() == []
    assert in_table() == ids_of(data)


def test_a_torn_last_line_is_skipped_once_its_writer_is_gone(shipper, spool, network_id, caplog):
    data = lines(network_id, 3)
    torn = segment(spool, data + b"019-torn\t1", keep_open=True)
    assert shipper.ship_all() == 3
    assert torn.path.exists()
    assert shipper.lag_bytes() == len(b"019-torn\t1")
    torn.close()
    assert shipper.ship_all() == 0
    assert shipper.lag_bytes() == 0
    assert "torn line of 10 bytes" in caplog.text
    assert in_table() == ids_of(data)


class Dies(Exception):
    """Stands for the end of the process at this very place."""


STEPS = {
    "before COPY": "_copy",
    "after COPY, before the position": "_mark_hours",
}


@pytest.mark.parametrize("step", STEPS)
def test_death_before_the_commit_ships_nothing_and_the_next_one_ships_once(
    shipper, spool, network_id, monkeypatch, step
):
    data = lines(network_id, 5)
    segment(spool, data)

    def die(*arguments):
        raise Dies

    with monkeypatch.context() as patch:
        patch.setattr(shipper_module, STEPS[step], die)
        with pytest.raises(Dies):
            shipper.ship_all()
    shipper.disconnect()
    assert in_table() == []
    assert Shipper(spool, EDGE, ship_clicks.connect).ship_all() == 5
    assert in_table() == ids_of(data)


def test_death_after_the_commit_ships_nothing_again(spool, network_id, monkeypatch):
    data = lines(network_id, 5)
    segment(spool, data)
    first = Shipper(spool, EDGE, ship_clicks.connect)
    (path,) = first.segments()
    first.ship_batch(path)  # committed; what it knew dies with it, the segment is not put aside
    assert Shipper(spool, EDGE, ship_clicks.connect).ship_all() == 0
    assert in_table() == ids_of(data)


def test_a_connection_cut_in_the_middle_of_a_batch(shipper, spool, network_id, monkeypatch):
    data = lines(network_id, 5)
    segment(spool, data)
    real = shipper_module._mark_hours

    def cut(cursor, batch):
        real(cursor, batch)
        with connections["shipper"].cursor() as other:
            other.execute("SELECT pg_terminate_backend(%s)", [cursor.connection.info.backend_pid])

    with monkeypatch.context() as patch:
        patch.setattr(shipper_module, "_mark_hours", cut)
        with pytest.raises(psycopg2.OperationalError):
            shipper.ship_all()
    assert in_table() == []
    assert shipper.ship_all() == 5
    assert in_table() == ids_of(data)


def test_shippers_beside_each_other_double_nothing(spool, network_id, monkeypatch):
    monkeypatch.setattr(shipper_module, "BATCH_BYTES", 4000)  # some ten lines a batch
    data = [lines(network_id, 150) for _ in range(3)]
    for number, each in enumerate(data):
        segment(spool, each, name=str(number))
    shipped = []

    def ship():
        mine = Shipper(spool, EDGE, ship_clicks.connect)
        shipped.append(sum(mine.ship_all() for _ in range(10)))
        mine.disconnect()

    threads = [threading.Thread(target=ship) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(shipped) == 450
    assert sorted(in_table()) == sorted(each for batch in data for each in ids_of(batch))


BAD_LINES = {
    "too few columns": b"a\tb\n",
    "no uuid": b"x" * 36,
    "not UTF-8": b"\xff\xfe",
    "a strange day": b"2026-99-99 00:00:00.000+00",
    "no network": b"x",
}


@pytest.mark.parametrize("kind", BAD_LINES)
def test_a_line_postgresql_refuses_is_kept_aside_and_the_rest_goes_on(shipper, spool, network_id, kind, caplog):
    good = lines(network_id, 9).splitlines(keepends=True)
    fields = line(network_id).encode().split(b"\t")
    place = {"no uuid": 0, "no network": 1, "a strange day": 2, "not UTF-8": 15}.get(kind)
    if place is None:
        bad = BAD_LINES[kind]
    else:
        fields[place] = BAD_LINES[kind]
        bad = b"\t".join(fields)
    segment(spool, b"".join([*good[:4], bad, *good[4:]]))
    assert shipper.ship_all() == 10
    assert shipper.rejected == 1
    assert in_table() == ids_of(b"".join(good))
    (file,) = (spool / "rejected").iterdir()
    record = json.loads(file.read_text())
    assert record["reason"]
    assert record.get("line", "") + "\n" == bad.decode("utf-8", "replace") or "line_base64" in record
    assert "refused" in caplog.text
    assert shipper.ship_all() == 0


def test_a_click_that_is_there_already_is_refused_not_doubled(shipper, spool, network_id):
    data = lines(network_id, 3)
    segment(spool, data)
    segment(spool, data, name="2")
    shipper.ship_all()
    assert (shipper.rejected, in_table()) == (3, ids_of(data))


def test_a_click_of_a_network_that_is_gone_does_not_stop_the_others(shipper, spool, network_id):
    segment(spool, line(999_999).encode() + lines(network_id, 2))
    assert shipper.ship_all() == 3
    assert len(in_table()) == 3


def test_the_days_of_clicks_get_their_partitions(shipper, spool, network_id):
    day = 86_400_000
    segment(spool, "".join(line(network_id, now=NOW + shift * day) for shift in (-400, -3, 0, 40)).encode())
    assert shipper.ship_all() == 4
    assert (shipper.rejected, len(in_table())) == (0, 4)


def test_a_wrong_table_is_an_error_and_rejects_nothing(shipper, spool, network_id, monkeypatch):
    data = lines(network_id, 3)
    segment(spool, data)
    with monkeypatch.context() as patch:
        patch.setattr(shipper_module, "_COPY", "COPY no_such_table FROM STDIN")
        with pytest.raises(psycopg2.errors.UndefinedTable):
            shipper.ship_all()
    assert shipper.ship_all() == 3
    assert shipper.rejected == 0


def test_old_shipped_segments_are_removed_with_their_positions(shipper, spool, network_id):
    segment(spool, lines(network_id, 2))
    segment(spool, lines(network_id, 2), name="2", keep_open=True)
    shipper.ship_all()
    shipper.ship_all()
    now = datetime.now(UTC)
    assert shipper.remove_old(now + timedelta(hours=47)) == 0
    assert shipper.remove_old(now + timedelta(hours=49)) == 1
    assert [path.name for path in shipper.segments()] == [f"{EDGE}.2.clicks"]
    assert ask("SELECT segment FROM tracking_spooloffset") == [f"{EDGE}.2.clicks"]


def test_the_shipper_waits_for_the_database_and_ends_when_told(spool, network_id):
    data = lines(network_id, 3)
    segment(spool, data)
    refusals = [psycopg2.OperationalError("the database is starting up"), psycopg2.OperationalError("still")]

    def connect():
        if refusals:
            raise refusals.pop()
        return ship_clicks.connect()

    stop = threading.Event()
    shipper = Shipper(spool, EDGE, connect)
    thread = threading.Thread(target=ship_for_ever, args=(shipper, stop.is_set))
    thread.start()
    deadline = time.monotonic() + 10
    while len(in_table()) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join(5)
    shipper.disconnect()
    assert not thread.is_alive()
    assert in_table() == ids_of(data)


def test_the_command_ships_all_and_says_so(settings, network_id, capsys):
    spool = settings.SPOOL_DIR
    spool.mkdir(parents=True)
    (spool / "edge_id").write_text(EDGE)
    data = lines(network_id, 7)
    segment(spool, data)
    call_command("ship_clicks", "--once")
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"shipped": 7, "lag_bytes": 0}
    assert (settings.EDGE_DIR / "snapshot.jsonl").exists()
    assert in_table() == ids_of(data)
    call_command("ship_clicks", "--once")
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"shipped": 0, "lag_bytes": 0}


def test_the_command_fails_when_the_database_does_not_answer(monkeypatch):
    def refuse():
        raise psycopg2.OperationalError("connection refused")

    monkeypatch.setattr(ship_clicks.SnapshotWriter, "refresh", lambda self: refuse())
    with pytest.raises(CommandError, match="connection refused"):
        call_command("ship_clicks", "--once")
