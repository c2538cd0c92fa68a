import io
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.cells import BadCell, clean_id, normal_order_id, parse_amount, parse_currency, parse_when
from reconciliation.lines import parse_statement
from reconciliation.mapping import StatementMapping, status_of, suggest_columns, suggest_mapping
from reconciliation.parsers.intake import open_table
from tests.shared_data import shared_file

ORDERS = Path(__file__).resolve().parents[1] / "data" / "statements" / "orders.csv"


def parse(data, mapping=None, **settings):
    if isinstance(data, Path):
        data = data.read_bytes()
    if isinstance(data, str):
        data = data.encode()
    with open_table(io.BytesIO(data)) as table:
        mapping = mapping or suggest_mapping(table.heading, StatementMapping(**settings))
        return parse_statement(table, mapping)


@pytest.mark.parametrize(
    ("text", "sign", "amount", "currency"),
    [
        ("1990.50", ".", "1990.5", ""), ("1,990.50", ".", "1990.5", ""), ("1 990,50", ",", "1990.5", ""),
        ("1.990,50 ₽", ",", "1990.5", "RUB"), ("₹1,299.00", ".", "1299", "INR"), ("-12.00", ".", "-12", ""),
        ("12 USD", ".", "12", "USD"), ("US$ 1,000", ".", "1000", "USD"), ("1,234", ".", "1234", ""),
        ("1,234", ",", "1.234", ""), ("0", ".", "0", ""), ("5 руб.", ",", "5", "RUB"), ("1'000.5", ".", "1000.5", ""),
    ],
)  # fmt: skip
def test_amounts(text, sign, amount, currency):
    assert parse_amount(text, sign) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "sign"),
    [("12,5", "."), ("12.5", ","), ("1,23,456", "."), ("abc", "."), ("(12.00)", "."), ("1e3", "."), ("12.", "."),
     (".", "."), ("12-13", "."), ("5 XQZ", "."), ("1" * 20, "."), ("NaN", "."), ("#REF!", "."), ("٣", ".")],
)  # fmt: skip
def test_an_amount_that_does_not_parse_is_an_error_with_its_text_and_never_zero(text, sign):
    with pytest.raises(BadCell) as caught:
        parse_amount(text, sign)
    assert text[:5] in str(caught.value) or "XQZ" in str(caught.value)


def test_an_empty_amount_is_unknown():
    assert parse_amount(" \u00a0", ".") == (None, "")


@given(st.decimals(min_value=-(10**11), max_value=10**11, allow_nan=False, places=2), st.sampled_from(".,"))
def test_what_is_written_with_groups_reads_back(amount, sign):
    text = f"{amount:,.2f}"
    if sign == ",":
        text = text.replace(",", " ").replace(".", ",")
    assert parse_amount(text, sign)[0] == amount


@pytest.mark.parametrize(
    ("text", "zone", "day_first", "moment"),
    [
        ("2025-12-06 10:37:33 -0500", "UTC", True, datetime(2025, 12, 6, 15, 37, 33, tzinfo=UTC)),
        ("2026-10-01T12:00:00Z", "UTC", True, datetime(2026, 10, 1, 12, tzinfo=UTC)),
        ("2026-10-01 12:00 UTC", "Europe/Moscow", True, datetime(2026, 10, 1, 9, tzinfo=UTC)),
        ("2026-10-01 12:00", "Europe/Istanbul", True, datetime(2026, 10, 1, 9, tzinfo=UTC)),
        ("03.04.2026", "Europe/Moscow", True, datetime(2026, 4, 2, 21, tzinfo=UTC)),
        ("03/04/2026 1:05", "UTC", False, datetime(2026, 3, 4, 1, 5, tzinfo=UTC)),
        ("11.02.2021 18:45:21", "UTC", True, datetime(2021, 2, 11, 18, 45, 21, tzinfo=UTC)),
        ("2026/10/01", "UTC", True, datetime(2026, 10, 1, tzinfo=UTC)),
        ("1543254701", "Europe/Moscow", True, datetime(2018, 11, 26, 17, 51, 41, tzinfo=UTC)),
        ("1543254701000", "UTC", True, datetime(2018, 11, 26, 17, 51, 41, tzinfo=UTC)),
        ("", "UTC", True, None),
    ],
)
def test_moments(text, zone, day_first, moment):
    assert parse_when(text, zone, day_first=day_first) == moment


@pytest.mark.parametrize("text", ["30.02.2026", "13/13/2026", "yesterday", "45000", "2026-13-01", "0000-00-00"])
def test_a_date_that_is_none_is_an_error(text):
    with pytest.raises(BadCell, match="is not known"):
        parse_when(text)


