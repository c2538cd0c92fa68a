import gzip
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from cpanet.core.files import FileLimits, FileRefused
from reconciliation.parsers.csv_file import guess_delimiter
from reconciliation.parsers.intake import open_table
from reconciliation.parsers.rows import RowError, SourceRow, StatementRefused, TableOptions
from tests.shared_data import shared_file

ORDERS = Path(__file__).resolve().parents[1] / "data" / "statements" / "orders.csv"


def read(data, **options):
    """(table, rows) of bytes, text or a path."""
    if isinstance(data, Path):
        data = data.read_bytes()
    if isinstance(data, str):
        data = data.encode()
    with open_table(io.BytesIO(data), TableOptions(**options)) as table:
        return table, list(table)


def cells(data, **options):
    return [row.raw for row in read(data, **options)[1]]


def test_a_heading_below_comments_with_repeats_short_and_wide_rows():
    table, rows = read(ORDERS)
    assert (table.format, table.encoding, table.delimiter, table.heading_row) == ("csv", "utf-8", ";", 4)
    assert table.heading == ["Order ID", "Click ID", "Status", "Amount", "Currency", "Date", "Reason"]
    assert [(row.number, row.reason) for row in table.skipped] == [
        (1, "stands above the heading"), (2, "stands above the heading"), (9, "repeats the heading"),
    ]  # fmt: skip
    by_line = {row.number: row for row in rows}
    assert by_line[6].cells["Reason"] == "customer\nnever paid"
    assert by_line[17].cells == {
        "Order ID": "A-108", "Click ID": "c8", "Status": "approved", "Amount": "", "Currency": "", "Date": "",
        "Reason": "",
    }  # fmt: skip
    assert isinstance(by_line[16], RowError)
    assert by_line[16].reason.startswith("The row has 9 cells, the heading has 7")
    assert by_line[16].raw[-1] == "too wide"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_delimiters_and_encodings_are_found(delimiter, encoding):
    rows = [["Номер заказа", "Статус", "Сумма"], ["1", "Одобрен", "10"], ["2", "Отказ, возврат; брак", "5"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    table, found = read(text.encode(encoding))
    assert table.delimiter == delimiter
    assert [list(row.raw) for row in found] == rows[1:]
    assert found[0].cells["Статус"] == "Одобрен"
    assert bool(table.warnings) == (encoding == "cp1251")


def test_decimal_commas_do_not_pass_for_delimiters():
    assert guess_delimiter("id;sum\n1;10,50\n2;11,50\n3;12,00\n") == ";"
    assert guess_delimiter("id\tsum, total\n1\t10,50\n") == "\t"
    assert cells("sep=|\norder id|status\n1|a;b;c\n") == [("1", "a;b;c")]


def test_a_given_encoding_is_obeyed_or_refused():
    turkish = "sipariş no;durum\n1;iptal ğ\n".encode("cp1254")
    assert cells(turkish, encoding="windows-1254") == [("1", "iptal ğ")]
    with pytest.raises(FileRefused):
        read(turkish, encoding="utf-8")
    with pytest.raises(FileRefused):
        read(turkish, encoding="zip")


def test_columns_with_one_name_or_none():
    table, rows = read("order id;name;name;;name\n1;a;b;c;d\n")
    assert table.heading == ["order id", "name", "name (2)", "Column 4", "name (3)"]
    assert rows[0].cells["name (3)"] == "d"


def test_a_heading_is_found_without_known_words():
    assert read("foo;bar\nx1;2\n")[0].heading == ["foo", "bar"]
    table, rows = read("My report\n\nlabel;figure;thing\nx;1;2\ny;2;3\n")
    assert (table.heading_row, len(rows)) == (3, 2)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "empty"), ("\ufeff\n", "empty"), ("1;2\n3;4\n", "No row names the columns"), ("#\n# x\n", "no table"),
        ("<xml/>", "is XML"), ("<!DOCTYPE html><html>", "web page"), ('[\n {"a": 1}]', "JSON"), ('{"a": 1}', "JSON"),
        (b"\xd0\xcf\x11\xe0\x00\x00", "old Excel"), (b"%PDF-1.4", "PDF"), (b"a\x00b\x00c", "not a table"),
        ('order id;status\n"1;2\n' + "x" * 200_000, "quotation mark"), ("order id;status\n1;\x00\n" * 3000, ""),
        (b"PK\x03\x04junk", "zip"),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused_with_a_sentence(data, says):
    with pytest.raises(FileRefused) as caught:
        read(data)
    assert says in str(caught.value)
    assert str(caught.value).endswith(".")


def test_limits_on_rows_and_columns():
    with pytest.raises(StatementRefused, match="more than 2 rows"):
        read("order id;status\n1;a\n2;a\n3;a\n", max_rows=2)
    with pytest.raises(StatementRefused, match="columns"):
        read(";".join(f"c{n}" for n in range(1100)) + "\n")
    with pytest.raises(FileRefused, match="larger"):
        read("order id;status\n" * 100, limits=FileLimits(max_bytes=100))


def test_packed_files():
    assert cells(gzip.compress(b"order id;status\n1;a\n")) == [("1", "a")]


# -- workbooks ---------------------------------------------------------------------------------------------------------


def workbook(*sheets):
    """Bytes of a workbook; every sheet is {(row, column): value} from zero."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        dates = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for values in sheets:
            sheet = book.add_worksheet()
            for (row, column), value in values.items():
                if isinstance(value, datetime | date):
                    sheet.write_datetime(row, column, value, dates)
                else:
                    sheet.write(row, column, value)
    return out.getvalue()


def test_a_workbook_is_read_as_text():
    data = workbook(
        {},
        {
            (2, 1): "Order ID", (2, 2): "Amount", (2, 3): "Date", (2, 4): "Paid", (2, 5): "Formula",
            (3, 1): 123456, (3, 2): 0.1 + 0.2, (3, 3): datetime(2026, 10, 1, 12, 30), (3, 4): True, (3, 5): "=1+1",
            (5, 1): "002024", (5, 2): "15%",
            (6, 1): 1e15, (6, 2): 1e-7,
        },
        {(0, 0): "more"},
    )  # fmt: skip
    table, rows = read(data)
    assert (table.format, table.heading_row) == ("xlsx", 3)
    assert table.heading == ["Order ID", "Amount", "Date", "Paid", "Formula"]
    assert [(row.number, row.raw[:4]) for row in rows] == [
        (4, ("123456", "0.3", "2026-10-01 12:30:00", "TRUE")),
        (6, ("002024", "15%", "", "")),
        (7, ("1E+15", "1E-07", "", "")),
    ]
    assert table.warnings == ["Only the sheet “Sheet2” was read; other sheets hold data too."]


def test_a_workbook_without_a_table_is_refused():
    with pytest.raises(StatementRefused, match="no table"):
        read(workbook({}))


def test_a_workbook_that_would_break_its_reader_is_only_refused():
    """Two cells at opposite corners make the native library reserve half a terabyte and abort."""
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(workbook({(0, 0): 1, (1, 1): 2})))
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(
                name, source.read(name).replace(b'r="B2"', b'r="XFD1048576"').replace(b'r="2"', b'r="1048576"')
            )
    with pytest.raises(StatementRefused, match="damaged or far too large"):
        read(out.getvalue())


def test_a_damaged_workbook_is_refused():
    data = workbook({(0, 0): "Order ID", (0, 1): "Status", (1, 0): "1"})
    for broken in (data[:-40], data[:200] + b"x" * 300 + data[500:]):
        with pytest.raises(FileRefused):
            read(broken)


# -- other people's files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "columns", "delimiter"),
    [
        ("csv/kinezis_pipe.csv", 50, 8, "|"),
        ("csv/hotline_firm_cp1251.csv", 2882, 13, ";"),
        ("csv/prom_export.csv", 767, 82, ","),
        ("csv/supplier_atmosfera_semicolon_bom.csv", 434, 96, ";"),
        ("csv/awin_lululemon_excerpt.csv", 3, 36, ","),
        ("csv/facebook_catalog_template.csv", 1, 29, ","),
    ],
)
def test_tables_of_other_people(name, rows, columns, delimiter):
    table, found = read(shared_file(f"feeds/{name}"))
    assert (len(found), len(table.heading), table.delimiter) == (rows, columns, delimiter)
    assert all(isinstance(row, SourceRow) for row in found)


def test_a_price_list_of_other_people_in_a_workbook():
    table, rows = read(shared_file("feeds/xlsx/supplier_tomo.xlsx"))
    assert (table.heading_row, len(table.heading), len(rows)) == (2, 10, 438)
    assert rows[0].cells["Код"] == "30887"
    assert rows[0].cells["Скидка клиента (%)"] == "15%"
