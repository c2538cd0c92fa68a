import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cpanet.core.files import FileRefused
from offers.feeds.intake import FeedOptions, read_feed
from offers.feeds.rows import FeedItem, FeedRefused, RowError, hash_of, suspicious_drop
from tests.shared_data import shared_file

SHOP = Path(__file__).resolve().parents[2] / "data" / "feeds" / "shop.yml"


def read(data, **options):
    """Items, errors and facts of a feed given as bytes, text or path."""
    if isinstance(data, Path):
        data = data.read_bytes()
    if isinstance(data, str):
        data = data.encode()
    with read_feed(io.BytesIO(data), FeedOptions(**options)) as feed:
        rows = list(feed)
    items = [row for row in rows if isinstance(row, FeedItem)]
    return items, [row for row in rows if isinstance(row, RowError)], feed.facts


def one(inner, attributes='id="1"', head="", **options):
    """The only row of a feed with one offer."""
    body = f"<offer {attributes}><name>N</name>{inner}</offer>"
    feed = f"<yml_catalog><shop>{head}<offers>{body}</offers></shop></yml_catalog>"
    items, errors, facts = read(feed, **options)
    return (items + errors)[0], facts


@pytest.fixture(scope="module")
def shop():
    return read(SHOP)


def test_the_head_of_the_feed(shop):
    _items, _errors, facts = shop
    assert (facts.format, facts.encoding, facts.seen, facts.complete) == ("yml", "utf-8", 11, True)
    assert (facts.shop_name, facts.currencies) == ("Lamp & Co", ("RUB", "USD"))
    assert facts.generated_at == datetime(2026, 11, 1, 10, 30)
    assert facts.categories["12"] == ("Lamps", "Desk lamps")
    assert facts.categories["7"] == ("Orphan",)
    assert facts.categories["5"] == ("Hen", "Egg")


def test_a_plain_offer(shop):
    lamp = shop[0][0]
    assert lamp == FeedItem(
        row=1,
        offer_id="002024",
        name="Desk lamp “Ray”",
        url="https://lamps.example/p/1?a=1&b=2",
        price=Decimal("1990.50"),
        old_price=Decimal(2490),
        currency="RUB",
        available=True,
        category_id="12",
        category_path=("Lamps", "Desk lamps"),
        pictures=(
            "https://lamps.example/1.jpg",
            "https://lamps.example/2.jpg",
            "https://cdn.example/w_300,h_300/3.jpg",
        ),
        vendor="Ray",
        vendor_code="R-1",
        barcode="BC/05/1",
        group_id="g1",
        description="<p>Bright lamp</p>",
        params=(("Colour", "red", ""), ("Colour", "blue", ""), ("Weight", "1.2", "kg")),
    )


def test_vendor_model_affiliate_link_and_shop_currency(shop):
    floor = shop[0][1]
    assert (floor.name, floor.url) == ("Floor lamp Ray X2", "https://lamps.example/p/2?x=1")
    assert (floor.price, floor.currency, floor.old_price, floor.available) == (Decimal(3000), "RUB", None, True)
    assert floor.description == "Plain text, 5 &lt; 6"


def test_undeclared_things_and_child_elements(shop):
    shade = shop[0][2]
    assert (shade.name, shade.currency, shade.available) == ("Shade", "USD", False)
    assert shade.url == "https://lamps.example/p/3"
    assert shade.description == "<b>Real</b> children <i>here</i>"


def test_rows_that_cannot_be_used_say_why_and_the_first_of_two_stays(shop):
    items, errors, _facts = shop
    assert [item.offer_id for item in items] == ["002024", "A 2", "usd"]
    assert {error.id: error.row for error in errors}["002024"] == 4
    reasons = {error.id or "-": error.reason for error in errors}
    assert reasons == {
        "002024": "The id is already used by product 1 of the file: each product needs its own.",
        "noprice": "There is no price.",
        "placeholder": "The price “[price1kdvli]” is not a number.",
        "twoways": "The price “1,234” can be read in two ways: write it with a point, without groups.",
        "zero": "The price must be above zero; it is 0.00.",
        "-": "The product has no id: give every <offer> its own id.",
        "noname": "The product has no name.",
        "script": "The address “javascript:alert(1)” is not a web address: it must begin with http:// or https://.",
    }


