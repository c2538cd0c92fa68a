"""A file becomes a statement: looked at, kept, known again."""

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser, User
from cpanet.core.errors import Conflict, DomainError
from cpanet.core.files import DEFAULT_LIMITS, FileTooLarge, megabytes, size_of
from reconciliation.lines import parse_statement
from reconciliation.mapping import StatementMapping, suggest_mapping
from reconciliation.models import Statement, StatementSource
from reconciliation.parsers.intake import Table, open_table
from reconciliation.parsers.rows import StatementRefused, TableOptions
from reconciliation.selectors import known_statement, usual_currency

USUAL_SOURCE = "Files"
_CHUNK = 1024 * 1024
_SAMPLE_ROWS = 300


class KnownFile(Conflict):
    """This very file was uploaded before; `statement` is what was made of it."""

    code = "known_file"
    field = "file"
    status = 409

    def __init__(self, statement: Statement):
        self.statement = statement
        super().__init__(
            _("This file is known: it is statement %(number)d, “%(name)s”. Nothing was added.")
            % {"number": statement.pk, "name": statement.file_name}
        )


class FileGone(DomainError):
    """The file of the statement is no longer here: upload it again."""

    code = "file_gone"


@dataclass(frozen=True)
class Opened:
    """What a first look at a file has shown."""

    format: str
    encoding: str
    heading: list[str]


@transaction.atomic
def add_statement(
    *, source: StatementSource, upload: BinaryIO, name: str, actor: User | None, now: datetime
) -> Statement:
    """Keep a file (binary, seekable) as a statement of the source. Its columns are read by the source's mapping where
    that fits, else by a suggestion. Raises KnownFile and, for what is no table, cpanet.core.files.FileRefused."""
    _check_size(upload)
    digest = _digest(upload)
    StatementSource.objects.select_for_update().get(pk=source.pk)  # two uploads of one file at once make one statement
    known = known_statement(source.advertiser, digest)
    if known:
        raise KnownFile(known)
    opened = look_into(upload)
    statement = Statement(
        source=source, advertiser=source.advertiser, file_name=name[:200] or "statement", sha256=digest,
        format=opened.format, encoding=opened.encoding, uploaded_by=actor, uploaded_at=now,
        mapping=suggested_mapping(source, upload).as_dict(),
    )  # fmt: skip
    upload.seek(0)
    statement.file.save(name or "statement", File(upload), save=False)
    statement.save()
    audit.record(
        action="statement.uploaded",
        subject=statement,
        actor=actor,
        now=now,
        changes={"sha256": digest, "file": statement.file_name},
    )
    return statement


def source_named(*, advertiser: Advertiser, name: str = "") -> StatementSource:
    """The advertiser's source of this name, made if there is none yet."""
    source, _made = StatementSource.objects.get_or_create(
        advertiser=advertiser, name=(name.strip() or USUAL_SOURCE)[:100]
    )
    return source


def look_into(file: BinaryIO) -> Opened:
    """Open the table and read its heading. Raises FileRefused."""
    with open_table(file, TableOptions()) as table:
        return Opened(table.format, table.encoding, table.heading)


def suggested_mapping(source: StatementSource, upload: BinaryIO) -> StatementMapping:
    """The mapping to begin with: the source's where it fits, else told from the heading and the first rows."""
    with open_table(upload, TableOptions()) as table:
        mapping = mapping_for(source, table.heading)
        if source.mapping and mapping == StatementMapping.from_dict(source.mapping):
            return mapping
        return _with_signs(mapping, list(islice(table, _SAMPLE_ROWS)))


def _with_signs(mapping: StatementMapping, rows: list) -> StatementMapping:
    """With the decimal separator and the order of dates that most rows fit; the usual ones where it makes no
    difference. Statuses are left aside: a word that nobody has explained would hide what is wrong with the amount."""
    columns = {name: column for name, column in mapping.columns.items() if name not in ("status", "cancelled_at")}
    tries = [
        replace(mapping, decimal_separator=sign, day_first=day_first)
        for day_first in (mapping.day_first, not mapping.day_first)
        for sign in (".", ",")
    ]
    return min(tries, key=lambda each: len(parse_statement(rows, replace(each, columns=columns)).errors))


def mapping_for(source: StatementSource, heading: list[str]) -> StatementMapping:
    """The source's mapping if the file has all its columns, else a suggestion from the heading on top of it."""
    base = StatementMapping(default_currency=usual_currency(source.advertiser), timezone=source.network.timezone)
    saved = StatementMapping.from_dict(source.mapping) if source.mapping else None
    if saved and not saved.missing(heading):
        return saved
    if saved:
        base = replace(saved, columns={})
    return with_identity(suggest_mapping(heading, base))


def with_identity(mapping: StatementMapping) -> StatementMapping:
    """Where a source has no id of its rows, the order is its identity: a later file then revises the row of the order
    instead of adding a second one."""
    column = mapping.columns.get("order_id") or mapping.columns.get("click_id")
    if "row_id" in mapping.columns or not column:
        return mapping
    return replace(mapping, columns={**mapping.columns, "row_id": column})


@contextmanager
def table_of(statement: Statement):
    """The table in the statement's file. Raises FileGone, FileRefused."""
    try:
        file = statement.file.open("rb")
    except OSError:
        raise FileGone(_("The file of the statement is no longer here: upload it again.")) from None
    with file, open_table(file, TableOptions()) as table:
        yield _checked(table)


def _checked(table: Table) -> Table:
    if not table.heading:
        raise StatementRefused(_("No row names the columns."))
    return table


def _check_size(upload: BinaryIO) -> None:
    size = size_of(upload)
    if not size:
        raise StatementRefused(_("The file is empty."), field="file")
    if size > DEFAULT_LIMITS.max_bytes:
        raise FileTooLarge(
            _("The file is larger than %s: split it.") % megabytes(DEFAULT_LIMITS.max_bytes), field="file"
        )


def _digest(upload: BinaryIO) -> str:
    digest = hashlib.sha256()
    upload.seek(0)
    while chunk := upload.read(_CHUNK):
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
