"""The advertiser's queue: decide one by one, by keyboard, or many at once."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import advertiser_view
from offers.models import Offer
from tracking.choices import DecisionSource, Status
from tracking.forms import DeclineForm
from tracking.lead_facts import facts_of
from tracking.lead_timeline import ADVERTISER, price_in_words, timeline_of
from tracking.selectors.clicks import find_click
from tracking.selectors.leads import leads_of_advertiser, pending_first
from tracking.services.bulk_decisions import decide_many
from tracking.tables.leads import AdvertiserLeads
from tracking.views.lead_pages import decided, lead_list, next_page

DECIDE_PAGE = "advertiser:lead_decide"
MOST_AT_ONCE = 200


@require_GET
@advertiser_view
def leads(request):
    return lead_list(
        request,
        leads_of_advertiser(request.advertiser),
        AdvertiserLeads,
        offers=Offer.objects.filter(advertiser=request.advertiser),
        hidden=("affiliate", "advertiser", "link"),
        in_order=pending_first,
        subtitle=_("What webmasters brought you. Those that wait for your word stand first."),
        decide_page=DECIDE_PAGE,
        bulk_page="advertiser:leads_bulk",
    )


@require_GET
@advertiser_view
def lead(request, lead_id):
    return _show(request, _own(request, lead_id), DeclineForm())


@require_POST
@advertiser_view
def decide(request, lead_id):
    return decided(
        request,
        _own(request, lead_id),
        source=DecisionSource.ADVERTISER,
        page="advertiser:lead",
        show=lambda lead, form: _show(request, lead, form, status=422),
    )


@require_POST
@advertiser_view
def bulk(request):
    """The same decision about every chosen lead; says of each what became of it when one could not be decided."""
    back = next_page(request, reverse("advertiser:leads"))
    numbers = [number for number in request.POST.getlist("lead") if number.isdecimal() and len(number) < 19]
    chosen = list(leads_of_advertiser(request.advertiser).filter(pk__in=numbers[:MOST_AT_ONCE]))
    status, problem, words = _bulk_decision(request, chosen)
    if problem:
        messages.error(request, problem)
        return redirect(back)
    results = decide_many(
        conversions=chosen,
        status=status,
        source=DecisionSource.ADVERTISER,
        actor=request.user,
        now=timezone.now(),
        **words,
    )
    done = sum(result.ok for result in results)
    summary = ngettext("%(done)d of %(all)d lead decided.", "%(done)d of %(all)d leads decided.", len(results))
    summary %= {"done": done, "all": len(results)}
    if done == len(results):
        messages.success(request, summary)
        return redirect(back)
    context = {"results": results, "summary": summary, "back_url": back, "lead_page": "advertiser:lead"}
    return render(request, "tracking/bulk_result.html", context)


def _bulk_decision(request, chosen) -> tuple[str, str, dict]:
    """(status, why nothing can be done, reason and note)."""
    status = request.POST.get("status", "")
    if not chosen:
        return status, _("Choose at least one lead."), {}
    if status == Status.APPROVED:
        return status, "", {}
    form = DeclineForm(request.POST)
    if form.is_valid():
        return Status.DECLINED, "", form.cleaned_data
    errors = [error for messages_of_field in form.errors.values() for error in messages_of_field]
    return status, _("Nothing was declined: %s") % " ".join(errors), {}


def _own(request, lead_id):
    return get_object_or_404(leads_of_advertiser(request.advertiser), pk=lead_id)


def _show(request, lead, form, status=200):
    context = {
        "lead": lead, "title": lead.order_id or _("Lead № %s") % lead.pk, "list_url": reverse("advertiser:leads"),
        "facts": facts_of(lead, find_click(lead.click_id), ADVERTISER), "price": price_in_words(lead, ADVERTISER),
        "timeline": timeline_of(lead, ADVERTISER), "calls": lead.postbacks.all()[:20], "decline": form,
        "decide_page": DECIDE_PAGE, "contact": lead.contacts.first(),
    }  # fmt: skip
    return render(request, "tracking/lead.html", context, status=status)
