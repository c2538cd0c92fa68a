"""Files that are not a feed, or not one that can be read: refused with a sentence for the owner of the shop."""

import gzip
import io
import zipfile

import pytest

from cpanet.core.files import FileLimits, FileRefused
from offers.feeds.intake import FeedOptions, read_feed
from offers.feeds.rows import EmptyFeed, FeedRefused, UnsupportedFormat
from tests.shared_data import shared_file

GOOD = "<yml_catalog><offers><offer id='1'><name>Лампа</name><price>5</price></offer></offers></yml_catalog>"
RSS = '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>1</g:id></item></channel></rss>'
GARBLED = (
    "<yml_catalog><shop><currencies><url id='UAH' rate='1'/></currencies><offers><offer id='1'><name>a</name>"
    "<price>1</price></offer></offers></shop></yml_catalog>"
)


def rows_of(data, **options):
    with read_feed(io.BytesIO(data), FeedOptions(**options)) as feed:
        return list(feed)


def refusal(data, **options):
    with pytest.raises(FileRefused) as caught:
        rows_of(data.encode() if isinstance(data, str) else data, **options)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "lxml" not in sentence
    return caught.value


def zipped(data, name="feed.xml"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [GOOD.encode(), gzip.compress(GOOD.encode()), zipped(GOOD), GOOD.encode("utf-16"), b"\n\n" + GOOD.encode(),
     b'\n<?xml version="1.0" encoding="windows-1251"?>' + GOOD.encode("cp1251")],
)  # fmt: skip
def test_packing_and_encoding_make_no_difference(data):
    assert [row.name for row in rows_of(data)] == ["Лампа"]


@pytest.mark.parametrize("data", ["", "\n", "  \r\n\t", "\ufeff", "\x00"])
def test_an_empty_file(data):
    assert "empty" in str(refusal(data))


@pytest.mark.parametrize(
    "data",
    ["<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>",
     "<html><title>502 Bad Gateway</title><p>&nbsp;", "\n<!-- x -->\n<HTML><HEAD><TITLE> 502 Bad Gateway </TITLE>"],
)  # fmt: skip
def test_an_error_page_is_called_by_its_title(data):
    assert str(refusal(data)) == ("This is a web page “502 Bad Gateway” and not a feed: check the address of the feed.")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (RSS, "Google Merchant (RSS)"),
        ('<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"/>', "Merchant (Atom)"),
        ("<rss><channel/></rss>", "RSS"),
        ("<?xml version='1.0'?><price><date>1</date></price>", "hotline"),
        ('<КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_2"/>', "CommerceML"),
        ("<products><product/></products>", "products/product"),
        ("<root><urun/></root>", "root/urun"),
        ("<Root><Urunler/></Root>", "Ticimax"),
        ("<something/>", "<something>"),
        ("id;name;price\n1;a;5\n", "CSV"),
        ('{"offers": []}', "JSON"),
        ("hello", "plain text"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "Excel (.xls)"),
        (zipped("<Types/>", "[Content_Types].xml"), "Excel (.xlsx)"),
        (b"\x7fELF\x00\x00\x01", "binary"),
        ("id;имя\n1;лампа\n".encode("cp1251"), "CSV"),
    ],
)  # fmt: skip
def test_another_format_is_named(data, found):
    error = refusal(data)
    assert isinstance(error, UnsupportedFormat)
    assert found in str(error) and "YML" in str(error)


def test_currencies_that_are_garbled_refuse_the_feed():
    error = refusal(GARBLED)
    assert isinstance(error, FeedRefused)
    assert "<url> where <currency> must stand" in str(error)


def test_a_feed_without_products_is_refused():
    assert isinstance(refusal("<yml_catalog><shop><offers/></shop></yml_catalog>"), EmptyFeed)


def test_html_in_a_description_does_not_make_a_feed_a_web_page():
    feed = GOOD.replace("</name>", "</name><description>&lt;html&gt;<![CDATA[<body><head>]]></description>")
    assert len(rows_of(feed.encode())) == 1


@pytest.mark.parametrize(
    "data",
    ["<!DOCTYPE yml_catalog [<!ENTITY a 'x'>]>" + GOOD, GOOD[:30], "<yml_catalog><offers>", GOOD.replace("</name>", ""),
     b'<?xml version="1.0" encoding="UTF-8"?>' + GOOD.encode("cp1251"), b"\x1f\x8bxx", b"PK\x03\x04"],
)  # fmt: skip
def test_structure_faults_refuse_the_feed(data):
    refusal(data)


def test_a_large_file_is_refused():
    assert "larger than 1 MB" in str(refusal(GOOD, limits=FileLimits(max_bytes=50)))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("empty_one_newline.xml", "The file is empty"),
        ("html_424_saved_as.xml", "web page “424 Failed Dependency”"),
        ("rozetka_currencies_as_url.xml", "<url> where <currency> must stand"),
    ],
)
def test_broken_feeds_of_real_shops(name, says):
    assert says in str(refusal(shared_file(f"feeds/broken/{name}").read_bytes()))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("google/kinezis_merchant_rss.xml", "Google Merchant (RSS)"),
        ("turkish/cimri_rss_escaped_cdata.xml", "Google Merchant (RSS)"),
        ("turkish/depovitamin_xml_named_csv.csv", "products/product"),
        ("turkish/n11_products.xml", "products/product"),
        ("turkish/stockmount_products.xml", "products/product"),
        ("hotline/kinezis_hotline.xml", "hotline"),
        ("commerceml/carono_import.xml", "CommerceML"),
        ("commerceml/dob_offers0_1.xml", "CommerceML"),
        ("csv/prom_export.csv", "CSV"),
        ("csv/hotline_firm_cp1251.csv", "CSV"),
        ("csv/kinezis_pipe.csv", "CSV"),
        ("csv/facebook_catalog_template.csv", "CSV"),
        ("xlsx/supplier_tomo.xlsx", "Excel (.xlsx)"),
    ],
)
def test_other_formats_of_real_shops(name, found):
    assert found in str(refusal(shared_file(f"feeds/{name}").read_bytes()))
