"""Banners of the demo: plain PNG gradients, written by hand so that no file has to lie in the repository."""

import struct
import zlib

SIZES = ((300, 250), (728, 90), (160, 600))


def banner(width: int, height: int, colours: tuple[tuple[int, int, int], tuple[int, int, int]]) -> bytes:
    """A PNG of the size, one colour running into the other from left to right."""
    left, right = colours
    line = b"\0" + b"".join(bytes(_between(left, right, x, width)) for x in range(width))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(line * height))
        + _chunk(b"IEND", b"")
    )


def _between(left, right, x, width):
    return (a + (b - a) * x // width for a, b in zip(left, right, strict=True))


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
