"""Rows of text → lines with meaning: ids, status, exact amount, moment, and an identity that outlives the upload."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from reconciliation.cells import BadCell, clean_id, parse_amount, parse_currency, parse_when
from reconciliation.mapping import DECLINED, SUB_FIELDS, StatementMapping, status_of
from reconciliation.parsers.rows import RowError, SkippedRow, SourceRow
from reconciliation.vocabulary import TOTAL_WORDS, normal_word

MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement, clean. `amount` is in major units of `currency`, None where the source gives none;
    `occurred_at` is aware or None; `status` is "" where the source has no status.

    `identity` is unique in its file and equal in every file that holds this row: the source's row id, or a fingerprint
    of all values with the number of the occurrence, so two truly equal rows are two rows and the same file again adds
    none. Equal identity with another `content_hash` is a revision of the row."""

    number: int
    identity: str
    content_hash: str
    row_id: str
    order_id: str
    click_id: str
    goal: str
    sub_ids: tuple[tuple[str, str], ...]
    status: str
    status_word: str
    amount: Decimal | None
    currency: str
    occurred_at: datetime | None
    reason: str
    raw: tuple[str, ...]


@dataclass(slots=True)
class ParsedStatement:
    """Every row of a table in exactly one of the three lists. `unknown_words` are status words nobody has explained,
    with how often they came; their rows are among the errors."""

    lines: list[StatementLine] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    unknown_words: Counter = field(default_factory=Counter)


def parse_statement(rows: Iterable[SourceRow | RowError], mapping: StatementMapping) -> ParsedStatement:
    """Read every row by `mapping`. A row with a bad cell becomes an error with the raw cells; totals and, where asked
    for, follow-up rows of an order are skipped."""
    parsed, taken, last = ParsedStatement(), Counter(), None
    for row in rows:
        if isinstance(row, RowError):
            parsed.errors.append(row)
            continue
        reader = _Reader(row, mapping)
        reason = reader.skip_reason(last)
        if reason:
            parsed.skipped.append(SkippedRow(row.number, reason, row.raw))
            continue
        last = reader
        _take(reader, parsed, taken)
    return parsed


def _take(reader: "_Reader", parsed: ParsedStatement, taken: Counter) -> None:
    row = reader.row
    try:
        parsed.lines.append(reader.line(taken))
    except _UnknownStatus as error:
        parsed.unknown_words[error.word] += 1
        parsed.errors.append(RowError(row.number, str(error), row.raw))
    except BadCell as error:
        parsed.errors.append(RowError(row.number, str(error), row.raw))


class _UnknownStatus(BadCell):
    def __init__(self, word: str):
        self.word = word
        super().__init__(_("The status “%s” is not known: say what it means in the mapping.") % word[:40])


class _Reader:
    """One row seen through the mapping."""

    def __init__(self, row: SourceRow, mapping: StatementMapping):
        self.row, self.mapping = row, mapping

    def text(self, name: str) -> str:
        column = self.mapping.columns.get(name)
        return self.row.cells.get(column, "").strip() if column else ""

    def skip_reason(self, above: "_Reader | None") -> str:
        """Why the row carries no data of its own; "" when it does."""
        if self._is_total():
            return _("is a total")
        if above and self.mapping.merge_follow_ups and self._continues(above):
            return _("continues the order of row %d") % above.row.number
        return ""

    def line(self, taken: Counter) -> StatementLine:
        order_id, click_id = clean_id(self.text("order_id")), clean_id(self.text("click_id"))
        if not order_id and not click_id:
            raise BadCell(_("The row has neither an order id nor a click id."))
        amount, currency = self._money()
        status, word = self._status()
        values = {
            "row_id": clean_id(self.text("row_id")),
            "order_id": order_id,
            "click_id": click_id,
            "goal": self.text("goal")[:MAX_TEXT],
            "sub_ids": tuple((name, self.text(name)[:MAX_TEXT]) for name in SUB_FIELDS if self.text(name)),
            "status": status,
            "status_word": word,
            "amount": amount,
            "currency": currency,
            "occurred_at": parse_when(
                self.text("occurred_at"), self.mapping.timezone, day_first=self.mapping.day_first
            ),
            "reason": self.text("reason")[:MAX_TEXT],
        }
        content = _fingerprint(values)
        identity = _identity(values["row_id"], content, taken)
        return StatementLine(self.row.number, identity, content, **values, raw=self.row.raw)

    def _moment(self) -> datetime | None:
        return parse_when(self.text("occurred_at"), self.mapping.timezone, day_first=self.mapping.day_first)

    def _status(self) -> tuple[str, str]:
        if self.text("cancelled_at"):
            return DECLINED, self.text("status")[:MAX_TEXT]
        word = self.text("status")
        if "status" not in self.mapping.columns or not word:
            return self.mapping.default_status, ""
        status = status_of(word, self.mapping.status_words)
        if not status:
            raise _UnknownStatus(word)
        return status, word[:MAX_TEXT]

    def _money(self) -> tuple[Decimal | None, str]:
        amount, beside = parse_amount(self.text("amount"), self.mapping.decimal_separator)
        refunded, _same = parse_amount(self.text("refunded"), self.mapping.decimal_separator)
        named = parse_currency(self.text("currency"))
        if named and beside and named != beside:
            raise BadCell(
                _("The amount is in %(one)s but the currency column says %(two)s.") % {"one": beside, "two": named}
            )
        if amount is not None and refunded:
            amount -= abs(refunded)
        return amount, named or beside or self.mapping.default_currency

    def _is_total(self) -> bool:
        """A total carries its word where an id would stand, or has no ids and the word in its first filled cell."""
        ids = [self.text("order_id"), self.text("click_id")]
        named = [text for text in ids if text]
        if named:
            return len(named) == 1 and normal_word(named[0]) in TOTAL_WORDS
        first = next((cell for cell in self.row.raw if cell.strip()), "")
        return normal_word(first) in TOTAL_WORDS

    def _continues(self, above: "_Reader") -> bool:
        order_id = self.text("order_id")
        empty = not (self.text("status") or self.text("amount"))
        return bool(order_id) and empty and order_id == above.text("order_id")


def _identity(row_id: str, content: str, taken: Counter) -> str:
    key = f"id:{row_id if len(row_id) <= 64 else _digest(row_id)}" if row_id else f"fp:{content}"
    taken[key] += 1
    return f"{key}:{taken[key]}" if not row_id or taken[key] > 1 else key


def _fingerprint(values: dict) -> str:
    """32 hex digits over the meaning of a line: 10 and 10.00 are the same, and so is one moment in two zones."""
    parts = []
    for name in sorted(values):
        value = values[name]
        if isinstance(value, Decimal):
            value = format(value.normalize(), "f") if value else "0"
        elif isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = "\x1e".join("\x1d".join(pair) for pair in value)
        parts.append(f"{name}\x1f{'' if value is None else value}")
    return _digest("\x1c".join(parts))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
