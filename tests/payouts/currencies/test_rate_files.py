# ruff: noqa: E501 - tables of cases
"""Reading the tables of central banks."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts.currencies.exchanging import CrossRate, exchanged
from payouts.currencies.rate_files import BadRates, read_rates

ECB = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><Cube><Cube time="2026-11-20">
<Cube currency="USD" rate="1.0854"/><Cube currency="JPY" rate="162.55"/><Cube currency="TRY" rate="45.1234"/>
</Cube><Cube time="2026-11-19"><Cube currency="USD" rate="9"/></Cube></Cube></gesmes:Envelope>"""
CBR = """<?xml version="1.0" encoding="windows-1251"?>
<ValCurs Date="21.11.2026" name="Foreign Currency Market">
<Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal><Name>Доллар США</Name><Value>92,5000</Value></Valute>
<Valute ID="R01700J"><NumCode>949</NumCode><CharCode>TRY</CharCode><Nominal>10</Nominal><Name>Турецких лир</Name><Value>22,2500</Value></Valute>
<Valute ID="R01589"><NumCode>960</NumCode><CharCode>XDR</CharCode><Nominal>1</Nominal><Name>СДР</Name><Value>120,1</Value></Valute>
</ValCurs>""".encode("cp1251")
CSV = b"date,base,currency,base_amount,currency_amount\n2026-11-20,usd,EUR,1.0854,1\n\n2026-11-20,USD,GBP,1.3,1\n"


def test_the_european_central_bank_tells_the_newest_day():
    table = read_rates(ECB)
    assert (table.source, table.day) == ("ecb", date(2026, 11, 20))
    assert [(r.base, r.currency, r.base_amount, r.currency_amount) for r in table.rates] == [
        ("EUR", "USD", Decimal(1), Decimal("1.0854")), ("EUR", "JPY", Decimal(1), Decimal("162.55")),
        ("EUR", "TRY", Decimal(1), Decimal("45.1234")),
    ]  # fmt: skip


def test_the_bank_of_russia_has_nominals_commas_and_its_own_encoding():
    table = read_rates(CBR)
    assert (table.source, table.day) == ("cbr", date(2026, 11, 21))
    found = {rate.currency: (rate.base_amount, rate.currency_amount) for rate in table.rates}
    assert found["USD"] == (Decimal("92.5000"), Decimal(1)) and found["TRY"] == (Decimal("22.2500"), Decimal(10))


def test_csv():
    table = read_rates(CSV)
    assert (table.source, table.day, len(table.rates), table.rates[0].base) == ("file", date(2026, 11, 20), 2, "USD")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"), (b"   \n", "empty"), (b"<a>", "broken"), (b"<html></html>", "neither"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ValCurs Date="21.11.2026">&x;</ValCurs>', "DOCTYPE"),
        (b"a,b\n1,2\n", "The first line must be"), (b"\xff\xfe\x00", "neither XML nor CSV"),
        (CSV.replace(b"1.0854", b"0"), "Line 2: “0” is no number above zero"),
        (CSV.replace(b"1.0854", b"1e5"), "Line 2"), (CSV.replace(b"1.0854", b"-1"), "Line 2"),
        (CSV.replace(b"1.0854", b"NaN"), "Line 2"), (CSV.replace(b",1\n\n", b"\n\n"), "Line 2 has 4 columns"),
        (CSV.replace(b"2026-11-20,usd", b"20.11.2026,usd"), "Line 2: “20.11.2026” is not the day of a table of rates: write it like 2026-11-20"),
        (CSV.replace(b"2026-11-20,usd", b"2026-11-21,usd"), "Line 4 differs: one file holds the rates of one day and one base"),
        (CSV.replace(b"usd", b"TRY"), "Line 4 differs"), (CSV.replace(b"GBP", b"EUR"), "two rates of EUR"),
        (CSV.replace(b"EUR", b"ZZZ").replace(b"GBP", b"YYY"), "No rate of a currency we know"),
        (CBR.replace(b"21.11.2026", b"tomorrow"), "not the day"), (CBR.replace(b"92,5000", b""), "USD: “” is no number"),
        (CBR.replace(b"windows-1251", b"klingon"), "broken"), (b"x" * (2 * 1024 * 1024 + 1), "at most 2 MB"),
        (b"\xef\xbb\xbf", "Line 1 is “”"),
    ],
    ids=range(22),
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(content, words):
    with pytest.raises(BadRates) as caught:
        read_rates(content)
    assert words in str(caught.value)


@given(st.integers(1, 10**15), st.fractions("1/1000", 1000), st.integers(0, 2000))
def test_nobody_gets_more_than_the_rate_gives_and_the_scales_are_kept(units, price, spread):
    result = exchanged(units, CrossRate("USD", "JPY", price, "ecb", date(2026, 11, 20)), spread=spread)
    exact = Fraction(units, 10_000) * price * 100  # USD keeps four digits, JPY two
    assert result.fair <= exact < result.fair + 1
    assert result.bought <= exact * (10_000 - spread) / 10_000 < result.bought + 1


def test_by_hand():
    rate = CrossRate("EUR", "USD", Fraction("1.0854"), "ecb", date(2026, 11, 20))
    result = exchanged(100_0000, rate, spread=150)  # 100.00 EUR at 1.5 %
    assert (result.fair, result.bought) == (108_5400, 106_9119)
