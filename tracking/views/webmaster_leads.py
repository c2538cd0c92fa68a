"""The webmaster's leads: what became of his visitors, and where the money is."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cpanet.accounts.gates import affiliate_view
from tracking.lead_facts import facts_of
from tracking.lead_flags import flags_shown_to, hold_in_words
from tracking.lead_timeline import WEBMASTER, price_in_words, timeline_of
from tracking.lead_why import attribution_of, caps_of
from tracking.models import Conversion
from tracking.selectors.clicks import find_click
from tracking.selectors.leads import leads_of_affiliate, offers_promoted_by
from tracking.tables.leads import WebmasterLeads
from tracking.views.disputes import dispute_card
from tracking.views.lead_pages import lead_list


@require_GET
@affiliate_view
def leads(request):
    return lead_list(
        request,
        leads_of_affiliate(request.affiliate),
        WebmasterLeads,
        offers=offers_promoted_by(request.affiliate),
        hidden=("affiliate", "advertiser"),
        by_order=False,
        subtitle=_("Every action your visitors took, who decided about it, and why."),
    )


@require_GET
@affiliate_view
def lead(request, lead_id):
    if Conversion.objects.filter(pk=lead_id, referrer=request.affiliate).exists():
        return redirect("webmaster:referrals")  # his part stands in his statement; the lead itself is another's
    lead = get_object_or_404(leads_of_affiliate(request.affiliate), pk=lead_id)
    flags = flags_shown_to(lead, WEBMASTER)
    context = dispute_card(lead, "webmaster") | {
        "own_dispute": True, "flags": flags, "hold_words": hold_in_words(lead, flags), "click_page": "webmaster:click",
        "why": [*attribution_of(lead), *caps_of(lead, WEBMASTER)],
        "lead": lead, "title": _("Lead № %s") % lead.pk, "list_url": reverse("webmaster:leads"),
        "facts": facts_of(lead, find_click(lead.click_id), WEBMASTER), "price": price_in_words(lead, WEBMASTER),
        "timeline": timeline_of(lead, WEBMASTER),
    }  # fmt: skip
    return render(request, "tracking/lead.html", context)
