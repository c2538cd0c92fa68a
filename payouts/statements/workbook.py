"""Rows as an XLSX file that is written while they come: the memory it takes does not grow with them. Pure."""

import tempfile
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import IO

import xlsxwriter

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_PER_SHEET = 1_000_000  # a sheet holds 1,048,576 at most
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(title: str, head: list[str], rows: Iterable[list], widths: list[int] = ()) -> IO[bytes]:
    """A temporary file, open at its beginning and gone when it is closed.

    Texts are texts whatever they begin with, Decimals and ints are numbers, datetimes are shown as they are given
    (their zone is dropped), None is an empty cell. What is too much for one sheet goes on on the next.
    """
    out = tempfile.TemporaryFile(prefix="cpanet-xlsx-")  # noqa: SIM115 - the answer closes it
    book = xlsxwriter.Workbook(out, OPTIONS)
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet, place = _new_sheet(book, title, head, widths, bold), 0
    for row in rows:
        if place >= ROWS_PER_SHEET:
            sheet, place = _new_sheet(book, title, head, widths, bold), 0
        place += 1
        for column, value in enumerate(row):
            _write(sheet, place, column, value, moment)
    book.close()
    out.seek(0)
    return out


def _new_sheet(book, title, head, widths, bold):
    count = len(book.worksheets())
    sheet = book.add_worksheet(title[:31] if not count else f"{title[:26]} {count + 1}")
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(head):
        sheet.write_string(0, column, str(text), bold)
    return sheet


def _write(sheet, row, column, value, moment):
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), moment)
    elif isinstance(value, (int, Decimal)):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, str(value))
