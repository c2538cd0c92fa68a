"""Why a click went where it went: by its id, in the webmaster's and the manager's cabinet."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cpanet.accounts.gates import affiliate_view, manager_view
from tracking.click_why import Scene, calls_in_words, facts_of_click, steps_of
from tracking.forms import ClickLookup
from tracking.lead_timeline import STAFF, WEBMASTER
from tracking.selectors.why import calls_without_lead, click_of, leads_of_click


@require_GET
@affiliate_view
def webmaster_search(request):
    return _search(request, lambda click: click.affiliate_id == request.affiliate.pk, "webmaster:click")


@require_GET
@affiliate_view
def webmaster(request, click_id):
    click = click_of(click_id)
    if click is None or click.affiliate_id != request.affiliate.pk:
        raise Http404
    return _show(request, click, WEBMASTER, list_page="webmaster:clicks", lead_page="webmaster:lead")


@require_GET
@manager_view("leads.view")
def manager_search(request):
    return _search(request, lambda click: True, "manager:click")


@require_GET
@manager_view("leads.view")
def manager(request, click_id):
    click = click_of(click_id)
    if click is None:
        raise Http404
    return _show(request, click, STAFF, list_page="manager:clicks", lead_page="manager:lead")


def _search(request, is_mine, page):
    """The box; a known id leads straight to its page."""
    form = ClickLookup(request.GET if "id" in request.GET else None)
    if form.is_valid():
        click = click_of(form.cleaned_data["id"])
        if click is not None and is_mine(click):
            return redirect(page, click.id.hex)
        form.add_error("id", _("No click with this id is known here. An id has 32 digits and letters from a to f."))
    return render(request, "tracking/clicks.html", {"form": form}, status=422 if form.errors else 200)


def _show(request, click, reader, *, list_page, lead_page):
    scene = Scene.of(click, request.network.config_version, reader)
    calls = calls_without_lead(click)
    context = {
        "click": click, "steps": steps_of(scene), "facts": facts_of_click(scene), "list_page": list_page,
        "lead_page": lead_page, "leads": leads_of_click(click), "is_staff": reader == STAFF,
        "calls": calls if reader == STAFF else [], "call_words": calls_in_words(calls),
    }  # fmt: skip
    return render(request, "tracking/click.html", context)
