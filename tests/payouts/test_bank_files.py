"""Bank statements as plain lines: every format, and what is said of files that are not sound."""

import gzip
from datetime import date
from decimal import Decimal

import pytest

from cpanet.core.errors import DomainError
from payouts.bank.lines import BadStatement, identities
from payouts.bank.reading import read_statement
from tests.payouts import statements
from tests.shared_data import shared_file


def read(text, encoding="utf-8", **options):
    return read_statement(text if isinstance(text, bytes) else text.encode(encoding), currency="USD", **options)


def told(found):
    return [(str(line.on), str(line.amount), line.currency, line.payer, line.purpose) for line in found.lines]


def test_mt940():
    found = read(statements.MT940)
    assert told(found) == [
        ("2026-11-20", "500.00", "USD", "ADAMS SHOP LTD", "INVOICE INV-7 NOVEMBER"),
        ("2026-11-20", "-20.00", "USD", "", "FEE"),
        ("2026-11-20", "80.5", "USD", "UNKNOWN PAYER", "HELLO"),
    ]
    assert found.warnings == []
    first, _fee, last = found.lines
    assert (first.reference, first.payer_account, first.account) == (
        "BANK0001", "DE12500105170648489890", "DE89370400440532013000",
    )  # fmt: skip
    assert last.payer_account == "DE02120300000000202051"


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8"])
def test_1c(encoding):
    found = read(statements.ONEC, encoding)
    assert told(found) == [
        ("2026-11-20", "15000.50", "RUB", 'ООО "Ромашка"', "Оплата по договору Д-2026/15"),
        ("2026-11-20", "-100.00", "RUB", "", "Комиссия"),
    ]
    assert found.lines[0].payer_tax_id == "7701234567"
    assert found.warnings == []


def test_1c_of_dos():
    found = read(statements.ONEC.replace("Кодировка=Windows", "Кодировка=DOS"), "cp866")
    assert found.lines[0].payer == 'ООО "Ромашка"'


def test_ofx_of_both_versions():
    assert told(read(statements.OFX)) == [
        ("2026-11-20", "250.00", "USD", "Adam & Co", "Ad budget"),
        ("2026-11-21", "-9.99", "USD", "Fee", ""),
    ]
    assert told(read(statements.OFX_XML)) == [("2026-11-20", "1.50", "EUR", "Şeker", "Fatura")]


def test_csv_with_a_head_of_its_own_and_two_columns_of_money():
    found = read(statements.CSV, "cp1251")
    assert [str(line.amount) for line in found.lines] == ["1234.56", "-99.00", "10.00", "10.00"]
    assert [line.currency for line in found.lines] == ["RUB", "RUB", "USD", "USD"]
    assert found.lines[0].payer == "ООО Ромашка"


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["2026-11-02", "2026-11-20"], [2, 20]),
        (["02/11/2026", "20/11/2026"], [2, 20]),
        (["11/02/2026", "11/20/2026"], [2, 20]),
        (["02.11.26 10:15", "20.11.26 00:00"], [2, 20]),
    ],
)
def test_csv_dates_are_read_in_the_one_way_that_fits_them_all(dates, days):
    found = read("Date,Amount\n" + "".join(f"{day},1.00\n" for day in dates))
    assert [line.on for line in found.lines] == [date(2026, 11, day) for day in days]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("1 234,56", "1234.56"), ("500,", "500"), ("+7", "7")],
)
def test_amounts_as_people_write_them(text, amount):
    assert read(f'Date;Amount\n2026-11-20;"{text}"\n').lines[0].amount == Decimal(amount)


def test_packed_file():
    assert len(read(gzip.compress(statements.MT940.encode())).lines) == 3


def test_alike_lines_have_names_of_their_own_that_stay():
    lines = read(statements.CSV, "cp1251").lines
    names = identities(lines)
    assert len(set(names)) == 4
    assert identities(lines[2:]) == names[2:]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7 ...", "not a bank statement of a known kind"),
        (b"<html><body>Session expired</body></html>", "not a bank statement of a known kind"),
        (b"hello,world\n1,2\n", "No row of the file names its columns"),
        (b"Date,Amount\n2026-11-20,lots\n", "Line 2: “lots” is not an amount"),
        (b"Date,Amount\n2026-11-20,NaN\n", "Line 2: “NaN” is not an amount"),
        (b"Date,Amount\n2026-13-20,5\n", "Line 2: “2026-13-20” is not a date"),
        (b"Date,Amount\n02/13/2026,5\n13/02/2026,5\n", "not a date, or the file writes"),
        (b"Date,Amount\n", "holds no movements"),
        (statements.MT940.replace(":60F:C261119USD1000,00\n", "").encode(), "Line 5: a movement stands before"),
        (statements.MT940.replace("500,00NTRF", "many").encode(), "Line 6: “2611201120CDmany"),
        (statements.MT940.replace("2611201120CD500", "2613201120CD500").encode(), "Line 6: “261320” is not a date"),
        (statements.ONEC.replace("КонецФайла", "").encode("cp1251"), "breaks off"),
        (statements.ONEC.replace("Сумма=15000.50\n", "").encode("cp1251"), "Line 14: the document has no sum"),
        (statements.ONEC.replace("РасчСчет=40702810900000000001", "").encode("cp1251"), "whose account"),
        (statements.OFX.partition("<STMTTRN><TRNTYPE>DEBIT")[0].encode(), "breaks off"),
        (statements.OFX.replace("<CURDEF>USD", "").encode(), "names no currency"),
        (statements.OFX.replace("<TRNAMT>250.00", "").encode(), "Line 10: the transaction has no TRNAMT"),
        (gzip.compress(b"x")[:-3], "damaged or incomplete"),
    ],
    ids=range(20),
)
def test_bad_file_is_refused_with_what_and_where(content, complaint):
    with pytest.raises(DomainError) as caught:
        read(content)
    assert complaint in str(caught.value)


def test_unknown_currency_names_its_line():
    with pytest.raises(BadStatement, match="Line 2: “XQX” is not a currency"):
        identities(read("Date;Amount;Currency\n2026-11-20;5;XQX\n").lines)


def test_balances_that_do_not_fit_are_told():
    found = read(statements.MT940.replace(":62F:C261120USD1560,5", ":62F:C261120USD9,"))
    assert "lead to a balance of 1560.50, the bank says 9" in found.warnings[0]


@pytest.mark.parametrize(
    ("name", "amounts"),
    [
        ("citi_usd.txt", ["-212.39", "-369.28", "0.00", "0.00", "-561.08"]),
        ("february_30.sta", ["-6.00"]),
        ("knab.sta", ["500", "-7260", "500"]),
        ("triodos.sta", ["-15.70", "-700.00"]),
    ],
)
def test_files_of_real_banks(name, amounts):
    found = read(shared_file(f"statements/bank/mt940/{name}").read_bytes())
    assert [str(line.amount) for line in found.lines] == amounts
