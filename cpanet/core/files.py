"""Files from outside: a cap before and after decompression, and one way to look inside a packed file.

Whatever is read from a shop or an advertiser goes through `unpacked` first, so that the code behind it sees a plain,
seekable file of a bounded size.
"""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError

MIB = 1024 * 1024
CHUNK = 256 * 1024
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_IN_MEMORY = 8 * MIB
_END_OF_DIRECTORY = b"PK\x05\x06"
_DIRECTORY_TAIL = 22 + 65_535  # the end record and the longest comment behind it


class FileRefused(DomainError):
    """The file cannot be used."""

    code = "file_refused"


class FileTooLarge(FileRefused):
    """The file is too large."""

    code = "file_too_large"


class DamagedArchive(FileRefused):
    """The packed file cannot be unpacked."""

    code = "damaged_archive"


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Bytes as received, bytes after unpacking, and how many times larger unpacking may make a file."""

    max_bytes: int = 100 * MIB
    max_unpacked: int = 400 * MIB
    max_ratio: int = 250
    max_entries: int = 2_000


DEFAULT_LIMITS = FileLimits()


def megabytes(size: int) -> str:
    """`size` in bytes as people write it: "12 MB"."""
    return f"{max(1, round(size / MIB))} MB"


def size_of(source: BinaryIO) -> int:
    """The length of a seekable file; leaves it at its start."""
    source.seek(0, 2)
    size = source.tell()
    source.seek(0)
    return size


def head_of(source: BinaryIO, length: int) -> bytes:
    """The first `length` bytes; leaves the file at its start."""
    source.seek(0)
    head = source.read(length)
    source.seek(0)
    return head


@contextmanager
def unpacked(source: BinaryIO, limits: FileLimits = DEFAULT_LIMITS) -> Iterator[BinaryIO]:
    """A plain seekable file: `source` itself, or what the gzip or the one-file zip holds (in a temporary file that
    ends with the block). A spreadsheet (.xlsx is a zip) comes back as it is. Raises FileRefused."""
    _check_size(source, limits)
    magic = head_of(source, 4)
    if magic.startswith(GZIP_MAGIC):
        yield from _temporary(_gunzip, source, limits)
    elif magic in (ZIP_MAGIC, EMPTY_ZIP_MAGIC) and not is_spreadsheet(source, limits):
        yield from _temporary(_unzip_single, source, limits)
    else:
        yield source


def is_spreadsheet(source: BinaryIO, limits: FileLimits = DEFAULT_LIMITS) -> bool:
    """Whether a zip is an Office document. Raises FileRefused when the zip itself is not sound."""
    return any(entry.filename == "[Content_Types].xml" for entry in zip_entries(source, limits))


def zip_entries(source: BinaryIO, limits: FileLimits = DEFAULT_LIMITS) -> list[zipfile.ZipInfo]:
    """The directory of a zip after its guards: number of entries, total size, ratio, no passwords."""
    _check_directory(source, limits)
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError, EOFError):
        raise DamagedArchive(_("The zip file is damaged: pack it again.")) from None
    finally:
        source.seek(0)
    _check_entries(entries, limits)
    return entries


def _check_size(source: BinaryIO, limits: FileLimits) -> None:
    if size_of(source) > limits.max_bytes:
        raise FileTooLarge(_("The file is larger than %s: split it.") % megabytes(limits.max_bytes))


def _check_directory(source: BinaryIO, limits: FileLimits) -> None:
    """Look at the end record ourselves: the library would read a directory of any length into memory."""
    size = size_of(source)
    source.seek(max(0, size - _DIRECTORY_TAIL))
    tail = source.read()
    source.seek(0)
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        raise DamagedArchive(_("The zip file is incomplete: upload or pack it again."))
    if int.from_bytes(tail[at + 12 : at + 16], "little") > limits.max_entries * 512:
        raise DamagedArchive(_("The zip file holds too many entries: pack one file only."))


def _check_entries(entries: list[zipfile.ZipInfo], limits: FileLimits) -> None:
    if len(entries) > limits.max_entries:
        raise DamagedArchive(_("The zip file holds too many entries: pack one file only."))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise DamagedArchive(_("The zip file is locked with a password: pack it without one."))
    total = sum(entry.file_size for entry in entries)
    _check_unpacked(total, sum(entry.compress_size for entry in entries), limits)


def _check_unpacked(unpacked_bytes: int, packed_bytes: int, limits: FileLimits) -> None:
    if unpacked_bytes > limits.max_unpacked:
        raise FileTooLarge(_("Unpacked, the file is larger than %s: split it.") % megabytes(limits.max_unpacked))
    if unpacked_bytes > _IN_MEMORY and unpacked_bytes > limits.max_ratio * max(1, packed_bytes):
        raise DamagedArchive(
            _("The packed file grows more than %d times when it is unpacked: send it unpacked.") % limits.max_ratio
        )


def _temporary(unpack, source: BinaryIO, limits: FileLimits) -> Iterator[BinaryIO]:
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as target:
        unpack(source, target, limits)
        if head_of(target, 4).startswith((GZIP_MAGIC, ZIP_MAGIC)):
            raise DamagedArchive(_("The file is packed twice: pack it once or send it unpacked."))
        yield target


def _gunzip(source: BinaryIO, target: BinaryIO, limits: FileLimits) -> None:
    try:
        with gzip.GzipFile(fileobj=source) as packed:
            _copy(packed, target, source, limits)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise DamagedArchive(_("The packed file is damaged or incomplete: pack or upload it again.")) from None


def _unzip_single(source: BinaryIO, target: BinaryIO, limits: FileLimits) -> None:
    files = [entry for entry in zip_entries(source, limits) if not _is_noise(entry)]
    if len(files) != 1:
        raise DamagedArchive(_("The zip file must hold exactly one file; this one holds %d.") % len(files))
    try:
        with zipfile.ZipFile(source) as archive, archive.open(files[0]) as packed:
            _copy(packed, target, source, limits)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError, OSError):
        raise DamagedArchive(_("The zip file is damaged: pack it again.")) from None


def _is_noise(entry: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS adds to every archive."""
    return entry.is_dir() or entry.filename.startswith("__MACOSX/") or entry.filename.endswith(".DS_Store")


def _copy(packed: BinaryIO, target: BinaryIO, source: BinaryIO, limits: FileLimits) -> None:
    total = 0
    while chunk := packed.read(CHUNK):
        total += len(chunk)
        _check_unpacked(total, source.tell(), limits)
        target.write(chunk)
    target.seek(0)
