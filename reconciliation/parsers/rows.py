"""The shapes that every format of statement is brought into."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cpanet.core.files import DEFAULT_LIMITS, FileLimits, FileRefused

MAX_ROWS = 500_000
MAX_COLUMNS = 1_000
Records = Iterator[tuple[int, list[str]]]  # the number of a line or row in the file, from 1, and its cells


class StatementRefused(FileRefused):
    """The statement cannot be read, and nothing of it is used."""

    code = "statement_refused"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row as it stands: `number` is its line (CSV) or row (sheet) from 1, `cells` are heading → text, `raw` are
    the cells in their order."""

    number: int
    cells: dict[str, str]
    raw: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be used, with its raw text; `reason` is a sentence for the advertiser."""

    number: int
    reason: str
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that carries no data of its own: a repeated heading, a comment, a total, the rest of an order."""

    number: int
    reason: str
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableOptions:
    """Settings of a source. `encoding` "" means: find out, and take `fallback_encoding` for what is not UTF-8."""

    encoding: str = ""
    fallback_encoding: str = "windows-1251"
    delimiter: str = ""
    max_rows: int = MAX_ROWS
    limits: FileLimits = DEFAULT_LIMITS


@dataclass(slots=True)
class RecordSource:
    """What a format reader gives: its facts and the records, which are read as they are taken."""

    format: str
    records: Records
    encoding: str = ""
    delimiter: str = ""
    warnings: list[str] = field(default_factory=list)
