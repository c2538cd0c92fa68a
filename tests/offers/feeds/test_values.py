from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from offers.feeds.rows import BadField
from offers.feeds.texts import safe_html
from offers.feeds.values import (
    clean_url,
    parse_availability,
    parse_date,
    parse_price,
    split_pictures,
    unwrap_affiliate,
)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("2999", "2999", ""), ("366.080", "366.08", ""), ("45,0000", "45", ""), ("82.88 TRY", "82.88", "TRY"),
        ("52500 UAH", "52500", "UAH"), ("8.00 EUR", "8", "EUR"), ("-10,0000", "-10", ""), ("0,00", "0", ""),
        ("$1,234.50", "1234.5", "USD"), ("1\u00a0234,50\u202f₽", "1234.5", "RUB"), ("4 650 руб.", "4650", "RUB"),
        ("1.234.567", "1234567", ""), ("1.234,5", "1234.5", ""), ("12,5", "12.5", ""), (" 7 ", "7", ""),
        ("1'234.50 CHF", "1234.5", "CHF"), ("15 TL", "15", "TRY"), ("₺15", "15", "TRY"), ("0.1", "0.1", ""),
    ],
)  # fmt: skip
def test_prices(text, amount, currency):
    assert parse_price(text) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "[price1kdvli]", "1,234", "12.34.5", "1,23,456", "1e5", "NaN", "inf", "5 pcs", "--5", "5-7",
     "1" * 20, "٣"],
)  # fmt: skip
def test_what_is_no_price_is_never_zero(text):
    with pytest.raises(BadField) as caught:
        parse_price(text)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (None, True), ("", True), ("true", True), ("FALSE", False), ("in stock", True), ("out_of_stock", False),
        ("В наявності", True), ("Немає в наявності", False), ("+", True), ("-", False), ("ЕСТЬ", True), ("0", False),
        ("12", True), ("whatever", None), ("preorder", True),
    ],
)  # fmt: skip
def test_availability(text, answer):
    assert parse_availability(text) is answer


def test_dates():
    assert parse_date("2019-01-31 13:29") == datetime(2019, 1, 31, 13, 29)
    assert parse_date("12.07.2026 18:29") == datetime(2026, 7, 12, 18, 29)
    assert parse_date("2026-08-22T21:45:23.836Z") == datetime(2026, 8, 22, 21, 45, 23, 836000, UTC)
    assert parse_date("2022-05-22T14:37+03:00").utcoffset() == timedelta(hours=3)
    assert parse_date("1543254701") == datetime(2018, 11, 26, 17, 51, 41, tzinfo=UTC)
    assert parse_date("yesterday") is None
    assert parse_date("30.02.2026") is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://shop.example/p?a=1&b=2#x", "https://shop.example/p?a=1&b=2#x"),
        (" http://shop.example/a b ", "http://shop.example/a%20b"),
        ("//shop.example/p", "https://shop.example/p"),
        ("/p/1", "https://base.example/p/1"),
        ("https://магазин.рф/товар", "https://xn--80aairftm.xn--p1ai/%D1%82%D0%BE%D0%B2%D0%B0%D1%80"),
        ("https://shop.example:8443/p%20x", "https://shop.example:8443/p%20x"),
        ("HTTPS://Shop.example/P", "https://shop.example/P"),
        ("https://shop.example/\x00a\nb", "https://shop.example/ab"),
    ],
)
def test_addresses(text, url):
    assert clean_url(text, "https://base.example/") == url


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "ftp://x.example/", "https://user:pw@x.example/", "https://", "http://[1",
     "https://x.example:99999/", "https://x y.example/", "https://x.example/" + "a" * 2000, "mailto:a@b.example"],
)  # fmt: skip
def test_what_is_no_web_address(text):
    with pytest.raises(BadField):
        clean_url(text, "https://base.example/")
    with pytest.raises(BadField):
        clean_url("p/1")


def test_affiliate_links_are_unwrapped_only_to_web_addresses():
    wrapped = "https://ad.admitad.com/g/x/?i=5&ulp=https%3A%2F%2Fshop.example%2Fp%3Fa%3D1%26b%3D2"
    assert unwrap_affiliate(wrapped) == "https://shop.example/p?a=1&b=2"
    assert unwrap_affiliate(f"https://other.example/?ulp={wrapped.replace('%', '%25').replace('&', '%26')}") == (
        "https://shop.example/p?a=1&b=2"
    )
    for url in ("https://shop.example/?ulp=javascript:alert(1)", "https://shop.example/?ulp=", "https://shop.example/"):
        assert unwrap_affiliate(url) == url
    with pytest.raises(BadField):
        unwrap_affiliate("https://ad.example/?ulp=https://user:pw@shop.example/")


def test_pictures_are_split_only_where_an_address_begins():
    assert split_pictures(["https://a.example/w_1,h_2/x.jpg,https://a.example/y.jpg"]) == (
        "https://a.example/w_1,h_2/x.jpg",
        "https://a.example/y.jpg",
    )
    assert split_pictures(["x.jpg", "javascript:x"], "https://a.example/") == ("https://a.example/x.jpg",)
    assert split_pictures(["x.jpg"]) == ()
    assert len(split_pictures([f"https://a.example/{n}.jpg" for n in range(100)])) == 30


def test_html_is_made_harmless():
    assert safe_html('<p style="x">a<script>b</script><img src=x onerror=y></p>') == "<p>a</p>"
    assert safe_html("&lt;![CDATA[x") == "&lt;![CDATA[x"
    assert safe_html("plain\ntext") == "plain\ntext"
    assert safe_html("<b>open") == "<b>open</b>"
    assert "javascript" not in safe_html('<a href="javascript:x">y</a><iframe src="javascript:x">')
