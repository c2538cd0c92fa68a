"""What kind of picture some bytes are, by the bytes themselves: PNG, JPEG, GIF or WebP, and its size. Pure.

Only the head is read and nothing is decoded, so there is nothing to overflow; what is served later carries exactly
the content type found here. SVG is a document that can hold scripts, and is refused.
"""

from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError

MAX_BYTES = 2 * 1024 * 1024
MAX_SIDE = 5_000
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class BadImage(DomainError):
    """This is not a picture that can be used: give a PNG, JPEG, GIF or WebP file."""

    code = "bad_image"
    field = "image"


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """`format` is png, jpeg, gif or webp; width and height are in pixels."""

    format: str
    width: int
    height: int

    @property
    def content_type(self) -> str:
        return f"image/{self.format}"


def inspect(source: BinaryIO) -> ImageFacts:
    """The facts of a picture in a seekable file, which is left at its start. Raises BadImage."""
    data = source.read(MAX_BYTES + 1)
    source.seek(0)
    if len(data) > MAX_BYTES:
        raise BadImage(_("The picture is larger than 2 MB: make it smaller."))
    facts = _png(data) or _gif(data) or _webp(data) or _jpeg(data)
    if facts is None:
        raise BadImage(_refusal(data))
    if not (0 < facts.width <= MAX_SIDE and 0 < facts.height <= MAX_SIDE):
        raise BadImage(_("A side of the picture must be 1 to %d pixels long.") % MAX_SIDE)
    return facts


def content_type_of(name: str) -> str:
    """The content type of a file that `inspect` has let in, by the ending it was stored with."""
    return f"image/{name.rpartition('.')[2]}"


def _refusal(data: bytes) -> str:
    if b"<svg" in data[:1024].lower():
        return _("SVG files can hold scripts and are not accepted: save the picture as PNG or WebP.")
    return _("The file is no PNG, JPEG, GIF or WebP picture: save it in one of these formats.")


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _png(data: bytes) -> ImageFacts | None:
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or b"IEND" not in data[-16:]:
        return None
    return ImageFacts("png", _big(data[16:20]), _big(data[20:24]))


def _gif(data: bytes) -> ImageFacts | None:
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 14:
        return None
    return ImageFacts("gif", _little(data[6:8]), _little(data[8:10]))


def _webp(data: bytes) -> ImageFacts | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        return ImageFacts("webp", _little(data[24:27]) + 1, _little(data[27:30]) + 1)
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = _little(data[21:25])
        return ImageFacts("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return ImageFacts("webp", _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF)
    return None


def _jpeg(data: bytes) -> ImageFacts | None:
    """Walk the segments up to the frame header, which holds the size."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            return ImageFacts("jpeg", _big(data[at + 7 : at + 9]), _big(data[at + 5 : at + 7]))
        at += 1 if marker == 0xFF else 2 + max(2, _big(data[at + 2 : at + 4]))
    return None
