"""CSV as people and programs write it: four delimiters, several encodings, line breaks in quotes."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from cpanet.core import charsets
from cpanet.core.files import head_of
from reconciliation.parsers.rows import Records, RecordSource, StatementRefused, TableOptions

DELIMITERS = ";\t|,"  # the comma last: it also stands in numbers and texts
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_RECORDS = 60


def read_csv(source: BinaryIO, options: TableOptions) -> RecordSource:
    """Facts and records of a CSV file. Raises EncodingMismatch, UnknownEncoding, StatementRefused."""
    encoding = _encoding(source, options)
    sample = next(charsets.decoded(source, encoding, _SAMPLE_BYTES), "")
    announced = _announced(sample)
    delimiter = options.delimiter or announced or guess_delimiter(sample)
    warnings = []
    if not encoding.startswith("utf") and not options.encoding:
        warnings.append(_("The file is not in UTF-8: it was read as %s.") % charsets.display(encoding))
    records = _records(source, encoding, delimiter, skip_first=bool(announced))
    return RecordSource("csv", records, charsets.display(encoding), delimiter, warnings)


def guess_delimiter(sample: str) -> str:
    """The sign that cuts most records of `sample` into the same number of cells, the more cells the better."""
    return max(DELIMITERS, key=lambda sign: _evenness(sample, sign))


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    widths = Counter()
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if cells:
                widths[len(cells)] += 1
            if widths.total() >= _SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    wide = {width: times for width, times in widths.items() if width > 1}
    if not wide:
        return 0.0, 0
    width, times = max(wide.items(), key=lambda item: (item[1], item[0]))
    return round(times / widths.total(), 1), width


def _encoding(source: BinaryIO, options: TableOptions) -> str:
    if options.encoding:
        name = charsets.require(options.encoding)
        charsets.verify(source, name)
        return name
    names = charsets.choose(head_of(source, 4096), fallback=options.fallback_encoding)
    return charsets.first_fitting(source, names)


def _announced(sample: str) -> str:
    """The delimiter of a first line "sep=;" as Excel writes it."""
    line = sample[:10].splitlines()[0].strip() if sample.strip() else ""
    return line[4] if line.lower().startswith("sep=") and len(line) == 5 else ""


def _records(source: BinaryIO, encoding: str, delimiter: str, *, skip_first: bool) -> Records:
    source.seek(0)
    text = io.TextIOWrapper(source, encoding=encoding, newline="")
    lines = _without_mark(text)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        before = 0
        for cells in reader:
            if not (skip_first and before == 0):
                yield before + 1, cells
            before = reader.line_num
    except csv.Error:
        raise StatementRefused(
            _("Line %d: the cell is too long or holds a forbidden character; a quotation mark is probably not closed.")
            % (reader.line_num or 1)
        ) from None
    finally:
        lines.close()
        text.detach()


def _without_mark(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines without a byte order mark and NUL, which some versions of the csv module refuse and the database
    always does. No `yield from`: closing this generator would close the file."""
    first = True
    for line in text:
        line = line.replace("\x00", "")
        yield line.removeprefix("\ufeff") if first else line
        first = False