def test_warnings_are_counted(shop):
    assert "An old price is not above the price: no discount is shown." in shop[2].warnings
    assert any(text.startswith("The address of a product was an affiliate link") for text in shop[2].warnings)


def test_the_same_file_again_has_the_same_hashes_and_a_change_another(shop):
    again = read(SHOP.read_text().replace("1990.50", "1990.5000").replace("<param", "\n<param"))[0]
    assert [item.content_hash for item in again] == [item.content_hash for item in shop[0]]
    lamp = shop[0][0]
    for change in (
        {"price": Decimal("1990.51")}, {"old_price": None}, {"available": False}, {"name": "x"}, {"params": ()},
        {"pictures": lamp.pictures[::-1]}, {"category_path": ("Lamps",)}, {"description": ""}, {"currency": "USD"},
        {"url": ""}, {"vendor": ""}, {"group_id": ""}, {"barcode": ""}, {"vendor_code": ""}, {"category_id": "1"},
    ):  # fmt: skip
        assert hash_of(replace(lamp, **change)) != lamp.content_hash, change
    assert hash_of(replace(lamp, row=77)) == lamp.content_hash


def test_a_rejected_row_does_not_take_the_id():
    feed = "<yml_catalog><offers><offer id='1'><name>a</name></offer>"
    feed += "<offer id='1'><name>b</name><price>5</price></offer></offers></yml_catalog>"
    items, errors, _facts = read(feed)
    assert ([item.name for item in items], [error.row for error in errors]) == (["b"], [1])


def test_levels_may_be_missing_and_a_namespace_may_be_there():
    offer = "<offer id='1'><name>a</name><price>5 UAH</price></offer>"
    for feed in (
        f"<yml_catalog><offers>{offer}</offers></yml_catalog>",
        f"<yml_catalog><shop>{offer}</shop></yml_catalog>",
        f"<yml_catalog xmlns='urn:y'><shop><offers>{offer}</offers></shop></yml_catalog>",
    ):
        items, errors, _facts = read(feed)
        assert ([item.currency for item in items], errors) == (["UAH"], [])


def test_an_offer_inside_an_offer_is_no_product():
    row, facts = one("<price>5</price><related><offer id='2'><name>x</name><price>1</price></offer></related>")
    assert (row.offer_id, row.name, row.price, facts.seen) == ("1", "N", 5, 1)


@pytest.mark.parametrize(
    ("head", "inner", "currency"),
    [
        ("", "<price>5</price>", ""),
        ("<currencies/>", "<price>5</price>", ""),
        ("<currencies><currency id='KZT'/></currencies>", "<price>5</price>", "KZT"),
        ("<currencies><currency id='USD' rate='9'/><currency id='RUR' rate='1'/></currencies>",
         "<price>5</price>", "RUB"),
        ("<currencies><currency id='RUB'/></currencies>", "<price>5</price><currencyId>TL</currencyId>", "TRY"),
        ("", "<price>5</price><currencyId>грн</currencyId>", "UAH"),
    ],
)  # fmt: skip
def test_where_the_currency_comes_from(head, inner, currency):
    row, _facts = one(inner, head=head)
    assert row.currency == currency


def test_a_missing_currency_is_told_once_and_may_be_given():
    _row, facts = one("<price>5</price>")
    assert any("names no currency" in text for text in facts.warnings)
    assert one("<price>5</price>", default_currency="UAH")[0].currency == "UAH"


