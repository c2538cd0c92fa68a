"""A report as a file: the lines of the screen, all pages of them, with its totals. Numbers are numbers."""

import csv
import io

import xlsxwriter
from django.utils.translation import gettext as _

from cpanet.core.money import exponent, to_decimal
from tracking.statistics.metrics import METRICS
from tracking.statistics.presentation import heads
from tracking.statistics.query import Report, Row

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(report: Report) -> bytes:
    """UTF-8 with a byte order mark; money in major units, percents as fractions of a hundred. A text that a
    spreadsheet would run as a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_head_row(report))
    for row in _lines(report):
        writer.writerow([_harmless(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(report: Report) -> bytes:
    """A workbook of one sheet. Texts are written as texts, whatever they begin with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet(_("Report")), book.add_format({"bold": True})
    formats = _formats(book, report)
    for column, text in enumerate(_head_row(report)):
        sheet.write_string(0, column, text, bold)
    for number, row in enumerate(_lines(report), start=1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value, formats[column])
    sheet.freeze_panes(1, len(report.dimensions))
    book.close()
    return out.getvalue()


def _write(sheet, row, column, value, cell_format):
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value, cell_format)


def _formats(book, report):
    money = book.add_format(
        {"num_format": "0." + "0" * exponent(report.currency) if exponent(report.currency) else "0"}
    )
    kinds = {
        "money": money,
        "percent": book.add_format({"num_format": "0.00"}),
        "number": book.add_format({"num_format": "0"}),
    }
    return [None] * len(report.dimensions) + [kinds[metric.kind] for metric in report.metrics]


def _head_row(report):
    units = {"money": f", {report.currency}", "percent": ", %", "number": ""}
    return [head.label + (units[METRICS[head.key].kind] if head.is_number else "") for head in heads(report)]


def _lines(report):
    for row in report.rows:
        yield [row.labels[key] for key in report.request.dimensions] + _figures(report, row)
    if report.dimensions:
        yield [_("Total"), *[""] * (len(report.dimensions) - 1), *_figures(report, report.totals)]


def _figures(report: Report, row: Row):
    return [_plain(METRICS[key].kind, row.values[key], report.currency) for key in report.request.metrics]


def _plain(kind, value, currency):
    if value is None or kind == "number":
        return value
    return to_decimal(value, currency) if kind == "money" else (value * 100).normalize() + 0


def _harmless(text):
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
