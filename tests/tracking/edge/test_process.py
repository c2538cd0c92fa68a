"""The edge as it is started in production."""

import contextlib
import json
import os
import signal
import socket
import time
import urllib.request

from tests.tracking.edge.clicks import network
from tests.tracking.edge.processes import HOST, family, free_port, start_edge
from tracking.edge.snapshot import section_of, write_snapshot


def prepared(tmp_path, version=1, **offer):
    sections = {1: section_of(network(offer=offer))}
    write_snapshot(
        tmp_path / "edge" / "snapshot.jsonl", version=version, built_at=time.time(), hosts={HOST: 1}, sections=sections
    )


def ask(port, lines: bytes) -> bytes:
    """The head of the answer to raw bytes."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(lines)
        return connection.recv(65536)


def click(port) -> bytes:
    return ask(port, f"GET /c/abc HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())


def test_a_pause_works_within_a_second_and_raw_bytes_never_make_a_500(tmp_path):
    prepared(tmp_path)
    port = free_port()
    edge = start_edge(tmp_path, port, CPANET_TRUSTED_PROXIES="1")
    try:
        assert click(port).startswith(b"HTTP/1.1 302")
        for target, header in [
            (b"/c/abc?sub1=\xff\xfe", b""), (b"/c/\xff", b""), (b"/c/abc?sub1=%00%ff%zz%", b"User-Agent: \xff\xd0"),
            (b"/c/abc?" + b"a=%00&" * 5000, b""), (b"/c/abc?" + b"x" * 100_000, b""), (b"//abc", b""), (b"*", b""),
            (b"http://go.alpha.test/c/abc", b"Host: x"), (b"/c/abc", b"X-Forwarded-For: \xff, 1\r\nX-Forwarded-For: x"),
            (b"/c/abc#x", b"Referer: \\\\\t"), (b"/c/abc?url=//evil.example/%0d%0aX:y", b"Accept-Language: ;;;=\xff"),
        ]:  # fmt: skip
            answer = ask(port, b"GET %b HTTP/1.1\r\nHost: go.alpha.test\r\n%b\r\n\r\n" % (target, header))
            assert answer.split(b" ")[1] in (b"302", b"404", b"400", b"414"), (target[:50], answer[:200])
            assert b"evil.example" not in answer
        health = json.loads(urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5).read())
        assert (health["errors"], health["spool"]["lost"], health["status"]) == (0, 0, "ok")
        prepared(tmp_path, version=2, status="paused")
        deadline = time.monotonic() + 1
        while b"302" in click(port)[:20]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert b"paused" in click(port)
    finally:
        assert edge.stop() == 0


def test_workers_end_with_their_server_and_a_killed_worker_is_replaced(tmp_path):
    prepared(tmp_path)
    port = free_port()
    edge = start_edge(tmp_path, port, CPANET_EDGE_WORKERS="2")
    server, *workers = family(edge.pid)
    try:
        os.kill(workers[-1], signal.SIGKILL)
        deadline = time.monotonic() + 10
        while workers[-1] in family(server) or len(family(server)) < 3 or not is_answering(port):
            assert time.monotonic() < deadline, edge.log.read_text()
            time.sleep(0.05)
        workers = family(server)[1:]
    finally:
        edge.kill_alone()
    deadline = time.monotonic() + 10
    while any(is_running(pid) for pid in workers):
        assert time.monotonic() < deadline, edge.log.read_text()
        time.sleep(0.05)


def is_answering(port) -> bool:
    with contextlib.suppress(OSError):
        return click(port).startswith(b"HTTP/1.1 302")
    return False


def is_running(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
    return False
