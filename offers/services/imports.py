"""An import as a job: claim it, fetch or open the file, take it over, write the last word."""

import io
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cpanet.core import outbound
from cpanet.core.errors import DomainError
from cpanet.core.files import DEFAULT_LIMITS
from cpanet.jobs.models import Job
from cpanet.jobs.services import claim_job, finish_job, report_progress
from cpanet.tenancy.scope import network_scope
from offers.feeds.importer import REFUSED, ImportResult, import_products
from offers.feeds.intake import FeedOptions
from offers.feeds.rows import FeedRefused
from offers.models import ProductFeed
from offers.selectors.feeds import JOB_KIND, deep_link_warning
from offers.services.feeds import TASK

log = logging.getLogger(__name__)
FETCH_SECONDS = 180
REDIRECTS = 4
LOCK_PAUSE = 1.0
PRODUCT_TAG = b"<offer "
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Source:
    """An opened feed and what HTTP said of its letters."""

    file: BinaryIO
    http_charset: str = ""


def work_on_import(*, network_id: int, job_id: int, clock: Clock) -> ImportResult | None:
    """Do the import of a job, whoever has sent for it. None: another worker has it, or it is finished.

    Opens its own scopes: a claim that others see, the whole import, the last word; fetching happens in none of them.
    """
    with network_scope(network_id):
        job = claim_job(job_id=job_id, now=clock())
        if job is None:
            return None
        feed = ProductFeed.objects.select_related("offer").filter(pk=job.arguments["feed_id"]).first()
    try:
        result = _run(network_id, job, feed, clock)
    except OperationalError:
        raise  # the job stays claimed and is found again when the database answers
    except Exception:
        log.exception("import job %s of network %s failed", job_id, network_id)
        with network_scope(network_id):
            message = _("Something unexpected happened; it was written to the log. Nothing was changed.")
            finish_job(job=job, state=Job.State.FAILED, now=clock(), message=message)
        raise
    with network_scope(network_id):
        finish_job(job=job, state=result.status, now=clock(), result=result.as_json(), message=summary(result))
        transaction.on_commit(lambda: _forget(job.arguments.get("file")))
    return result


def import_file(
    *, feed: ProductFeed, file: BinaryIO, name: str, clock: Clock, actor=None, force: bool = False
) -> ImportResult:
    """Import an opened file at once, without the queue (the command line); the feed's history shows it as a job."""
    network_id = feed.network_id
    with network_scope(network_id):
        arguments = {"feed_id": feed.pk, "offer_id": feed.offer_id, "force": force, "name": name[:200], "file": ""}
        job = Job.objects.create(
            kind=JOB_KIND, task=TASK, arguments=arguments, started_by=actor, advertiser=feed.offer.advertiser,
            state=Job.State.RUNNING, heartbeat_at=clock(), attempts=1,
        )  # fmt: skip
        ProductFeed.objects.filter(pk=feed.pk).update(last_job=job)
    result = _take_over(network_id, job, feed, Source(file), clock)
    with network_scope(network_id):
        finish_job(job=job, state=result.status, now=clock(), result=result.as_json(), message=summary(result))
    return result


def summary(result: ImportResult) -> str:
    """One sentence for people: the refusal, or what has changed."""
    if result.status == REFUSED:
        return result.warnings[-1]
    parts = [
        ngettext("%d new", "%d new", result.created) % result.created,
        ngettext("%d changed", "%d changed", result.updated) % result.updated,
        ngettext("%d as before", "%d as before", result.unchanged) % result.unchanged,
        ngettext("%d no longer in the feed", "%d no longer in the feed", result.disabled) % result.disabled,
        ngettext("%d left out", "%d left out", len(result.rejected)) % len(result.rejected),
    ]
    return ", ".join(part for part in parts if not part.startswith("0 ")) or _("Nothing has changed.")


def _run(network_id: int, job: Job, feed: ProductFeed | None, clock: Clock) -> ImportResult:
    try:
        if feed is None:
            raise FeedRefused(_("The feed was deleted meanwhile."))
        with _opened(job, feed) as source:
            return _take_over(network_id, job, feed, source, clock)
    except DomainError as error:
        return ImportResult.refusal(error)


def _take_over(network_id: int, job: Job, feed: ProductFeed, source: Source, clock: Clock) -> ImportResult:
    options = FeedOptions(default_currency=feed.offer.currency, http_charset=source.http_charset)
    with _progress(network_id, job, clock, _rows_ahead(source.file)) as tell:
        _wait_for_turn(network_id, feed, tell)
        with network_scope(network_id):
            result = import_products(
                feed=feed,
                source=source.file,
                now=clock(),
                options=options,
                force=job.arguments["force"],
                on_progress=tell,
            )
            if result.status != REFUSED:
                result.warnings += deep_link_warning(feed)
    return result


@contextmanager
def _opened(job: Job, feed: ProductFeed):
    """The uploaded file, else what is at the feed's address. Raises FeedRefused, outbound.OutboundError."""
    if name := job.arguments.get("file"):
        if not default_storage.exists(name):
            raise FeedRefused(_("The uploaded file is no longer here: upload it again."))
        with default_storage.open(name, "rb") as file:
            yield Source(file)
    elif feed.url:
        yield _fetched(feed.url)
    else:
        raise FeedRefused(_("The uploaded file is no longer here: upload it again."))


def _fetched(url: str) -> Source:
    answer = outbound.fetch(url, timeout=FETCH_SECONDS, max_bytes=DEFAULT_LIMITS.max_bytes, allow_redirects=REDIRECTS)
    if answer.status != 200:
        raise FeedRefused(_("The shop's server answered %d instead of the feed: check the address.") % answer.status)
    return Source(io.BytesIO(answer.body), answer.charset)


def _wait_for_turn(network_id: int, feed: ProductFeed, tell: Callable[[int], None]) -> None:
    """Until no other import of this feed is running; the job stays visibly alive meanwhile."""
    while True:
        try:
            with network_scope(network_id):
                ProductFeed.objects.select_for_update(of=("self",), nowait=True).get(pk=feed.pk)
                return
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != "55P03":  # lock_not_available
                raise
        tell(0)
        time.sleep(LOCK_PAUSE)


@contextmanager
def _progress(network_id: int, job: Job, clock: Clock, total: int | None):
    """A function that shows the rows read so far. It writes over a connection of its own, because nobody would see
    what the import's transaction has not yet committed; it never makes the import wait."""
    with ThreadPoolExecutor(1, "progress") as writer:
        pending = []

        def tell(done: int) -> None:
            if not pending or pending[-1].done():
                pending[:] = [writer.submit(_show, network_id, job, done, total, clock())]

        try:
            yield tell
        finally:
            writer.submit(lambda: connection.close())  # the writing thread has one of its own


def _show(network_id: int, job: Job, done: int, total: int | None, now: datetime) -> None:
    with network_scope(network_id):
        report_progress(job=job, done=done, total=total, now=now)


def _rows_ahead(file: BinaryIO) -> int | None:
    """About how many products the file holds, for the progress bar: tags counted without parsing, None when packed or
    of another kind."""
    count, tail = 0, b""
    file.seek(0)
    while chunk := file.read(1 << 20):
        count += (tail + chunk).count(PRODUCT_TAG)
        tail = chunk[-len(PRODUCT_TAG) + 1 :]
    file.seek(0)
    return count or None


def _forget(name: str | None) -> None:
    if name:
        default_storage.delete(name)