@pytest.mark.parametrize("text", ["1.0E+12", "5.37518E+12", "8,80609E+12", "123456.0", "1.5e12", "5E+12", "12,00"])
def test_damaged_ids_are_refused(text):
    with pytest.raises(BadCell, match="damaged by a spreadsheet"):
        clean_id(text)


@pytest.mark.parametrize("text", ["#1001", "002024", "12e45", "A-100", "6798481555755", "1.2.3", "E+1"])
def test_sound_ids_stay(text):
    assert clean_id(f" {text} ") == text


def test_order_ids_for_comparing():
    assert normal_order_id(" #A 0100 ") == "a0100"
    assert normal_order_id("00100") == "00100"
    assert normal_order_id("#00100", strip_leading_zeros=True) == "100"
    assert normal_order_id("000", strip_leading_zeros=True) == "0"
    assert normal_order_id("", strip_leading_zeros=True) == ""


def test_currencies():
    assert [parse_currency(text) for text in ("rur", "руб.", "TL", "usd", "")] == ["RUB", "RUB", "TRY", "USD", ""]
    with pytest.raises(BadCell):
        parse_currency("XBT1")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Order ID;Click ID;Status;Amount;Currency;Date;Sub ID",
         "order_id click_id status amount currency occurred_at sub1"),
        ("Номер заказа;Статус заказа;Сумма заказа, руб;Валюта;Дата создания;ID клика;Субид",
         "order_id status amount currency occurred_at click_id sub1"),
        ("ID замовлення;Стан;Сума;Дата;Причина відмови", "order_id status amount occurred_at reason"),
        ("SİPARİŞ NO;Durum;Tutar (TL);Tarih", "order_id status amount occurred_at"),
        ("action_id;order_id;cart;payment;currency;status;subid;subid1",
         "row_id order_id amount - currency status sub1 -"),
        ("id;orderRef;saleAmount;transactionDate", "- order_id amount occurred_at"),
        ("id;state;sum", "order_id status amount"),
        ("Date of order;Customer;Phone", "occurred_at - -"),
        ("foo;bar", "- -"),
    ],
)  # fmt: skip
def test_columns_are_suggested_from_headings(heading, expected):
    names = heading.split(";")
    wanted = {field: column for field, column in zip(expected.split(), names, strict=True) if field != "-"}
    assert suggest_columns(names) == wanted


@pytest.mark.parametrize(
    ("word", "status"),
    [("APPROVED", "approved"), ("Отклонён", "declined"), ("отклонен", "declined"), ("on-hold", "pending"),
     ("İPTAL", "declined"), ("в обработке", "pending"), ("скасовано", "declined"), ("Onaylandı", "approved"),
     ("1", ""), ("2", ""), ("hold", ""), ("lead", ""), ("dep", ""), ("whatever", "")],
)  # fmt: skip
def test_status_words(word, status):
    assert status_of(word) == status


def test_own_words_come_first():
    assert status_of("Hold!", {"hold": "approved"}) == "approved"
    assert status_of("paid", {"paid": "pending"}) == "pending"


def test_a_statement_with_every_kind_of_row():
    parsed = parse(ORDERS, decimal_separator=",", timezone="Europe/Moscow")
    assert [(line.number, line.order_id, line.status, line.amount, line.currency) for line in parsed.lines] == [
        (5, "A-100", "approved", Decimal("1990.50"), "RUB"),
        (6, "A-101", "declined", Decimal("100"), "RUB"),
        (8, "A-102", "pending", None, "RUB"),
        (10, "A-103", "approved", Decimal("1234"), "RUB"),
        (17, "A-108", "approved", None, ""),
        (18, "A-100", "approved", Decimal("1990.50"), "RUB"),
    ]
    assert {error.number: error.reason.split(":")[0] for error in parsed.errors} == {
        11: "The status “strange” is not known",
        12: "The amount “5.5” is not a number with “,” before the cents.",
        13: "The id “1.0E+12” was damaged by a spreadsheet",
        14: "The row has neither an order id nor a click id.",
        15: "The date “32.10.2026” is not known",
        16: "The row has 9 cells, the heading has 7",
    }
    assert all(error.raw for error in parsed.errors)
    assert [(row.number, row.reason) for row in parsed.skipped] == [(19, "is a total")]
    assert parsed.unknown_words == Counter({"strange": 1})
    assert parsed.lines[3].occurred_at == datetime(2026, 10, 3, 21, tzinfo=UTC)
    assert parsed.lines[1].reason == "customer\nnever paid"


