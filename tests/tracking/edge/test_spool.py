import asyncio
import contextlib
import errno
import fcntl
import os
import subprocess
import sys
import time

import pytest

from tracking.edge import spool as spool_module
from tracking.edge.recorder import GroupCommit, WriteThrough
from tracking.edge.spool import Spool, edge_id, is_being_written, segments


@pytest.fixture
def spool(tmp_path):
    made = Spool(tmp_path, "edge-1", segment_bytes=100, segment_seconds=60)
    yield made
    made.close()


def written(tmp_path):
    return b"".join(path.read_bytes() for path in segments(tmp_path, "edge-1"))


def being_written(path):
    with open(path, "rb") as file:
        return is_being_written(file.fileno())


def test_lines_land_in_segments_in_order(spool, tmp_path):
    lines = [f"line {number:03d}\n".encode() for number in range(30)]
    for line in lines:
        spool.write(line)
    assert written(tmp_path) == b"".join(lines)
    assert len(segments(tmp_path, "edge-1")) == 3
    assert spool.state() == {"written": 30, "lost": 0, "unsynced": 0, "waiting": 0, "failure": ""}


def test_only_the_last_segment_is_being_written(spool, tmp_path):
    for _ in range(30):
        spool.write(b"nine char\n")
    *finished, last = segments(tmp_path, "edge-1")
    assert [being_written(path) for path in finished] == [False] * len(finished)
    assert being_written(last)
    spool.close()
    assert not being_written(last)


def test_a_segment_is_closed_by_its_age(tmp_path):
    spool = Spool(tmp_path, "edge-1", segment_bytes=100, segment_seconds=0)
    spool.write(b"one\n")
    spool.tick()
    assert [being_written(path) for path in segments(tmp_path, "edge-1")] == [False]


