"""Decisions about many leads: what they would do, what they did, and undoing them. For advertisers and the staff."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import advertiser_view, manager_view
from cpanet.core.numbers import whole_numbers
from cpanet.core.views import next_page
from tracking.choices import DecisionSource
from tracking.decisions.forms import WholeDecisionForm
from tracking.models import BulkDecision
from tracking.selectors.disputes import leads_of_bulk
from tracking.selectors.leads import all_leads, leads_of_advertiser
from tracking.services.bulk_decisions import CHANGES, CONFLICT, REFUSED, SAME, decide_many, preview_many, undo_many

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Desk:
    """Where somebody decides: the namespace of his pages, as whom, and about which leads."""

    space: str
    source: str
    leads: Callable
    advertiser: Callable

    def page(self, name: str, *args) -> str:
        return reverse(f"{self.space}:{name}", args=args)


ADVERTISER_DESK = Desk(
    "advertiser", DecisionSource.ADVERTISER, lambda request: leads_of_advertiser(request.advertiser),
    lambda request: request.advertiser,
)  # fmt: skip
MANAGER_DESK = Desk("manager", DecisionSource.MANAGER, lambda request: all_leads(), lambda request: None)


def _decide(request, desk: Desk):
    """The same decision about every chosen lead; says of each what became of it when one could not be decided."""
    back = next_page(request, desk.page("leads"))
    chosen, form = _chosen(request, desk), WholeDecisionForm(request.POST)
    if problem := _problem(chosen, form):
        messages.error(request, problem)
        return redirect(back)
    outcome = decide_many(
        conversions=chosen, source=desk.source, actor=request.user, now=timezone.now(),
        advertiser=desk.advertiser(request), **form.cleaned_data,
    )  # fmt: skip
    done = sum(result.ok for result in outcome.results)
    words = ngettext("%(done)d of %(all)d lead decided.", "%(done)d of %(all)d leads decided.", len(chosen))
    summary = words % {"done": done, "all": len(chosen)}
    if done == len(chosen):
        messages.success(request, summary)
        return redirect(back)
    return _results(request, desk, outcome.results, summary, back, bulk=outcome.bulk)


def _chosen(request, desk):
    numbers = whole_numbers(request.POST.getlist("lead"))
    return list(desk.leads(request).filter(pk__in=numbers[:MOST_AT_ONCE]))


def _problem(chosen, form) -> str:
    if not chosen:
        return _("Choose at least one lead.")
    if form.is_valid():
        return ""
    errors = [error for messages_of_field in form.errors.values() for error in messages_of_field]
    return _("Nothing was decided: %s") % " ".join(errors)


def _results(request, desk, results, summary, back, bulk=None):
    context = {
        "results": results, "summary": summary, "back_url": back, "lead_page": f"{desk.space}:lead",
        "undo_url": desk.page("leads_bulk_undo", bulk.pk) if bulk and bulk.changed else "",
    }  # fmt: skip
    return render(request, "tracking/bulk_result.html", context)


def _preview(request, desk: Desk):
    """What a decision about the chosen leads would change, before it is made."""
    back, chosen = next_page(request, desk.page("leads")), _chosen(request, desk)
    if not chosen:
        messages.error(request, _("Choose at least one lead."))
        return redirect(back)
    is_asked = "status" in request.POST
    form = WholeDecisionForm(request.POST if is_asked else {"status": "approved"})
    context = {
        "form": form, "chosen": chosen, "back_url": back, "bulk_url": desk.page("leads_bulk"),
        "preview_url": desk.page("leads_bulk_preview"), "lead_page": f"{desk.space}:lead",
        "for_staff": desk is MANAGER_DESK,
    }  # fmt: skip
    if form.is_valid():
        preview = preview_many(conversions=chosen, source=desk.source, **form.cleaned_data)
        context |= {"preview": preview, "counts": _counts(preview)}
    return render(request, "tracking/bulk_preview.html", context, status=200 if form.is_valid() else 422)


def _counts(preview) -> list[tuple]:
    labels = {
        CHANGES: _("will change"), SAME: _("are so already"), CONFLICT: _("were decided by a manager"),
        REFUSED: _("cannot"),
    }  # fmt: skip
    return [(label, preview.count(outcome)) for outcome, label in labels.items() if preview.count(outcome)]


def _bulk(request, desk: Desk, bulk_id) -> BulkDecision:
    rows = BulkDecision.objects.filter(source=desk.source, advertiser=desk.advertiser(request)).select_related("actor")
    return get_object_or_404(rows, pk=bulk_id)


def _show(request, desk: Desk, bulk_id):
    """A decision about many, as its leads are now."""
    bulk = _bulk(request, desk, bulk_id)
    leads = leads_of_bulk(bulk)
    context = {
        "bulk": bulk, "leads": leads, "back_url": desk.page("leads"), "lead_page": f"{desk.space}:lead",
        "can_undo": sum(lead.can_undo for lead in leads), "undo_url": desk.page("leads_bulk_undo", bulk.pk),
    }  # fmt: skip
    return render(request, "tracking/bulk.html", context)


def _undo(request, desk: Desk, bulk_id):
    bulk = _bulk(request, desk, bulk_id)
    results = undo_many(bulk_id=bulk.pk, actor=request.user, now=timezone.now())
    back = desk.page("leads_bulk_show", bulk.pk)
    if not results:
        messages.info(request, _("It was undone before; nothing has changed."))
        return redirect(back)
    done = sum(result.ok for result in results)
    words = ngettext("%(done)d of %(all)d lead put back.", "%(done)d of %(all)d leads put back.", len(results))
    summary = words % {"done": done, "all": len(results)}
    if done == len(results):
        messages.success(request, summary)
        return redirect(back)
    return _results(request, desk, results, summary, back)


def _for(desk, gate, view, method):
    def page(request, **kwargs):
        return view(request, desk, **kwargs)

    return method(gate(page))


def _pages(desk, see, decide):
    return (
        _for(desk, decide, _decide, require_POST),
        _for(desk, decide, _preview, require_POST),
        _for(desk, see, _show, require_GET),
        _for(desk, decide, _undo, require_POST),
    )


advertiser_decide, advertiser_preview, advertiser_show, advertiser_undo = _pages(
    ADVERTISER_DESK, advertiser_view, advertiser_view
)
manager_decide, manager_preview, manager_show, manager_undo = _pages(
    MANAGER_DESK, lambda view: manager_view("leads.view")(view), lambda view: manager_view("leads.decide")(view)
)