def test_equal_rows_are_two_rows_and_the_same_file_again_adds_none():
    first, again = parse(ORDERS, decimal_separator=","), parse(ORDERS, decimal_separator=",")
    identities = [line.identity for line in first.lines]
    assert len(set(identities)) == len(identities)
    assert identities == [line.identity for line in again.lines]
    assert identities[0].split(":")[1] == identities[-1].split(":")[1]
    assert (identities[0][-2:], identities[-1][-2:]) == (":1", ":2")


def test_identity_does_not_depend_on_the_order_or_the_spelling_of_values():
    one = parse("order id;status;amount;date\n1;paid;10.00;2026-10-01 12:00Z\n2;new;5;\n")
    other = parse("date,amount,status,order id\n,5.0,new,2\n2026-10-01 15:00+03:00,10,paid,1\n")
    assert {line.identity for line in one.lines} == {line.identity for line in other.lines}


def test_a_row_id_makes_another_content_a_revision():
    mapping = StatementMapping(columns={"order_id": "order id", "row_id": "order id", "status": "status"})
    before = parse("order id;status\n1;new\n", mapping).lines[0]
    after = parse("order id;status\n1;paid\n", mapping).lines[0]
    assert before.identity == after.identity == "id:1"
    assert before.content_hash != after.content_hash
    assert len(parse(f"order id;status\n{'x' * 150};new\n", mapping).lines[0].identity) < 100


def test_a_file_without_status_takes_the_default():
    mapping = StatementMapping(columns={"order_id": "order id"}, default_status="approved", default_currency="USD")
    line = parse("order id;note\n1;x\n", mapping).lines[0]
    assert (line.status, line.currency) == ("approved", "USD")


def test_currencies_that_disagree_are_an_error():
    assert "column says USD" in parse("order id;amount;currency\n1;5 EUR;USD\n").errors[0].reason


def test_sub_ids_are_kept_by_their_number():
    parsed = parse("order id;sub1;sub_id_3;aff_sub2\n1;a;c;b\n")
    assert parsed.lines[0].sub_ids == (("sub1", "a"), ("sub2", "b"), ("sub3", "c"))


@pytest.mark.parametrize("cell", ["Total", "Итого:", "TOPLAM", "Grand total", "Разом"])
def test_totals_are_no_orders(cell):
    parsed = parse(f"order id;amount\n1;5\n{cell};5\n")
    assert (len(parsed.lines), len(parsed.skipped), parsed.errors) == (1, 1, [])


def test_a_mapping_can_be_stored_and_notices_a_changed_heading():
    mapping = StatementMapping(columns={"order_id": "Order"}, status_words={"x": "approved"}, day_first=False)
    assert StatementMapping.from_dict({**mapping.as_dict(), "unknown": 1}) == mapping
    assert mapping.missing(["order", "Status"]) == ["Order"]


SHOPIFY = (
    "Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity,Cancelled at,Refunded Amount,Id\n"
    "#1,a@example.com,paid,USD,30.00,2026-10-01 10:00:00 +0000,1,,0.00,901\n"
    "#1,a@example.com,,,,2026-10-01 10:00:00 +0000,2,,,\n"
    "#2,a@example.com,partially_refunded,USD,30.00,2026-10-01 10:00:00 +0000,1,,10.00,902\n"
    "#3,a@example.com,paid,USD,30.00,2026-10-01 10:00:00 +0000,1,2026-10-02 10:00:00 +0000,0.00,903\n"
    "#4,a@example.com,voided,USD,1.00,2026-10-01 10:00:00 +0000,1,,0.00,904\n"
)


def test_an_export_of_a_known_shop_system_needs_no_mapping():
    parsed = parse(SHOPIFY)
    assert [(line.identity, line.order_id, line.status, line.amount) for line in parsed.lines] == [
        ("id:901", "#1", "approved", Decimal(30)),
        ("id:902", "#2", "approved", Decimal(20)),
        ("id:903", "#3", "declined", Decimal(30)),
        ("id:904", "#4", "declined", Decimal(1)),
    ]
    assert [row.reason for row in parsed.skipped] == ["continues the order of row 2"]


def test_a_real_export_of_that_system():
    parsed = parse(shared_file("statements/shopify/orders_export_multiline.csv"))
    assert (len(parsed.lines), len(parsed.skipped), parsed.errors) == (51, 70, [])
    assert sum(line.amount for line in parsed.lines) == Decimal("590683.29")
    assert {line.currency for line in parsed.lines} == {"INR"}
    assert len({line.order_id for line in parsed.lines}) == 51
