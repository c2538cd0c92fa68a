"""The connection under `outbound`: to a checked address, and never longer than the deadline."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable

from requests.adapters import HTTPAdapter


class Deadline:
    """A limit over a whole exchange. A time-out per read does not help against a server that sends a byte a second,
    so at the end of the time the watched connections are cut."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._lock = threading.Lock()

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *_exc):
        self._timer.cancel()
        with self._lock:
            for watched in self._sockets:
                watched.close()
            self._sockets.clear()

    @property
    def expired(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._end

    def remaining(self) -> float:
        """Seconds left, at least a small positive number: zero would mean no limit."""
        return max(0.01, self._end - time.monotonic())

    def watch(self, connection: socket.socket) -> None:
        """Cut `connection` at the end. A duplicate is kept, because TLS takes the original over."""
        with self._lock:
            self._sockets.append(connection.dup())
        if self.expired:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            for watched in self._sockets:
                with contextlib.suppress(OSError):
                    watched.shutdown(socket.SHUT_RDWR)


class PinnedAdapter(HTTPAdapter):
    """Connects to the address that `resolve(host, port)` gives; the name stays in the Host header and in TLS."""

    def __init__(self, resolve: Callable[[str, int], str], deadline: Deadline):
        super().__init__()
        self._resolve, self._deadline = resolve, deadline

    def build_connection_pool_key_attributes(self, request, verify, cert=None):
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(request, verify, cert)
        name, scheme = host_params["host"].strip("[]"), host_params["scheme"]
        port = host_params["port"] or (443 if scheme == "https" else 80)
        shown = f"[{name}]" if ":" in name else name
        request.headers["Host"] = shown if host_params["port"] is None else f"{shown}:{port}"
        if scheme == "https":
            pool_kwargs["assert_hostname"] = pool_kwargs["server_hostname"] = name
        address = self._resolve(name, port)
        host_params["host"] = f"[{address}]" if ":" in address else address
        return host_params, pool_kwargs

    def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):
        pool = super().get_connection_with_tls_context(request, verify, proxies=proxies, cert=cert)
        pool.ConnectionCls = _watched(pool.ConnectionCls, self._deadline)
        return pool


def _watched(connection_class: type, deadline: Deadline) -> type:
    class Watched(connection_class):
        def _new_conn(self):
            connection = super()._new_conn()
            deadline.watch(connection)
            return connection

    return Watched
