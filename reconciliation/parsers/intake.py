"""The door for statements: look at the content, choose the reader, find the heading, hand out rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cpanet.core.files import head_of, unpacked
from reconciliation.parsers.csv_file import read_csv
from reconciliation.parsers.heading import LOOK_AHEAD, column_names, heading_index, is_blank, is_comment
from reconciliation.parsers.rows import (
    MAX_COLUMNS,
    RecordSource,
    RowError,
    SkippedRow,
    SourceRow,
    StatementRefused,
    TableOptions,
)
from reconciliation.parsers.xlsx_file import read_xlsx

_FOREIGN = {  # how a file begins → what it is; the longer beginnings first
    b"\xd0\xcf\x11\xe0": _lazy("an old Excel workbook (.xls)"),
    b"%pdf": "PDF",
    b"<!doctypehtml": _lazy("a web page"),
    b"<html": _lazy("a web page"),
    b"<": "XML",
    b"{": "JSON",
    b"[{": "JSON",
}
# kind → reader of an unpacked file. XML and JSON follow here.
READERS: dict[str, Callable[[BinaryIO, TableOptions], RecordSource]] = {"csv": read_csv, "xlsx": read_xlsx}


class Table:
    """A statement as a heading and rows. Iterate once; rows that carry no data are counted in `skipped`."""

    def __init__(self, source: RecordSource, options: TableOptions):
        self.format, self.encoding, self.delimiter = source.format, source.encoding, source.delimiter
        self.warnings = list(source.warnings)
        self.skipped: list[SkippedRow] = []
        self._max_rows = options.max_rows
        first = list(islice(source.records, LOOK_AHEAD))
        at = heading_index([cells for _number, cells in first])
        self.heading_row, cells = first[at]
        self._heading_cells = cells
        self.heading = column_names(cells)
        self._before = first[:at]
        self._records = chain(first[at + 1 :], source.records)
        self._check_width()

    def __iter__(self) -> Iterator[SourceRow | RowError]:
        for number, cells in self._before:
            if not is_blank(cells):
                self._skip(number, cells, _("stands above the heading"))
        seen = 0
        for number, cells in self._records:
            row = self._row(number, cells)
            if row:
                seen += 1
                if seen > self._max_rows:
                    raise StatementRefused(_("The statement holds more than %d rows: split it.") % self._max_rows)
                yield row

    def _row(self, number: int, cells: list[str]) -> SourceRow | RowError | None:
        if is_blank(cells):
            return None
        if is_comment(cells):
            return self._skip(number, cells, _("is a comment"))
        if cells == self._heading_cells:
            return self._skip(number, cells, _("repeats the heading"))
        width = len(self.heading)
        if not is_blank(cells[width:]):
            reason = _("The row has %(cells)d cells, the heading has %(names)d: a delimiter stands in a text.")
            filled = max(place for place, cell in enumerate(cells, start=1) if cell.strip())
            return RowError(number, reason % {"cells": filled, "names": width}, tuple(cells))
        padded = (*cells[:width], *[""] * (width - len(cells)))
        return SourceRow(number, dict(zip(self.heading, padded, strict=True)), tuple(cells[:width]))

    def _skip(self, number: int, cells: list[str], reason: str) -> None:
        self.skipped.append(SkippedRow(number, reason, tuple(cells)))

    def _check_width(self) -> None:
        if len(self.heading) > MAX_COLUMNS:
            raise StatementRefused(_("The statement has more than %d columns.") % MAX_COLUMNS)


@contextmanager
def open_table(source: BinaryIO, options: TableOptions | None = None) -> Iterator[Table]:
    """The table in `source` (binary, seekable; gzip and one-file zip are unpacked). Raises FileRefused."""
    options = options or TableOptions()
    with unpacked(source, options.limits) as plain:
        reader = READERS[_kind(plain)](plain, options)
        try:
            yield Table(reader, options)
        finally:
            reader.records.close()


def _kind(plain: BinaryIO) -> str:
    head = head_of(plain, 4096)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise StatementRefused(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    beginning = b"".join(head.removeprefix(b"\xef\xbb\xbf").split()[:4]).lower()
    for start, name in _FOREIGN.items():
        if beginning.startswith(start):
            raise StatementRefused(
                _("The file is %s. It cannot be read yet: save it as CSV or as an Excel workbook (.xlsx).") % name
            )
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise StatementRefused(_("The file is not a table: save it as CSV or as an Excel workbook (.xlsx)."))
    return "csv"
