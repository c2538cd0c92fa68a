"""Product feeds of an offer: where they come from, and the start of an import."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import User
from cpanet.core import outbound
from cpanet.core.files import DEFAULT_LIMITS, FileTooLarge, megabytes, size_of
from cpanet.jobs.models import Job
from cpanet.jobs.services import start_job
from offers.models import Offer, ProductFeed
from offers.selectors.feeds import JOB_KIND
from offers.services.changes import BadOffer, apply, stored

EDITABLE = {"name", "url", "refresh_hours", "is_active"}
TASK = "offers.tasks.import_feed"


class NothingToImport(BadOffer):
    """Neither a file nor an address was given."""

    code = "nothing_to_import"
    field = "file"


@transaction.atomic
def add_feed(
    *, offer: Offer, actor: User | None, now: datetime, name: str = "", url: str = "", refresh_hours: int = 24
) -> ProductFeed:
    """A new feed. With `url` it is fetched every `refresh_hours`; without, files are uploaded.

    Raises BadOffer, outbound.OutboundError (an address that is never called).
    """
    url = _checked(url)
    feed = ProductFeed(offer=offer, next_fetch_at=now if url else None)
    apply(feed, {"name": name.strip(), "url": url, "refresh_hours": refresh_hours}, EDITABLE)
    audit.record(action="feed.added", subject=offer, actor=actor, now=now, changes={"feed": str(feed), "url": url})
    return feed


@transaction.atomic
def update_feed(*, feed: ProductFeed, actor: User | None, now: datetime, **changes) -> ProductFeed:
    """Change fields of EDITABLE; a new address is fetched at the next round. Raises as `add_feed`."""
    if "url" in changes:
        changes["url"] = _checked(changes["url"])
        if changes["url"] != feed.url:
            feed.next_fetch_at = now if changes["url"] else None
    differing = apply(feed, changes, EDITABLE)
    if differing:
        changes = {"feed": str(feed), **differing}
        audit.record(action="feed.changed", subject=feed.offer, actor=actor, now=now, changes=changes)
    return feed


@transaction.atomic
def start_import(*, feed: ProductFeed, actor: User | None, now: datetime, upload=None, force: bool = False) -> Job:
    """Queue an import of the uploaded file (a Django file), else of what is at the feed's address.

    `force`: also take over a feed that has lost most of its products. Raises NothingToImport, FileTooLarge.
    """
    if upload is None and not feed.url:
        raise NothingToImport(_("Choose the file of the feed."))
    arguments = {"feed_id": feed.pk, "offer_id": feed.offer_id, "force": force, "name": "", "file": ""}
    if upload is not None:
        arguments |= {"name": (upload.name or "")[:200], "file": _kept(upload)}
    job = start_job(kind=JOB_KIND, task=TASK, arguments=arguments, actor=actor, advertiser=feed.offer.advertiser)
    feed.last_job = job
    feed.save(update_fields=["last_job"])
    audit.record(
        action="feed.import", subject=feed.offer, actor=actor, now=now, changes={"feed": str(feed), "job": job.pk}
    )
    return job


@transaction.atomic
def start_due_refreshes(*, now: datetime, limit: int = 50) -> int:
    """Queue imports of the feeds of the network in scope whose time has come; returns how many."""
    due = ProductFeed.objects.filter(is_active=True, next_fetch_at__lte=now).exclude(url="")
    due = due.exclude(offer__status=Offer.Status.ARCHIVED).select_related("offer__advertiser")
    feeds = list(due.order_by("next_fetch_at").select_for_update(of=("self",), skip_locked=True)[:limit])
    for feed in feeds:
        feed.next_fetch_at = now + timedelta(hours=max(1, feed.refresh_hours))
        feed.save(update_fields=["next_fetch_at"])
        start_import(feed=feed, actor=None, now=now)
    return len(feeds)


def _checked(url: str) -> str:
    url = url.strip()
    if url:
        try:
            outbound.check_url(url)
        except outbound.OutboundError as error:
            raise BadOffer(str(error), field="url", code=error.code) from None
    return url


def _kept(upload) -> str:
    if size_of(upload) > DEFAULT_LIMITS.max_bytes:
        raise FileTooLarge(
            _("The file is larger than %s: split it.") % megabytes(DEFAULT_LIMITS.max_bytes), field="file"
        )
    return stored(upload, "feeds", "upload")
