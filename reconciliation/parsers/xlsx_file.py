"""XLSX, read by a native library in a process of its own.

A sheet of two kilobytes can name the last cell of the last column and make the library reserve half a terabyte, which
ends the process without an exception. So the worker that imports a statement never loads the library itself: the child
has a limit of memory and of time, and its death is an ordinary refusal.
"""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from cpanet.core.files import zip_entries
from reconciliation.parsers.rows import Records, RecordSource, StatementRefused, TableOptions

CHILD = Path(__file__).with_name("xlsx_child.py")
MEMORY_BYTES = 1024 * 1024 * 1024
SECONDS = 60
MAX_TEXT_BYTES = 400 * 1024 * 1024


def read_xlsx(source: BinaryIO, options: TableOptions) -> RecordSource:
    """Facts and records of the first sheet that holds something; every cell is text. Raises FileRefused."""
    zip_entries(source, options.limits)
    lines = _child_lines(source)
    first = next(lines, None)
    if first is None or "sheet" not in first:
        raise StatementRefused(_("The workbook holds no table."))
    warnings = []
    if first["others"]:
        warnings.append(_("Only the sheet “%s” was read; other sheets hold data too.") % first["sheet"])
    return RecordSource("xlsx", _records(lines, first["start"]), "", "", warnings)


def _records(lines: Iterator, start: int) -> Records:
    for offset, cells in enumerate(lines):
        yield start + offset, cells


def _child_lines(source: BinaryIO) -> Iterator:
    with tempfile.TemporaryFile() as copy:
        source.seek(0)
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        child = subprocess.Popen(  # noqa: S603 - our own file under our own interpreter
            [sys.executable, "-I", str(CHILD), str(MEMORY_BYTES), str(SECONDS)],
            stdin=copy,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
        try:
            yield from _bounded(child)
        finally:
            _end(child)


def _bounded(child: subprocess.Popen) -> Iterator:
    total = 0
    for line in child.stdout:
        total += len(line)
        if total > MAX_TEXT_BYTES:
            raise StatementRefused(_("The sheet holds too much text: split it."))
        with contextlib.suppress(json.JSONDecodeError):  # only the last line of a child that was ended
            yield json.loads(line)
    if child.wait() != 0:
        raise StatementRefused(
            _("The workbook is damaged or far too large: remove empty rows and columns, or save the sheet as CSV.")
        )


def _end(child: subprocess.Popen) -> None:
    if child.poll() is None:
        child.kill()
    child.stdout.close()
    child.wait()
