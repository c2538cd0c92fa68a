"""Items of a large JSON body, one after another: never more of it in memory than one piece and one item. Pure."""

import io
import json
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError

PIECE = 64 * 1024
LONGEST_ITEM = 64 * 1024
MOST_ITEMS = 40_000
_BLANKS = " \t\r\n"
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class BadBatch(DomainError):
    """The body is no batch."""

    code = "bad_batch"
    status = 400
    field = "conversions"


def items_of(file: BinaryIO, *, by_line: bool = False) -> Iterator[object]:
    """The items of `[…]`, of `{"conversions": […]}`, or of lines of JSON each. Numbers come as text.

    Raises BadBatch, also when the items run out of their number: those given before must then be taken back.
    """
    items = _lines(file) if by_line else _Array(file).items()
    for number, item in enumerate(items, 1):
        if number > MOST_ITEMS:
            message = _("A batch holds at most %d conversions: send the rest in another one.")
            raise BadBatch(message % MOST_ITEMS, code="too_many_items")
        yield item


def _lines(file: BinaryIO) -> Iterator[object]:
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_ITEM + 1), b""), 1):
        if len(line) > LONGEST_ITEM:
            raise BadBatch(_("Line %d is longer than 64 KB.") % number)
        if line.strip():
            try:
                yield _DECODER.decode(line.decode().strip())
            except (ValueError, RecursionError):
                raise BadBatch(_("Line %d is not JSON.") % number) from None


class _Array:
    """Reads an array piece by piece; `_at` is the place in the buffer."""

    def __init__(self, file: BinaryIO):
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        self._buffer, self._at, self._ended, self._number = "", 0, False, 0

    def items(self) -> Iterator[object]:
        self._open()
        if self._next() == "]":
            return
        while True:
            yield self._value()
            mark = self._next()
            if mark == "]":
                return
            if mark != ",":
                raise self._broken()
            self._at += 1

    def _open(self):
        if self._next() == "{":
            self._at += 1
            if self._next() != '"' or self._value() != "conversions" or self._next() != ":":
                raise BadBatch(_('The body must be {"conversions": [ … ]}, and nothing else in it.'))
            self._at += 1
        if self._next() != "[":
            raise BadBatch(_('The body must be {"conversions": [ … ]}, and nothing else in it.'))
        self._at += 1

    def _next(self) -> str:
        """The next letter that is no blank; "" at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def _value(self) -> object:
        self._next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
                if end < len(self._buffer) or self._ended:  # a number at the edge of a piece may go on in the next one
                    self._at, self._number = end, self._number + 1
                    return value
            except (ValueError, RecursionError):
                if self._ended or len(self._buffer) - self._at > LONGEST_ITEM:
                    raise self._broken() from None
            self._more()

    def _more(self) -> bool:
        try:
            piece = self._text.read(PIECE)
        except UnicodeDecodeError:
            raise BadBatch(_("The body is not UTF-8.")) from None
        self._ended = not piece
        self._buffer, self._at = self._buffer[self._at :] + piece, 0
        return bool(piece)

    def _broken(self) -> BadBatch:
        return BadBatch(_("The JSON breaks off or is wrong at item %d.") % self._number)
