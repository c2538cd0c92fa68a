"""The advertiser's queue: decide one by one, by keyboard, or many at once."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import advertiser_view
from offers.models import Offer
from tracking.choices import DecisionSource
from tracking.decisions.forms import AmountsForm
from tracking.forms import DeclineForm
from tracking.lead_facts import facts_of
from tracking.lead_timeline import ADVERTISER, price_in_words, timeline_of
from tracking.selectors.clicks import find_click
from tracking.selectors.leads import leads_of_advertiser, pending_first
from tracking.tables.leads import AdvertiserLeads
from tracking.views.disputes import dispute_card
from tracking.views.lead_pages import decided, lead_list

DECIDE_PAGE = "advertiser:lead_decide"


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
        bulk_pages="advertiser:leads_bulk",
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


def _own(request, lead_id):
    return get_object_or_404(leads_of_advertiser(request.advertiser), pk=lead_id)


def _show(request, lead, form, status=200):
    amounts = form if isinstance(form, AmountsForm) else AmountsForm(lead=lead, for_staff=False)
    context = dispute_card(lead, "advertiser", may_answer=True) | {
        "lead": lead, "title": lead.order_id or _("Lead № %s") % lead.pk, "list_url": reverse("advertiser:leads"),
        "facts": facts_of(lead, find_click(lead.click_id), ADVERTISER), "price": price_in_words(lead, ADVERTISER),
        "timeline": timeline_of(lead, ADVERTISER), "calls": lead.postbacks.all()[:20],
        "amounts": amounts, "decline": form if isinstance(form, DeclineForm) else DeclineForm(),
        "decide_page": DECIDE_PAGE, "contact": lead.contacts.first(),
    }  # fmt: skip
    return render(request, "tracking/lead.html", context, status=status)
