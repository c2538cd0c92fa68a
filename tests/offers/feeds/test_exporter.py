import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from offers.feeds.exporter import ExportHead, export_yml
from offers.feeds.intake import read_feed
from offers.feeds.rows import FeedItem

SHOP = Path(__file__).resolve().parents[2] / "data" / "feeds" / "shop.yml"


def items_of(data):
    with read_feed(io.BytesIO(data)) as feed:
        return [row for row in feed if isinstance(row, FeedItem)], feed.facts


def link(product):
    return f"https://go.example/c/abc?p={product.offer_id}&x=<1>".replace(" ", "%20")


def exported(items, **head):
    head = {"name": "A & <B>", "company": "C", "url": "https://alpha.example"} | head
    return b"".join(export_yml(items, ExportHead(generated_at=datetime(2026, 11, 2, 9, 5, tzinfo=UTC), **head), link))


def test_what_goes_out_reads_back_the_same_but_for_the_links():
    items, _facts = items_of(SHOP.read_bytes())
    paths = tuple({item.category_path for item in items})
    again, facts = items_of(exported(items, currencies=("RUB", "USD"), category_paths=paths))
    for before, after in zip(items, again, strict=True):
        assert after.url.startswith("https://go.example/c/abc?p=")
        same = replace(after, row=before.row, url=before.url, category_id=before.category_id)
        assert same == before
    assert (facts.shop_name, facts.currencies, facts.date) == ("A & <B>", ("RUB", "USD"), "2026-11-02 09:05")
    assert ("Lamps", "Desk lamps") in facts.categories.values()


def test_the_document_begins_as_the_format_wants():
    text = exported([]).decode()
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n')


def test_characters_that_xml_forbids_and_signs_do_not_break_it():
    item = items_of(SHOP.read_bytes())[0][0]
    nasty = replace(item, name='a\x00b\x0b"<&>\ud800', params=(('n"<', "v&", '"'),), offer_id='"&<', group_id="'\"")
    back = items_of(exported([nasty]))[0][0]
    assert (back.name, back.params, back.offer_id) == ('ab"<&>', (('n"<', "v&", '"'),), '"&<')


def test_it_is_a_stream():
    item = items_of(SHOP.read_bytes())[0][0]
    taken = []

    def products():
        for number in range(10_000):
            taken.append(number)
            yield replace(item, offer_id=str(number))

    pieces = export_yml(products(), ExportHead("a", "b", "https://c.example", datetime(2026, 1, 1, tzinfo=UTC)), link)
    next(pieces)
    assert len(taken) < 500
    assert sum(len(piece) for piece in pieces) > 1_000_000
