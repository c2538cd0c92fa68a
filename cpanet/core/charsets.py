"""Which characters the bytes of a file mean, checked over the whole file before anybody reads a row.

Order of trust: byte order mark, declaration inside the file, charset of the HTTP answer, UTF-8, the fallback given
by the caller. What is trusted is then verified; a mismatch is an error of its own.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from cpanet.core.files import CHUNK, FileRefused

BOMS = (  # the longer ones first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED_WIDE = (  # how "<?" or "<x" begins when there is no mark
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
# Only real character sets: Python also knows "encodings" such as zip, rot13 or unicode_escape.
_ALLOWED = re.compile(
    r"utf-(8|16|32)(-[lb]e)?|ascii|iso8859-\d+|cp\d+|koi8-[rut]|kz1048|ptcp154|mac-\w+|gb\w+|big5\w*"
    r"|euc_\w+|shift_jis\w*|johab|tis-620|hp-roman8"
)
_WIDE = re.compile(r"utf-(16|32)")
_SIGN_OF_UTF8 = 4  # so many characters of several bytes do not happen by chance in an 8-bit text


class UnknownEncoding(FileRefused):
    """The file names an encoding that is not known."""

    code = "unknown_encoding"


class EncodingMismatch(FileRefused):
    """The file is not written in the encoding that it names."""

    code = "encoding_mismatch"


def canonical(name: str) -> str:
    """Python's name of a character set ("CP1251" → "cp1251"); "" when there is none we accept."""
    try:
        found = codecs.lookup(name.strip().lower()).name
    except (LookupError, ValueError):
        return ""
    return found if _ALLOWED.fullmatch(found) else ""


def display(name: str) -> str:
    """How people call it: "windows-1251", not "cp1251"."""
    return re.sub(r"^cp(125\d)$", r"windows-\1", name)


def mark_of(head: bytes) -> tuple[str, int]:
    """Encoding and length of the byte order mark, or ("", 0)."""
    return next(((name, len(bom)) for bom, name in BOMS if head.startswith(bom)), ("", 0))


def wide_without_mark(head: bytes) -> str:
    """UTF-16 or UTF-32 recognised by the zero bytes around the first "<"; "" otherwise."""
    return next((name for start, name in _UNMARKED_WIDE if head.startswith(start)), "")


def require(name: str) -> str:
    """Canonical name. Raises UnknownEncoding."""
    found = canonical(name)
    if not found:
        raise UnknownEncoding(
            _("The file names the encoding “%s”, which is not known here: save it as UTF-8.") % name[:40]
        )
    return found


def choose(head: bytes, *, declared: str = "", http: str = "", fallback: str = "") -> list[str]:
    """Encodings to try in order; only the last of them may be a guess. `declared` outranks `http`."""
    marked = mark_of(head)[0] or wide_without_mark(head)
    if marked:
        return [marked]
    if declared:
        return [_narrow(require(declared))]
    from_http = canonical(http) if http else ""
    guesses = [from_http, "utf-8", canonical(fallback) if fallback else ""]
    return list(dict.fromkeys(name for name in guesses if name and not _WIDE.match(name)))


def _narrow(name: str) -> str:
    """A file that could be read up to its declaration byte by byte is not in UTF-16, whatever it says."""
    if _WIDE.match(name):
        raise EncodingMismatch(
            _("The file says that it is written in %s, but it is not: save it as UTF-8.") % display(name).upper()
        )
    return name


def verify(source: BinaryIO, name: str) -> None:
    """Read all of `source` as `name`. Raises EncodingMismatch when bytes do not fit, or when a file that names an
    8-bit encoding is in truth UTF-8 (which would be read as garbage without an error)."""
    decoder = codecs.getincrementaldecoder(name)()
    lookalike = None if name.startswith(("utf", "ascii")) else _Utf8Watch()
    for chunk, last in _chunks(source):
        if lookalike:
            lookalike.see(chunk, last)
        try:
            decoder.decode(chunk, last)
        except (UnicodeDecodeError, UnicodeError):
            raise _mismatch(name) from None
    if lookalike and lookalike.is_utf8:
        raise EncodingMismatch(
            _("The file says that it is written in %s, but its bytes are UTF-8: correct the declaration.")
            % display(name)
        )


def first_fitting(source: BinaryIO, names: list[str]) -> str:
    """The first of `names` that fits the whole file. Raises EncodingMismatch (of the first) when none does."""
    refusals = []
    for name in names:
        try:
            verify(source, name)
        except EncodingMismatch as error:
            refusals.append(error)
        else:
            return name
    raise refusals[0]


def decoded(source: BinaryIO, name: str, chunk_bytes: int = CHUNK) -> Iterator[str]:
    """The text of a verified file in pieces, without its byte order mark."""
    decoder = codecs.getincrementaldecoder(name)()
    first = True
    for chunk, last in _chunks(source, chunk_bytes):
        text = decoder.decode(chunk, last)
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        if text:
            yield text


def _mismatch(name: str) -> EncodingMismatch:
    return EncodingMismatch(
        _("The file should be written in %s, but some of its bytes are not: save it as UTF-8 and say so in the file.")
        % display(name).upper()
    )


def _chunks(source: BinaryIO, chunk_bytes: int = CHUNK) -> Iterator[tuple[bytes, bool]]:
    source.seek(0)
    while chunk := source.read(chunk_bytes):
        yield chunk, False
    source.seek(0)
    yield b"", True


class _Utf8Watch:
    """Whether everything seen so far is UTF-8 with at least a few characters beyond ASCII."""

    def __init__(self):
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._valid, self._wide = True, 0

    def see(self, chunk: bytes, last: bool) -> None:
        if not self._valid:
            return
        try:
            text = self._decoder.decode(chunk, last)
        except UnicodeDecodeError:
            self._valid = False
        else:
            if self._wide < _SIGN_OF_UTF8 and not text.isascii():
                self._wide += sum(char > "\x7f" for char in text)

    @property
    def is_utf8(self) -> bool:
        return self._valid and self._wide >= _SIGN_OF_UTF8