def test_currencies_that_disagree_or_do_not_exist_are_row_errors():
    assert "currencyId says RUB" in one("<price>5 TRY</price><currencyId>RUR</currencyId>")[0].reason
    assert "“XBT1” is not known" in one("<price>5</price><currencyId>XBT1</currencyId>")[0].reason


def test_an_escaped_cdata_section_is_opened():
    row, _facts = one("<price>&lt;![CDATA[82.88 TRY]]&gt;</price><vendor>&lt;![CDATA[V]]&gt;</vendor>")
    assert (row.price, row.currency, row.vendor) == (Decimal("82.88"), "TRY", "V")


def test_a_cut_file_is_used_up_to_the_cut_and_not_complete():
    whole = SHOP.read_text()
    items, _errors, facts = read(whole[: whole.index("<title>Shade")])
    assert ([item.offer_id for item in items], facts.complete) == (["002024", "A 2"], False)
    assert any("ends in the middle" in text for text in facts.warnings)


def test_a_fault_in_the_middle_refuses_the_whole_file():
    with pytest.raises(FileRefused, match="Line 3"):
        read("<yml_catalog><offers>\n<offer id='1'><name>a</name><price>5</price></offer>\n<offer id='2'>a & b</offer>"
             "</offers></yml_catalog>")  # fmt: skip


def test_too_many_rows_refuse_the_file():
    with pytest.raises(FeedRefused, match="more than 2"):
        read(SHOP, max_rows=2)


@pytest.mark.parametrize(
    ("previous", "now", "answer"),
    [(0, 0, False), (0, 5, False), (100, 0, True), (100, 49, True), (100, 50, False), (100, 300, False), (1, 0, True)],
)
def test_suspicious_drop(previous, now, answer):
    assert suspicious_drop(previous, now) is answer


# -- other people's files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "total", "currencies"),
    [
        # 71,360 is the sum of the plain numbers alone; 19 more prices are written like "4 650 руб."
        ("yml/admitad_riche.xml", 62, 145622, {"RUB"}),
        ("yml/admitad_aero.xml", 3, 23270, {"RUB"}),
        ("yml/goyml_vendor_model.xml", 2, 17400, {"USD"}),
        ("hotline/kinezis_same_url_as_yml.xml", 50, 1291880, {"UAH"}),
        ("ua-marketplaces/epicentr_2026-04-18.xml", 203, 525075, {""}),
        ("ua-marketplaces/epicentr_2026-05-02.xml", 206, 531400, {""}),
        ("ua-marketplaces/maudau.xml", 290, 605060, {""}),
        ("ua-marketplaces/maudau_small.xml", 2, 4900, {""}),
    ],
)
def test_feeds_of_real_shops(name, rows, total, currencies):
    items, errors, facts = read(shared_file(f"feeds/{name}"))
    assert (len(items), errors, facts.seen) == (rows, [], rows)
    assert sum(item.price for item in items) == total
    assert {item.currency for item in items} == currencies
    assert all(item.name and item.content_hash for item in items)


def test_the_prices_of_riche_that_are_plain_numbers():
    path = shared_file("feeds/yml/admitad_riche.xml")
    spelled = {row.id for row in read(path.read_text().replace(" руб.</price>", " ???</price>"))[1]}
    items = read(path)[0]
    assert sum(item.price for item in items if item.offer_id not in spelled) == 71360
    assert all(item.url.startswith("http://riche.me/") for item in items)


def test_two_weeks_of_one_feed():
    old = {item.offer_id: item for item in read(shared_file("feeds/ua-marketplaces/epicentr_2026-04-18.xml"))[0]}
    new = {item.offer_id: item for item in read(shared_file("feeds/ua-marketplaces/epicentr_2026-05-02.xml"))[0]}
    both = old.keys() & new.keys()
    assert (len(new.keys() - old.keys()), len(old.keys() - new.keys())) == (3, 0)
    assert sum(old[key].price != new[key].price for key in both) == 20
    assert sum(old[key].available != new[key].available for key in both) == 19
