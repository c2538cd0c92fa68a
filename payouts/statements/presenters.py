"""The pages of statements as XLSX files."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cpanet.core.money import to_decimal
from cpanet.ledger.kinds import JOURNAL_NAMES, AccountKind
from cpanet.ledger.subjects import title_of
from payouts.selectors.profit import COLUMNS, ProfitLine
from payouts.selectors.statements import Line, TrialLine
from payouts.statements.workbook import XLSX_TYPE, workbook

CHUNK = 5000


def file_answer(file: IO[bytes], name: str) -> FileResponse:
    """Sent in pieces, as an attachment."""
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)


def entries_file(entries, total: Line, sign: int, currency: str, *, owners: bool = False) -> IO[bytes]:
    """A queryset of entries, read in pieces, between its opening and its closing balance. `owners`: for the staff,
    with the accounts' owners and the journals' keys."""
    head = [_("When"), _("What"), _("Of"), _("Note"), _("Account"), _("Amount"), _("Balance after"), _("Currency")]
    head += [_("Owner's id"), _("Journal")] if owners else []
    rows = _entry_rows(entries, total, sign, currency, owners)
    return workbook(_("Entries"), head, rows, [20, 24, 22, 30, 24, 16, 16, 9, 12, 34])


def _entry_rows(entries, total, sign, currency, owners):
    yield [None, _("Closing balance"), None, None, None, None, to_decimal(sign * total.closing, currency), currency]
    for entry in entries.iterator(chunk_size=CHUNK):
        journal, account = entry.journal, entry.account
        row = [
            _local(journal.effective_at), str(JOURNAL_NAMES.get(journal.kind, journal.kind)), title_of(journal.subject),
            journal.note, str(AccountKind(account.kind).label), to_decimal(sign * entry.amount, currency),
            to_decimal(sign * entry.balance_after, currency), currency,
        ]  # fmt: skip
        yield row + ([account.owner_id, journal.key] if owners else [])
    yield [None, _("Opening balance"), None, None, None, None, to_decimal(sign * total.opening, currency), currency]


def _local(at: datetime) -> datetime:
    return timezone.localtime(at).replace(microsecond=0)


def trial_file(lines: Iterable[TrialLine], totals: dict[str, tuple[int, int]]) -> IO[bytes]:
    """The trial balance with the sums of each currency."""
    head = [_("Account"), _("Currency"), _("Accounts"), _("Debit"), _("Credit")]
    rows = [
        [line.label, line.currency, line.accounts, *_sides(line.debit, line.credit, line.currency)] for line in lines
    ]
    rows += [[_("Total"), code, None, *_sides(*sides, code)] for code, sides in sorted(totals.items())]
    return workbook(_("Trial balance"), head, rows, [34, 10, 10, 18, 18])


def _sides(debit, credit, currency):
    return [to_decimal(debit, currency), to_decimal(credit, currency)]


def profit_file(lines: list[ProfitLine], totals: list[ProfitLine]) -> IO[bytes]:
    """The profit by groups, with the totals of each currency."""
    head = [
        _("Of"), _("Id"), _("Currency"), _("Revenue"), _("Webmasters"), _("Referrals"), _("Fees"), _("Bad debt"),
        _("Rounding"), _("Margin"), _("Margin, %"),
    ]  # fmt: skip
    rows = [_profit_row(line, line.name) for line in lines] + [_profit_row(line, _("Total")) for line in totals]
    return workbook(_("Profit"), head, rows, [34, 8, 10, *[16] * 8])


def _profit_row(line, name):
    amounts = [to_decimal(getattr(line, column), line.currency) for column in (*COLUMNS, "margin")]
    share = None if line.margin_share is None else f"{100 * line.margin_share:.2f}"
    return [name, line.id or None, line.currency, *amounts, share]
