"""Pages of the staff that look over all domains: long work, and the search by any id."""

import re
import uuid

import django_tables2 as tables
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.gates import manager_view
from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.accounts.roles import STAFF_ROLES
from cpanet.core.ids import parse_public_id
from cpanet.core.numbers import whole_number
from cpanet.core.tables import StatusColumn, Table, WhenColumn, configured
from cpanet.jobs.models import Job
from offers.models import Offer
from payouts.models import Payout
from tracking.models import Conversion, PostbackDelivery, TrackingLink
from tracking.selectors.why import click_of

TONES = {"queued": "warn", "running": "warn", "done": "ok", "partial": "cap", "refused": "down", "failed": "down"}


class JobTable(Table):
    caption = _("Jobs")
    empty_state = {
        "icon": "activity",
        "title": _("No jobs yet"),
        "text": _("Feed imports, reconciliations and exports appear here with their progress."),
    }

    kind = tables.Column(verbose_name=_("Job"), linkify=lambda record: reverse("job", args=[record.pk]))
    state = StatusColumn(verbose_name=_("State"), tones=TONES)
    percent = tables.Column(verbose_name=_("Progress"), orderable=False, empty_values=())
    message = tables.Column(verbose_name=_("Message"), orderable=False)
    created_at = WhenColumn(verbose_name=_("Started"))

    class Meta(Table.Meta):
        model = Job
        fields = ["kind", "state", "percent", "message", "created_at"]
        order_by = "-created_at"

    def render_percent(self, record):
        return f"{record.done} / {record.total}" if record.total else str(record.done or "—")


@manager_view("reports.view")
def jobs(request):
    table = configured(JobTable(Job.objects.all()), request)
    return render(request, "portal/manager/jobs.html", {"table": table})


@login_required
def job(request, pk):
    """The progress of one job, for whoever it belongs to; the element asks again each second until it ends."""
    found = get_object_or_404(Job.objects.all(), pk=pk)
    if not any(_may_see(membership, found) for membership in request.memberships):
        raise Http404
    template = "portal/job_progress.html" if request.htmx else "portal/job.html"
    return render(request, template, {"job": found, "address": reverse("job", args=[found.pk])})


def _may_see(membership, job):
    if membership.role in STAFF_ROLES:
        return True
    mine = {membership.advertiser_id, membership.affiliate_id} - {None}
    return bool(mine & ({job.advertiser_id, job.affiliate_id} - {None}))


# What an id may belong to: its prefix in public, the model, the page, and the permission-free selector of rows.
KINDS = (
    ("conv", Conversion, "manager:lead"),
    ("aff", Affiliate, "manager:webmaster"),
    ("adv", Advertiser, "manager:advertiser"),
    ("offer", Offer, "manager:offer"),
    ("msg", PostbackDelivery, "manager:postback_delivery"),
)


@manager_view("reports.view")
def search(request):
    """Straight to the object when the text is somebody's id; else a page of what it may be."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:200]
    target = _by_public_id(text)
    if target:
        return redirect(target)
    return render(
        request,
        "portal/manager/search.html",
        {"query": text, "search_query": text, "found": _find(text) if text else []},
    )


def _by_public_id(text):
    for prefix, model, page in KINDS:
        try:
            uid = parse_public_id(prefix, text)
        except ValueError:
            continue
        row = model.objects.filter(uid=uid).first()
        return reverse(page, args=[row.pk]) if row else None
    return None


def _find(text):
    """[(label, sub, url)] of what the text may mean: ids, click ids, order ids, names, link codes."""
    found = []
    if re.fullmatch(r"[0-9a-fA-F-]{32,36}", text):
        click = click_of(text)
        found += [(click.id.hex, _("Click"), reverse("manager:click", args=[click.id.hex]))] if click else []
        found += [_lead(lead) for lead in Conversion.objects.filter(click_id=_uuid(text)).select_related("offer")[:20]]
    found += [_lead(lead) for lead in Conversion.objects.filter(order_id=text).select_related("offer")[:20]]
    if (number := whole_number(text)) is not None:
        found += [_lead(lead) for lead in Conversion.objects.filter(pk=number).select_related("offer")]
        payout = Payout.objects.filter(pk=number).select_related("affiliate").first()
        if payout:
            found.append((payout.public_id, payout.affiliate.name, reverse("manager:payouts") + f"?q={payout.pk}"))
    for model, page in ((Offer, "manager:offer"), (Affiliate, "manager:webmaster"), (Advertiser, "manager:advertiser")):
        named = model.objects.filter(name__icontains=text)[:10]
        found += [(str(row), str(model._meta.verbose_name).capitalize(), reverse(page, args=[row.pk])) for row in named]
    link = TrackingLink.objects.filter(code=text).select_related("affiliate").first()
    if link:
        found.append((link.code, link.affiliate.name, reverse("manager:webmaster", args=[link.affiliate_id])))
    return found


def _uuid(text):
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _lead(lead):
    return (lead.public_id, f"{lead.offer.name} · {lead.order_id}", reverse("manager:lead", args=[lead.pk]))
