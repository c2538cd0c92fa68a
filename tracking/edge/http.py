"""HTTP/1.1 as far as a click needs it: parsed by httptools, answered in order, nothing awaited and nothing kept."""

import asyncio
from collections import deque

import httptools

LONGEST_REQUEST = 256 * 1024
IDLE_SECONDS = 75.0


class Request:
    """One request: `method` and `target` as sent, `headers` by lower-case name, `peer` the address that connected.

    Several lines of X-Forwarded-For are joined by commas, of others the last one counts.
    """

    __slots__ = ("headers", "keep_alive", "method", "peer", "target")

    def __init__(self, method: bytes, target: bytes, headers: dict[bytes, bytes], peer: str, keep_alive: bool):
        self.method, self.target, self.headers = method, target, headers
        self.peer, self.keep_alive = peer, keep_alive


class Connection(asyncio.Protocol):
    """One visitor's connection.

    `application(request, connection)` gives the answer as bytes, or None when it will call `connection.answer` later;
    until then further requests of the connection wait, so that answers leave in the order of the questions.
    """

    __slots__ = (
        "_application", "_busy", "_connections", "_headers", "_loop", "_parser", "_peer", "_received", "_target",
        "_transport", "_waiting", "active_at",
    )  # fmt: skip

    def __init__(self, application, connections: set, loop: asyncio.AbstractEventLoop):
        self._application, self._connections, self._loop = application, connections, loop
        self._parser = httptools.HttpRequestParser(self)
        self._transport, self._peer = None, ""
        self._busy, self._waiting, self._received = False, deque(), 0
        self._target, self._headers = b"", {}
        self.active_at = loop.time()

    # -- what the event loop calls

    def connection_made(self, transport):
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if peer else ""
        self._connections.add(self)

    def connection_lost(self, error):
        self._connections.discard(self)
        self._waiting.clear()
        self._transport = None

    def data_received(self, data):
        parser = self._parser
        if parser is None:  # what comes behind the last request is nobody's
            return
        self._received += len(data)
        try:
            parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._refuse(b"400 Bad Request")
        else:
            if self._received > LONGEST_REQUEST:
                self._refuse(b"431 Request Header Fields Too Large")

    def pause_writing(self):
        self._transport.pause_reading()

    def resume_writing(self):
        if self._parser is not None:
            self._transport.resume_reading()

    # -- what the parser calls

    def on_message_begin(self):
        self._target, self._headers = b"", {}

    def on_url(self, part):
        self._target += part

    def on_header(self, name, value):
        name, headers = name.lower(), self._headers
        if name == b"x-forwarded-for" and name in headers:
            value = headers[name] + b"," + value
        headers[name] = value

    def on_message_complete(self):
        parser = self._parser
        self._received = 0
        keep_alive = parser.should_keep_alive() and parser.get_http_version() != "1.0"
        request = Request(parser.get_method(), self._target, self._headers, self._peer, keep_alive)
        if self._busy:
            self._waiting.append(request)
        else:
            self._take(request)

    # -- answers

    def answer(self, data: bytes) -> None:
        """The answer to the request the application kept waiting."""
        if self._transport is None:
            return
        self._busy = False
        self._send(data)
        while self._waiting and not self._busy:
            self._take(self._waiting.popleft())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    @property
    def is_waiting(self) -> bool:
        """Whether it is owed an answer."""
        return self._busy

    def _take(self, request: Request) -> None:
        if not request.keep_alive:
            self._stop_reading()
        answer = self._application(request, self)
        if answer is None:
            self._busy = True
        else:
            self._send(answer)

    def _send(self, data: bytes) -> None:
        self.active_at = self._loop.time()
        if self._parser is None and not self._waiting:  # the last one
            self._transport.write(data.replace(b"\r\n", b"\r\nconnection: close\r\n", 1))
            self._transport.close()
        else:
            self._transport.write(data)

    def _stop_reading(self) -> None:
        self._parser = None
        self._transport.pause_reading()

    def _refuse(self, status: bytes) -> None:
        """A request that cannot be understood: what came before it is answered, then the connection ends."""
        if self._parser is None or self._transport is None:
            return
        self._stop_reading()
        if self._busy:
            self._waiting.clear()
        else:
            self._send(b"HTTP/1.1 %b\r\ncontent-length: 0\r\n\r\n" % status)


def close_idle(connections: set[Connection], now: float) -> None:
    """Close whoever is owed nothing and has got no answer for IDLE_SECONDS, however slowly he is still sending."""
    for connection in [each for each in connections if now - each.active_at > IDLE_SECONDS and not each.is_waiting]:
        connection.close()
