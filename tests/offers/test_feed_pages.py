"""Product feeds through their pages: added, uploaded, watched, read; for webmasters and for the exporter."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cpanet.jobs.models import Job
from cpanet.tenancy.scope import network_scope
from offers.models import Product, ProductFeed
from offers.selectors.feeds import category_paths, currencies_of, exported_products
from tests import factories
from tests.offers.test_importer import item, yml
from tests.shared_data import shared_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(network, people):
    with network_scope(network.pk):
        offer = factories.offer(advertiser=people.adam.advertiser, access="open", deep_link_domains=["shop.example"])
        factories.goal(offer=offer)
        return ProductFeed.objects.create(offer=offer, name="Shop")


def base(feed):
    return f"/advertiser/offers/{feed.offer_id}/feeds/{feed.pk}/"


def upload(person, feed, data, **more):
    values = {"file": SimpleUploadedFile("shop.xml", data), **more}
    return person.client.post(f"{base(feed)}imports/new/", values)


def imported(people, feed, run_queue, data, **more):
    """The page of the finished import."""
    with run_queue():
        answer = upload(people.adam, feed, data, **more)
    return people.adam.client.get(answer.url)


def test_a_feed_is_added_and_imported_by_its_advertiser(people, network, feed, run_queue):
    answer = people.adam.client.post(
        f"/advertiser/offers/{feed.offer_id}/feeds/", {"name": "Autumn", "refresh_hours": 12}
    )
    assert answer.status_code == 302
    page = imported(people, feed, run_queue, shared_file("feeds/yml/admitad_riche.xml").read_bytes())
    assert "The feed was imported" in page.content.decode()
    assert "62 new" in page.content.decode()
    products = people.adam.client.get(base(feed))
    assert products.context["table"].paginator.count == 62
    assert "1–25 of 62" in products.content.decode()


def test_the_result_names_each_row_that_was_left_out(people, feed, run_queue):
    rows = [item(number, price="0") for number in range(60)]
    page = imported(people, feed, run_queue, yml(item("good"), *rows)).content.decode()
    assert "imported in part" in page
    assert "The price must be above zero" in page and "1–25 of 60" in page


@pytest.mark.parametrize("name", ["empty_one_newline.xml", "html_424_saved_as.xml", "rozetka_currencies_as_url.xml"])
def test_a_broken_file_is_refused_in_words(people, network, feed, run_queue, name):
    imported(people, feed, run_queue, yml(item(1)))
    page = imported(people, feed, run_queue, shared_file(f"feeds/broken/{name}").read_bytes()).content.decode()
    assert "The feed was refused; nothing was changed" in page
    with network_scope(network.pk):
        assert Product.objects.filter(is_listed=True).count() == 1


def test_a_loss_is_refused_and_may_be_confirmed(people, network, feed, run_queue):
    imported(people, feed, run_queue, yml(*(item(number) for number in range(9))))
    assert "has probably failed" in imported(people, feed, run_queue, yml(item(1))).content.decode()
    assert "8 no longer in the feed" in imported(people, feed, run_queue, yml(item(1)), force="on").content.decode()


def test_progress_is_shown_until_the_job_ends(people, network, feed):
    answer = upload(people.adam, feed, yml(item(1)))  # nobody works on the queue here
    page = people.adam.client.get(answer.url, headers={"HX-Request": "true"})
    assert 'data-job="queued"' in page.content.decode() and "hx-get" in page.content.decode()
    assert "<html" not in page.content.decode()
    with network_scope(network.pk):
        Job.objects.update(state="done", message="1 new")
    assert people.adam.client.get(answer.url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "1 new" in people.adam.client.get(f"{base(feed)}imports/").content.decode()


def test_neither_file_nor_address_is_an_error_of_the_form(people, feed):
    answer = people.adam.client.post(f"{base(feed)}imports/new/", {})
    assert answer.status_code == 422
    assert "Choose the file of the feed." in answer.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/feed.xml",
        "ftp://shop.example/x",
        "http://169.254.169.254/latest/",
        "nonsense",
        "https://u:p@shop.example/",
    ],
)
def test_addresses_that_are_never_called_are_refused(people, network, feed, url):
    answer = people.adam.client.post(f"/advertiser/offers/{feed.offer_id}/feeds/", {"url": url, "refresh_hours": 24})
    assert answer.status_code == 422
    assert people.adam.client.post(f"{base(feed)}settings/", {"url": url, "refresh_hours": 24}).status_code == 422
    with network_scope(network.pk):
        assert ProductFeed.objects.get().url == ""


def test_a_job_or_feed_of_another_offer_is_not_found(people, network, feed):
    with network_scope(network.pk):
        other = ProductFeed.objects.create(offer=factories.offer(advertiser=people.adam.advertiser))
        job = Job.objects.create(kind="feed_import", task="x", arguments={"feed_id": other.pk})
    assert people.adam.client.get(f"{base(feed)}imports/{job.pk}/").status_code == 404
    assert people.adam.client.get(f"/advertiser/offers/{feed.offer_id}/feeds/{other.pk}/").status_code == 404


def test_webmasters_see_the_goods_that_are_sold(people, network, feed, run_queue):
    imported(people, feed, run_queue, yml(item(1), item(2, available="false"), item(3)))
    imported(people, feed, run_queue, yml(item(1), item(2, available="false")))
    url = f"/webmaster/offers/{feed.offer_id}/products/"
    assert people.alice.client.get(url).context["table"].paginator.count == 2
    assert people.alice.client.get(url, {"state": "absent"}).context["table"].paginator.count == 1
    assert people.alice.client.get(url, {"q": "Thing 1"}).context["table"].paginator.count == 1
    page = people.alice.client.get(f"/webmaster/offers/{feed.offer_id}/").content.decode()
    assert "Product feed" in page


def test_stored_products_are_what_the_exporter_reads(people, network, feed, run_queue):
    imported(people, feed, run_queue, shared_file("feeds/yml/admitad_riche.xml").read_bytes())
    with network_scope(network.pk):
        rows = list(exported_products(feed.offer, chunk=25))
        assert len({row.offer_id for row in rows}) == len(rows) == 62
        assert rows[0].available and rows[0].price > 0 and rows[0].category_path
        assert currencies_of(feed.offer) == ["RUB"]
        assert rows[0].category_path in category_paths(feed.offer)
