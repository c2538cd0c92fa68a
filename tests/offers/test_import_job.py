"""Imports as jobs: through the task, by address, by command, two at once."""

import json
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from cpanet.core import outbound
from cpanet.jobs.models import Job
from cpanet.tenancy.scope import network_scope
from offers.models import Product, ProductFeed
from offers.services import imports
from offers.services.feeds import start_due_refreshes, start_import
from offers.tasks import import_feed
from tests import factories
from tests.factories import NOW
from tests.offers.test_importer import item, yml
from tests.shared_data import shared_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(network):
    with network_scope(network.pk):
        return ProductFeed.objects.create(offer=factories.offer())


def uploaded(*products, name="shop.xml"):
    return ContentFile(yml(*products), name=name)


def stored(job):
    with network_scope(job.network_id):
        return Job.objects.get(pk=job.pk)


def test_an_upload_is_imported_by_the_task_and_its_file_is_removed(feed, run_queue):
    with run_queue(), network_scope(feed.network_id):
        job = start_import(feed=feed, actor=None, now=NOW, upload=uploaded(item(1), item(2)))
        name = job.arguments["file"]
        assert default_storage.exists(name)
    job = stored(job)
    assert (job.state, job.result["created"], job.message) == ("done", 2, "2 new")
    with network_scope(feed.network_id):
        assert ProductFeed.objects.get().last_job_id == job.pk
    assert name.startswith(f"networks/{feed.network_id}/feeds/")


def test_a_finished_job_is_not_done_again(feed, run_queue):
    with run_queue(), network_scope(feed.network_id):
        job = start_import(feed=feed, actor=None, now=NOW, upload=uploaded(item(1)))
    import_feed(network_id=feed.network_id, job_id=job.pk)
    assert stored(job).attempts == 1


def test_a_refusal_is_the_jobs_result(feed, run_queue):
    with run_queue(), network_scope(feed.network_id):
        job = start_import(feed=feed, actor=None, now=NOW, upload=ContentFile(b"\n", name="empty.xml"))
    job = stored(job)
    assert job.state == "refused"
    assert job.message == job.result["warnings"][-1]


def test_an_unexpected_fault_ends_the_job_with_a_message(feed, monkeypatch, django_capture_on_commit_callbacks):
    with network_scope(feed.network_id):
        job = start_import(feed=feed, actor=None, now=NOW, upload=uploaded(item(1)))
    monkeypatch.setattr(imports, "import_products", lambda **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        import_feed(network_id=feed.network_id, job_id=job.pk)
    assert stored(job).state == "failed"


def test_a_feed_with_an_address_is_fetched_when_its_time_has_come(feed, run_queue, monkeypatch):
    asked = []

    def fetch(url, **options):
        asked.append(url)
        return outbound.Response(200, {"Content-Type": "text/xml; charset=utf-8"}, yml(item(1)), 0.1, url)

    monkeypatch.setattr(outbound, "fetch", fetch)
    with network_scope(feed.network_id):
        ProductFeed.objects.update(url="https://shop.example/feed.xml", next_fetch_at=NOW, refresh_hours=6)
        with run_queue():
            assert start_due_refreshes(now=NOW - timedelta(seconds=1)) == 0
            assert start_due_refreshes(now=NOW) == 1
            assert start_due_refreshes(now=NOW) == 0
        assert asked == ["https://shop.example/feed.xml"]
        assert Product.objects.count() == 1
        assert ProductFeed.objects.get().next_fetch_at == NOW + timedelta(hours=6)


def test_an_answer_that_is_no_feed_is_refused(feed, run_queue, monkeypatch):
    monkeypatch.setattr(outbound, "fetch", lambda url, **options: outbound.Response(503, {}, b"busy", 0.1, url))
    with network_scope(feed.network_id):
        ProductFeed.objects.update(url="https://shop.example/feed.xml")
        with run_queue():
            job = start_import(feed=ProductFeed.objects.get(), actor=None, now=NOW)
    assert stored(job).state == "refused"
    assert "503" in stored(job).message


def command(*arguments):
    output = StringIO()
    code = 0
    try:
        call_command("import_feed", *map(str, arguments), stdout=output)
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(output.getvalue().splitlines()[-1])


def test_the_command_prints_the_result_last(feed):
    path = shared_file("feeds/yml/admitad_riche.xml")
    offer = feed.offer_id
    assert command("--host", "alpha.test", "--offer", offer, path)[1]["created"] == 62
    code, result = command("--host", "alpha.test", "--offer", offer, path)
    assert (code, result["unchanged"], result["status"]) == (0, 62, "done")
    with network_scope(feed.network_id):
        assert Job.objects.count() == 2


@pytest.mark.parametrize(
    "host, offer, file",
    [
        ("nowhere.test", None, "x"),
        ("alpha.test", 999_999, "x"),
        ("beta.test", None, "x"),
        ("alpha.test", None, "/no/such"),
    ],
)
def test_the_command_says_what_is_wrong_and_exits_with_1(feed, other_network, host, offer, file):
    code, result = command("--host", host, "--offer", offer or feed.offer_id, file)
    assert (code, result["status"]) == (1, "refused")
    assert result["warnings"]


def test_the_command_refuses_a_broken_file(feed):
    code, result = command(
        "--host", "alpha.test", "--offer", feed.offer_id, shared_file("feeds/broken/html_424_saved_as.xml")
    )
    assert (code, result["status"], result["created"]) == (1, "refused", 0)


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_feed_do_not_mix(feed):
    """Both sets are whole: the second begins when the first has ended."""
    files = [yml(*(item(number, price=str(price)) for number in range(1500))) for price in (10, 20)]
    results = []

    def work(source):
        try:
            with network_scope(feed.network_id):
                job = start_import(feed=feed, actor=None, now=NOW, upload=ContentFile(source, name="a.xml"))
            results.append(imports.work_on_import(network_id=feed.network_id, job_id=job.pk, clock=lambda: NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(source,)) for source in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((result.created, result.updated) for result in results) == [(0, 1500), (1500, 0)]
    with network_scope(feed.network_id):
        assert len(set(Product.objects.values_list("price", flat=True))) == 1
