"""Rows of real feeds → products: what is created, changed, left, disabled and refused."""

import io
from datetime import timedelta

import pytest

from cpanet.tenancy.scope import network_scope
from offers.feeds.importer import import_products
from offers.feeds.intake import FeedOptions
from offers.models import Product, ProductFeed
from tests import factories
from tests.factories import NOW
from tests.shared_data import shared_file

pytestmark = pytest.mark.django_db
SHOP = "<shop><name>Shop</name><currencies><currency id='USD' rate='1'/></currencies><offers>%s</offers></shop>"


def yml(*products: str) -> bytes:
    return f"<?xml version='1.0' encoding='UTF-8'?><yml_catalog>{SHOP % ''.join(products)}</yml_catalog>".encode()


def item(number, price="10", name=None, available="true") -> str:
    return (
        f"<offer id='{number}' available='{available}'><name>{name or f'Thing {number}'}</name><price>{price}</price>"
        f"<currencyId>USD</currencyId><url>https://shop.example/{number}</url></offer>"
    )


@pytest.fixture
def feed(in_network):
    return ProductFeed.objects.create(offer=factories.offer())


def run(feed, source, **options):
    source = io.BytesIO(source) if isinstance(source, bytes) else source
    return import_products(feed=feed, source=source, now=options.pop("now", NOW), options=FeedOptions(), **options)


def test_a_real_feed_is_taken_over_and_the_second_time_changes_nothing(feed):
    with shared_file("feeds/yml/admitad_riche.xml").open("rb") as source:
        first = run(feed, source)
    assert (first.status, first.format, first.seen, first.created) == ("done", "yml", 62, 62)
    before = list(Product.objects.order_by("id").values())
    with shared_file("feeds/yml/admitad_riche.xml").open("rb") as source:
        second = run(feed, source, now=NOW + timedelta(days=1))
    assert (second.created, second.updated, second.unchanged, second.disabled) == (0, 0, 62, 0)
    assert list(Product.objects.order_by("id").values()) == before


@pytest.mark.parametrize("name", ["empty_one_newline.xml", "html_424_saved_as.xml", "rozetka_currencies_as_url.xml"])
def test_broken_files_are_refused_with_a_sentence_and_nothing_changes(feed, name):
    run(feed, yml(item(1), item(2)))
    before = list(Product.objects.order_by("id").values())
    with shared_file(f"feeds/broken/{name}").open("rb") as source:
        result = run(feed, source)
    assert result.status == "refused"
    assert len(result.warnings[-1]) > 20
    assert list(Product.objects.order_by("id").values()) == before


def test_changes_are_counted_by_content(feed):
    run(feed, yml(item(1), item(2), item(3)))
    later = NOW + timedelta(days=1)
    result = run(feed, yml(item(1), item(2, price="12"), item(4)), now=later)
    assert (result.created, result.updated, result.unchanged, result.disabled) == (1, 1, 1, 1)
    assert Product.objects.get(external_id="2").price == 120_000
    assert Product.objects.get(external_id="2").first_seen_at == NOW
    assert Product.objects.get(external_id="2").changed_at == later
    assert not Product.objects.get(external_id="3").is_listed


def test_a_product_that_returns_is_the_same_row(feed):
    run(feed, yml(item(1), item(2), item(3)))
    pk = Product.objects.get(external_id="3").pk
    run(feed, yml(item(1), item(2)))
    result = run(feed, yml(item(1), item(2), item(3)))
    assert (result.created, result.updated, result.unchanged) == (0, 1, 2)
    assert Product.objects.get(external_id="3").pk == pk
    assert Product.objects.get(external_id="3").is_listed


def test_a_feed_that_lost_more_than_half_is_refused_until_it_is_forced(feed):
    run(feed, yml(item(1), item(2), item(3)))
    result = run(feed, yml(item(1, price="11")))
    assert result.status == "refused"
    assert "3" in result.warnings[-1] and "1" in result.warnings[-1]
    assert Product.objects.filter(is_listed=True).count() == 3
    assert Product.objects.get(external_id="1").price == 100_000
    forced = run(feed, yml(item(1, price="11")), force=True)
    assert (forced.status, forced.updated, forced.disabled) == ("done", 1, 2)


def test_a_feed_without_products_is_refused_until_it_is_forced(feed):
    run(feed, yml(item(1)))
    assert run(feed, yml()).status == "refused"
    assert Product.objects.filter(is_listed=True).count() == 1
    assert run(feed, yml(), force=True).disabled == 1


def test_bad_rows_are_left_out_with_their_reason(feed):
    result = run(feed, yml(item(1), item(2, price="0"), item(1, price="12")))
    assert (result.status, result.seen, result.created) == ("partial", 3, 1)
    assert [(row["row"], row["id"]) for row in result.rejected] == [(2, "2"), (3, "1")]
    assert all(len(row["reason"]) > 10 for row in result.rejected)


def test_a_feed_of_only_bad_rows_is_refused_and_says_each_reason(feed):
    result = run(feed, yml(item(1, price="0")))
    assert (result.status, result.created) == ("refused", 0)
    assert result.rejected[0]["id"] == "1"
    assert not Product.objects.exists()


def test_a_cut_off_file_removes_nothing(feed):
    run(feed, yml(item(1), item(2), item(3)))
    whole = yml(item(1, price="11"), item(2), item(3))
    result = run(feed, whole[: whole.rindex(b"<offer id='3'")])
    assert (result.status, result.updated, result.disabled) == ("partial", 1, 0)
    assert Product.objects.filter(is_listed=True).count() == 3


def test_ids_are_text_and_belong_to_their_feed(feed):
    other = ProductFeed.objects.create(offer=feed.offer)
    run(feed, yml(item("002024"), item("2024")))
    run(other, yml(item("2024")))
    assert sorted(Product.objects.filter(feed=feed).values_list("external_id", flat=True)) == ["002024", "2024"]
    assert Product.objects.filter(feed=other).count() == 1


def test_the_result_has_exactly_the_agreed_members(feed):
    result = run(feed, yml(item(1))).as_json()
    assert list(result) == [
        "status", "format", "encoding", "seen", "created", "updated", "unchanged", "disabled", "rejected", "warnings",
    ]  # fmt: skip


def test_many_rows_are_written_in_few_queries(feed, django_assert_max_num_queries):
    source = yml(*(item(number) for number in range(1200)))
    with django_assert_max_num_queries(20):
        assert run(feed, source).created == 1200
    with django_assert_max_num_queries(14):
        assert run(feed, source).unchanged == 1200


def test_another_network_keeps_its_own_products_of_the_same_id(feed, network, other_network):
    run(feed, yml(item(1)))
    with network_scope(other_network.pk):
        theirs = ProductFeed.objects.create(offer=factories.offer(currency="EUR"))
        assert run(theirs, yml(item(1, name="Theirs"))).created == 1
    assert Product.objects.get(external_id="1").name == "Thing 1"
