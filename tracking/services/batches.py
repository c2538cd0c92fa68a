"""Many calls in one: kept first, all or none; then read slice by slice, each slice whole."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from cpanet.accounts.models import Advertiser
from cpanet.jobs.models import Job
from cpanet.jobs.services import finish_job, start_job
from tracking.choices import Origin, Verdict
from tracking.incoming.call_parameters import Unreadable, from_json
from tracking.incoming.raw_calls import UNREAD, kept
from tracking.models import InboundPostback
from tracking.services.postback_settings import settings_of
from tracking.services.postbacks import write
from tracking.services.understanding import understand

SLICE = 200
KEPT_AT_ONCE = 1000
AT_ONCE = 200  # so many are read before the answer
TASK = "tracking.tasks.read_batch"
log = logging.getLogger(__name__)


@transaction.atomic
def keep_batch(
    *, advertiser: Advertiser, items: Iterable[object], actor, caller: str, address: str | None, now: datetime
) -> Job:
    """Keep every item as a call that waits to be read, and a job that reads them. If `items` raises, none is kept."""
    job = start_job(kind="conversions_batch", task=TASK, arguments={}, actor=actor, advertiser=advertiser)
    common = {
        "advertiser": advertiser, "received_at": now, "method": "API", "address": address or None,
        "origin": Origin.BATCH, "authenticated_by": caller[:60], "batch": job,
    }  # fmt: skip
    total = 0
    for rows in _in_parts(items):
        InboundPostback.objects.bulk_create([_kept(item, common, total + place) for place, item in enumerate(rows)])
        total += len(rows)
    job.total = total
    job.save(update_fields=["total"])
    return job


def _in_parts(items) -> Iterator[list]:
    part: list = []
    for item in items:
        part.append(item)
        if len(part) == KEPT_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _kept(item, common, place) -> InboundPostback:
    try:
        parameters, verdict, sentence = from_json(item), Verdict.QUEUED, ""
    except Unreadable as error:
        parameters, verdict, sentence = {UNREAD: str(error)}, Verdict.REFUSED, str(error)
    return InboundPostback(**common, place=place, parameters=kept(parameters), verdict=verdict, explanation=sentence)


def slice_of(job: Job) -> list[int]:
    """The next items of a batch that nobody has read, at most 200."""
    waiting = InboundPostback.objects.filter(batch=job, verdict=Verdict.QUEUED).order_by("place")
    return list(waiting.values_list("pk", flat=True)[:SLICE])


@transaction.atomic
def read_items(*, job: Job, numbers: list[int]) -> None:
    """Understand these items, all in one transaction. Two batches with the same orders may stand in each other's way:
    the database then ends one of them (OperationalError), and its items are to be read one by one."""
    settings = settings_of(job.advertiser)
    rows = InboundPostback.objects.select_for_update(of=("self",)).filter(pk__in=numbers, verdict=Verdict.QUEUED)
    for postback in rows.order_by("place"):
        write(postback, understand(postback, settings))


def read_small_batch(*, job: Job, now: datetime) -> bool:
    """Read a batch of at most 200 items before the answer; False leaves it to a worker."""
    if job.total > AT_ONCE:
        return False
    try:
        read_items(job=job, numbers=slice_of(job))
    except OperationalError as error:
        log.info("batch %s is left to a worker: %s", job.pk, str(error).strip())
        return False
    end_batch(job=job, now=now)
    return True


def end_batch(*, job: Job, now: datetime) -> None:
    """The last word on a batch all of whose items are read."""
    counts = counts_of(job)
    state = Job.State.PARTIAL if counts.get(Verdict.REFUSED) else Job.State.DONE
    Job.objects.filter(pk=job.pk).update(done=job.total)
    finish_job(job=job, state=state, now=now, result=counts, message=sentence_of(counts))


def counts_of(job: Job) -> dict[str, int]:
    """{verdict: how many items} of a batch."""
    return dict(Counter(InboundPostback.objects.filter(batch=job).values_list("verdict", flat=True)))


def sentence_of(counts: dict[str, int]) -> str:
    """What became of a batch, for the page of its job."""
    words = ", ".join(f"{Verdict(verdict).label}: {number}" for verdict, number in sorted(counts.items()))
    return words or _("The batch was empty.")
