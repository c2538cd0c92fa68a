"""All leads of the network, for its staff; who holds the right may decide, and his word is the strongest."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import can, manager_view
from cpanet.accounts.models import AuditEntry
from cpanet.core.errors import DomainError
from offers.models import Offer
from tracking.choices import DecisionSource
from tracking.decisions.forms import AmountsForm, BlockForm
from tracking.forms import DeclineForm
from tracking.lead_facts import facts_of
from tracking.lead_flags import flags_shown_to, hold_in_words
from tracking.lead_timeline import STAFF, price_in_words, timeline_of
from tracking.lead_why import attribution_of, caps_of
from tracking.models import Conversion
from tracking.selectors.clicks import find_click
from tracking.selectors.leads import all_leads
from tracking.services.blocks import block_lead, unblock_lead
from tracking.tables.leads import ManagerLeads
from tracking.views.disputes import dispute_card
from tracking.views.lead_pages import decided, lead_list


@require_GET
@manager_view("leads.view")
def leads(request):
    subtitle = _("Every lead of the network, with what it brings.")
    bulk = "manager:leads_bulk" if can(request, "leads.decide") else ""
    return lead_list(request, all_leads(), ManagerLeads, offers=Offer.objects.all(), subtitle=subtitle, bulk_pages=bulk)


@require_GET
@manager_view("leads.view")
def lead(request, lead_id):
    return _show(request, get_object_or_404(all_leads(), pk=lead_id), DeclineForm())


@require_POST
@manager_view("leads.decide")
def decide(request, lead_id):
    return decided(
        request,
        get_object_or_404(all_leads(), pk=lead_id),
        source=DecisionSource.MANAGER,
        page="manager:lead",
        show=lambda lead, form: _show(request, lead, form, status=422),
    )


@require_POST
@manager_view("leads.decide")
def block(request, lead_id):
    """Hold the money of the lead back, with a reason, or let it go."""
    lead = get_object_or_404(all_leads(), pk=lead_id)
    try:
        if "unblock" in request.POST:
            unblock_lead(conversion_id=lead.pk, actor=request.user, now=timezone.now())
        else:
            reason = request.POST.get("reason", "")
            block_lead(conversion_id=lead.pk, reason=reason, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Unblocked.") if "unblock" in request.POST else _("Held back."))
    return redirect("manager:lead", lead_id)


def _show(request, lead, form, status=200):
    flags, may_decide = flags_shown_to(lead, STAFF), can(request, "leads.decide")
    amounts = form if isinstance(form, AmountsForm) else AmountsForm(lead=lead, for_staff=True)
    context = dispute_card(lead, "manager", may_answer=may_decide) | {
        "flags": flags, "hold_words": hold_in_words(lead, flags), "why": [*attribution_of(lead), *caps_of(lead, STAFF)],
        "click_page": "manager:click",
        "lead": lead, "title": _("Lead № %s") % lead.pk, "list_url": reverse("manager:leads"),
        "facts": facts_of(lead, find_click(lead.click_id), STAFF), "price": price_in_words(lead, STAFF),
        "timeline": timeline_of(lead, STAFF), "calls": lead.postbacks.all()[:20],
        "amounts": amounts, "decline": form if isinstance(form, DeclineForm) else DeclineForm(),
        "conflicts": _conflicts(lead), "decide_page": "manager:lead_decide" if may_decide else "",
        "block_form": BlockForm() if may_decide else None,
    }  # fmt: skip
    return render(request, "tracking/lead.html", context, status=status)


def _conflicts(lead):
    """Decisions of weaker sources that were not carried out."""
    return AuditEntry.objects.filter(
        subject_type=Conversion._meta.label_lower, subject_id=lead.pk, action="conversion.conflict"
    )[:5]
