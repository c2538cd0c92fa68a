"""The file that a bank or wallet is given: CSV or XLSX out of plain rows. Pure and deterministic.

A cell that a spreadsheet would take for a formula is text: in CSV by an apostrophe in front, in XLSX by its type.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

HEAD = ("Payout", "Webmaster", "Holder", "Account", "Method", "Amount", "Currency", "Purpose")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
WIDTHS = (32, 26, 28, 40, 18, 14, 10, 40)


@dataclass(frozen=True)
class RegisterRow:
    """One payment. `amount` is a decimal string in major units, what is to be sent after the fee."""

    payout: str
    webmaster: str
    holder: str
    account: str
    method: str
    amount: str
    currency: str
    purpose: str

    def cells(self) -> tuple[str, ...]:
        """The row in the order of HEAD."""
        return (
            self.payout,
            self.webmaster,
            self.holder,
            self.account,
            self.method,
            self.amount,
            self.currency,
            self.purpose,
        )


def as_csv(rows: list[RegisterRow]) -> bytes:
    """UTF-8 with a byte order mark (spreadsheets need it), commas, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row.cells()])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(cell: str) -> str:
    """The cell as text for every spreadsheet; control characters become spaces."""
    plain = "".join(letter if letter.isprintable() else " " for letter in cell)
    return f"'{plain}" if cell.startswith(FORMULA_STARTS) else plain


def as_xlsx(rows: list[RegisterRow], made_at: datetime) -> bytes:
    """One sheet, all cells strings (account numbers keep their digits, formulas stay text)."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": "Payout register", "created": made_at.replace(tzinfo=None, microsecond=0)})
    sheet = book.add_worksheet("Payouts")
    bold = book.add_format({"bold": True})
    for column, (name, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row.cells()):
            sheet.write_string(number, column, cell)
    book.close()
    return out.getvalue()
