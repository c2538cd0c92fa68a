"""Whole HTTP answers as bytes."""

from email.utils import formatdate

_REASONS = {200: "OK", 302: "Found", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


class Answers:
    """Writes answers; what is the same for all of one second is written once."""

    __slots__ = ("_date", "_redirect", "_second")

    def __init__(self):
        self._second, self._date, self._redirect = -1, "", ""

    def redirect(self, location: str, second: int, cookie: str = "") -> bytes:
        """302 to an address in plain ASCII, at Unix `second`; `cookie` is the value of a Set-Cookie header."""
        if second != self._second:
            self._turn_to(second)
        if cookie:
            return f"{self._redirect}{location}\r\nset-cookie: {cookie}\r\n\r\n".encode("ascii")
        return f"{self._redirect}{location}\r\n\r\n".encode("ascii")

    def page(self, status: int, headers, body: str, second: int, *, is_head: bool = False) -> bytes:
        """An answer with a body, whose length is told also where HEAD leaves it out."""
        if second != self._second:
            self._turn_to(second)
        content = body.encode("utf-8", "replace")
        lines = [f"HTTP/1.1 {status} {_REASONS[status]}", f"date: {self._date}", f"content-length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        head = "\r\n".join((*lines, "", "")).encode("ascii")
        return head if is_head else head + content

    def _turn_to(self, second: int) -> None:
        self._second, self._date = second, formatdate(second, usegmt=True)
        self._redirect = (
            f"HTTP/1.1 302 Found\r\ndate: {self._date}\r\ncontent-length: 0\r\ncache-control: no-store\r\n"
            "referrer-policy: strict-origin-when-cross-origin\r\nlocation: "
        )