def test_a_killed_writer_leaves_a_finished_segment(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from tracking.edge.spool import Spool\n"
        "s = Spool(Path(sys.argv[1]), 'edge-1', segment_bytes=10**6, segment_seconds=60)\n"
        "s.write(b'whole\\n'); s._segment.append(b'torn'); print('ready', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    (path,) = segments(tmp_path, "edge-1")
    assert being_written(path)
    process.kill()
    process.wait()
    assert not being_written(path)
    assert path.read_bytes() == b"whole\ntorn"


def failing_writes(monkeypatch, after: int):
    """`os.write` takes `after` more bytes, then the disk is full; returns the way to free it."""
    room = [after]
    real = os.write

    def write(descriptor, data):
        if room[0] is None:
            return real(descriptor, data)
        if room[0] <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        count = real(descriptor, bytes(data)[: room[0]])
        room[0] -= count
        return count

    monkeypatch.setattr(spool_module.os, "write", write)
    return lambda: room.__setitem__(0, None)


def test_a_full_disk_costs_nothing_but_time(spool, tmp_path, monkeypatch, caplog):
    free_disk = failing_writes(monkeypatch, after=15)
    spool.write(b"first 789\n")
    spool.write(b"second 89\n")  # half of it fits: the segment ends in a torn line
    spool.write(b"third 789\n")
    assert written(tmp_path) == b"first 789\nsecon"
    assert (spool.waiting, spool.lost, spool.written) == (2, 0, 1)
    assert "No space left" in caplog.text
    assert "CLICKS ARE NOT BEING KEPT" in caplog.text
    assert spool.state()["failure"]
    free_disk()
    monkeypatch.setattr(spool, "_retry_at", 1e-9)  # a second later
    spool.tick()
    assert written(tmp_path) == b"first 789\nseconsecond 89\nthird 789\n"
    assert spool.state() == {"written": 3, "lost": 0, "unsynced": 0, "waiting": 0, "failure": ""}


def test_what_memory_cannot_hold_is_lost_and_counted(spool, monkeypatch):
    failing_writes(monkeypatch, after=0)
    monkeypatch.setattr(spool_module, "BACKLOG_BYTES", 25)
    for _ in range(5):
        spool.write(b"nine char\n")
    assert (spool.waiting, spool.lost) == (2, 3)


def test_a_directory_that_cannot_be_made_is_a_failure_like_others(tmp_path):
    (tmp_path / "file").write_text("in the way")
    spool = Spool(tmp_path / "file" / "spool", "edge-1", segment_bytes=100, segment_seconds=60)
    spool.write(b"one\n")
    assert (spool.waiting, bool(spool.state()["failure"])) == (1, True)


def test_a_failing_sync_is_counted_and_ends_the_segment(spool, tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    spool.write(b"one\n")
    with monkeypatch.context() as patch:
        patch.setattr(spool_module.os, "fdatasync", fail)
        spool.sync()
    assert (spool.unsynced, spool.waiting) == (1, 0)  # never written twice
    monkeypatch.setattr(spool, "_retry_at", 1e-9)
    spool.write(b"two\n")
    assert [path.read_bytes() for path in segments(tmp_path, "edge-1")] == [b"one\n", b"two\n"]


def test_the_edge_keeps_its_id(tmp_path):
    first = edge_id(tmp_path / "spool", "host")
    assert first.startswith("host-")
    assert edge_id(tmp_path / "spool", "other") == first
    assert edge_id(tmp_path / "elsewhere", "host") != first
    assert [path.name for path in (tmp_path / "spool").iterdir()] == ["edge_id"]


def run_recorder(kind, spool, rows, pause=0.0):
    async def story():
        recorder = kind(spool, asyncio.get_running_loop())
        seen = []

        class Visitor:
            def __init__(self):
                self.answered = asyncio.get_running_loop().create_future()

            def answer(self, data):
                seen.append(spool.written)
                self.answered.set_result(data)

        visitors = [Visitor() for _ in rows]
        for visitor, row in zip(visitors, rows, strict=True):
            recorder.add(row, visitor, b"answer")
        await asyncio.gather(*(visitor.answered for visitor in visitors))
        await asyncio.sleep(pause)
        recorder.close()
        return seen

    return asyncio.run(story())


@pytest.mark.parametrize("kind", [GroupCommit, WriteThrough])
def test_an_answer_leaves_after_its_line_is_written(kind, tmp_path):
    spool = Spool(tmp_path, "edge-1", segment_bytes=10**6, segment_seconds=60)
    rows = [f"row {number} ж\n" for number in range(500)]
    seen = run_recorder(kind, spool, rows, pause=0.3)
    assert all(seen)
    assert written(tmp_path).decode() == "".join(rows)


def test_lines_that_come_together_are_synced_together(tmp_path, monkeypatch):
    writes = []
    real = os.write
    monkeypatch.setattr(
        spool_module.os, "write", lambda file, data: (writes.append(file), time.sleep(0.01), real(file, data))[-1]
    )
    spool = Spool(tmp_path, "edge-1", segment_bytes=10**6, segment_seconds=60, synced=True)
    run_recorder(GroupCommit, spool, ["x\n"] * 1000)
    assert 1 <= len([file for file in writes if file == writes[0]]) <= 5


def test_a_synced_spool_is_on_the_disk_when_a_write_returns(tmp_path):
    spool = Spool(tmp_path, "edge-1", segment_bytes=10**6, segment_seconds=60, synced=True)
    spool.write(b"one\n")
    descriptor = spool.duplicate()
    assert fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_DSYNC
    os.close(descriptor)


@pytest.mark.parametrize("kind", [GroupCommit, WriteThrough])
def test_nobody_waits_for_a_broken_disk(kind, tmp_path, monkeypatch):
    failing_writes(monkeypatch, after=0)
    spool = Spool(tmp_path, "edge-1", segment_bytes=10**6, segment_seconds=60)
    started = time.monotonic()
    with contextlib.suppress(OSError):
        run_recorder(kind, spool, ["x\n"] * 100)
    assert time.monotonic() - started < 2
    assert spool.waiting == 100


def test_a_lone_surrogate_in_a_row_is_written_as_a_question_mark(tmp_path):
    spool = Spool(tmp_path, "edge-1", segment_bytes=10**6, segment_seconds=60)
    run_recorder(GroupCommit, spool, ["a\ud800b\n"])
    assert written(tmp_path) == b"a?b\n"
