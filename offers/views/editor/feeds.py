"""Product feeds of an offer: their settings, their products, their imports."""

import time

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.core.tables import configured, page_size
from cpanet.core.views import form_page
from cpanet.jobs.models import Job
from offers import services
from offers.filters import ProductFilter
from offers.forms import FeedForm, UploadForm
from offers.models import Offer, Product, ProductFeed
from offers.selectors.feeds import feeds_of, imports_of
from offers.tables import ProductTable
from offers.views.desk import at_both_desks, attempt, section

PATIENCE = 1.0
STEP = 0.05
COUNTS = ("seen", "created", "updated", "unchanged", "disabled")


@at_both_desks()
def offer_feeds(request, pk):
    """All feeds, and the form that adds one."""
    offer = request.desk.offer(pk)
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        values = {name: form.cleaned_data[name] for name in ("name", "url", "refresh_hours")}
        feed = attempt(form, lambda: services.add_feed(offer=offer, **values, **who))
        if feed:
            messages.success(request, _("The feed is there. Import it now."))
            return request.desk.to("offer_feed", pk, feed.pk)
    context = section(request, offer, "offer_feeds", feeds=feeds_of(offer))
    return form_page(request, "offers/editor/feeds.html", form, context)


@at_both_desks()
def offer_feed(request, pk, feed_pk):
    """The products of a feed."""
    offer, feed = _found(request, pk, feed_pk)
    found = ProductFilter(request.GET, Product.objects.filter(feed=feed).order_by("-is_listed", "id"))
    table = configured(ProductTable(found.qs), request)
    return _feed_page(request, offer, feed, "products", "feed_products.html", filter=found, table=table)


@at_both_desks()
def feed_imports(request, pk, feed_pk):
    """What was imported when, with what result; and the form that imports again."""
    offer, feed = _found(request, pk, feed_pk)
    return _imports_page(request, offer, feed, UploadForm())


@at_both_desks()
@require_POST
def feed_import(request, pk, feed_pk):
    """Queue an import of the uploaded file, or of what is at the feed's address."""
    offer, feed = _found(request, pk, feed_pk)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        values = {"upload": form.cleaned_data["file"] or None, "force": form.cleaned_data["force"]}
        who = {"actor": request.user, "now": timezone.now()}
        job = attempt(form, lambda: services.start_import(feed=feed, **values, **who))
        if job:
            return request.desk.to("feed_job", pk, feed.pk, job.pk)
    return _imports_page(request, offer, feed, form)


@at_both_desks()
def feed_job(request, pk, feed_pk, job_pk):
    """Progress of an import, then its result. Waits a second for short ones, so that they are answered at once."""
    offer, feed = _found(request, pk, feed_pk)
    job = _patiently(get_object_or_404(imports_of(feed), pk=job_pk), wait=not request.htmx)
    if request.htmx and job.is_open:
        return render(request, "offers/editor/_progress.html", _job_context(request, offer, feed, job))
    rejected = Paginator(job.result.get("rejected", []), page_size(request)).get_page(request.GET.get("page"))
    context = {**_job_context(request, offer, feed, job), "rejected": rejected}
    response = _feed_page(request, offer, feed, "imports", "feed_job.html", **context)
    if request.htmx:  # the last question of the progress bar: the whole page now shows the result
        response["HX-Refresh"] = "true"
    return response


@at_both_desks()
def feed_settings(request, pk, feed_pk):
    offer, feed = _found(request, pk, feed_pk)
    form = FeedForm(request.POST or None, instance=feed)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        unchanged = ProductFeed.objects.select_related("offer").get(pk=feed.pk)
        if attempt(form, lambda: services.update_feed(feed=unchanged, **form.cleaned_data, **who)):
            messages.success(request, _("Saved."))
            return request.desk.to("feed_settings", pk, feed_pk)
    return _feed_page(request, offer, feed, "settings", "feed_settings.html", form=form)


def _found(request, pk, feed_pk) -> tuple[Offer, ProductFeed]:
    offer = request.desk.offer(pk)
    return offer, get_object_or_404(feeds_of(offer).select_related("offer__advertiser"), pk=feed_pk)


def _patiently(job: Job, wait: bool) -> Job:
    """The job once it has ended or a second has passed; the worker's commit is seen at the next look."""
    until = time.monotonic() + PATIENCE
    while wait and job.is_open and time.monotonic() < until:
        time.sleep(STEP)
        job.refresh_from_db()
    return job


def _job_context(request, offer, feed, job) -> dict:
    url = request.desk.url("feed_job", offer.pk, feed.pk, job.pk)
    return {
        "job": job,
        "job_url": url,
        "job_title": job.arguments.get("name") or feed.url or str(feed),
        "counts": {name: job.result.get(name) for name in COUNTS},
        "notices": [text for text in job.result.get("warnings", []) if text != job.message],
    }


def _imports_page(request, offer, feed, form):
    jobs = Paginator(imports_of(feed), page_size(request)).get_page(request.GET.get("page"))
    return _feed_page(request, offer, feed, "imports", "feed_imports.html", form=form, jobs=jobs)


def _feed_page(request, offer, feed, active, template, *, form=None, **context):
    desk = request.desk
    names = [("offer_feed", "products", _("Products")), ("feed_imports", "imports", _("Imports"))]
    names.append(("feed_settings", "settings", _("Settings")))
    feed_tabs = [
        {"url": desk.url(name, offer.pk, feed.pk), "label": label, "active": slug == active}
        for name, slug, label in names
    ]
    values = section(request, offer, "offer_feeds", feed=feed, feed_tabs=feed_tabs, **context)
    if form is None:
        return render(request, f"offers/editor/{template}", values)
    return form_page(request, f"offers/editor/{template}", form, values)
