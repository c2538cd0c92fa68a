"""The processes of the click server: one that holds the door, and the workers it starts again when they die."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
import time

import uvloop

from tracking.edge.app import Edge
from tracking.edge.http import Connection, close_idle
from tracking.edge.settings import EdgeSettings

BACKLOG = 2048
GRACE_SECONDS = 3.0
SWEEP_SECONDS = 5.0
YOUNG_SECONDS = 1.0
log = logging.getLogger("cpanet.edge")


def serve(config: EdgeSettings) -> int:
    """Run until SIGTERM or SIGINT; the exit status. Raises OSError when the address cannot be had."""
    door = open_door(config.host, config.port)
    return Foreman(config, door).run()


def open_door(host: str, port: int) -> socket.socket:
    """The listening socket all workers accept from: who comes while one of them dies waits for the others."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((host, port))
    door.listen(BACKLOG)
    return door


class Foreman:
    """Starts the workers, replaces the dead, and ends them all."""

    def __init__(self, config: EdgeSettings, door: socket.socket):
        self._config, self._door = config, door
        self._workers: dict[int, float] = {}
        self._is_ending = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while len(self._workers) < self._config.workers:
            self._start()
        while self._workers:
            with contextlib.suppress(ChildProcessError):
                pid, status = os.wait()
                self._buried(pid, status)
        return 0

    def _start(self) -> None:
        foreman = os.getpid()
        signals = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # a signal between the fork and our book-keeping waits
        pid = os.fork()
        if pid == 0:
            for number in signals:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
            _work_alone(self._config, self._door, foreman)
        self._workers[pid] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)

    def _buried(self, pid: int, status: int) -> None:
        started = self._workers.pop(pid, None)
        if started is None or self._is_ending:
            return
        log.error("worker %s died (%s), starting another", pid, os.waitstatus_to_exitcode(status))
        time.sleep(YOUNG_SECONDS if time.monotonic() - started < YOUNG_SECONDS else 0.05)
        if not self._is_ending:
            self._start()

    def _end(self, number, frame) -> None:
        self._is_ending = True
        self._door.close()
        for pid in self._workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


def _work_alone(config: EdgeSettings, door: socket.socket, foreman: int) -> None:
    """The life of a worker process; never returns."""
    status = 1
    try:
        _end_with(foreman)
        _allow_many_connections()
        uvloop.run(work(config, door))
        status = 0
    except BaseException:
        log.exception("a worker failed")
    finally:
        logging.shutdown()
        os._exit(status)


async def work(config: EdgeSettings, door: socket.socket) -> None:
    """Serve until SIGTERM; then answer whoever is owed an answer, and keep what is not kept yet."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    edge, connections = Edge(config), set()
    edge.open(loop)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)  # a click makes no cycles; looking for them so often is all in vain
    sys.setswitchinterval(0.0005)  # neither the spool's thread nor the loop waits 5 ms for the other
    server = await loop.create_server(lambda: Connection(edge, connections, loop), sock=door, backlog=BACKLOG)
    while not ended.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), SWEEP_SECONDS)
        close_idle(connections, loop.time())
    server.close()
    deadline = loop.time() + GRACE_SECONDS
    while any(each.is_waiting for each in connections) and loop.time() < deadline:
        await asyncio.sleep(0.01)
    for connection in list(connections):
        connection.close()
    edge.close()


def _end_with(foreman: int) -> None:
    """Ask the kernel to end this worker when its foreman is killed: it would go on holding the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    if os.getppid() != foreman:  # killed before we could ask
        os._exit(1)


def _allow_many_connections() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
