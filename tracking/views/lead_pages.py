"""What the lead pages of the three cabinets share: a list with filters and tabs, and the answer to a decision."""

from django.contrib import messages
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from cpanet.core.ui import replaced_query
from cpanet.core.views import next_page
from tracking.choices import DecisionSource, Status
from tracking.decisions.forms import AmountsForm
from tracking.filters import LeadFilter
from tracking.forms import DeclineForm, refuse
from tracking.selectors.disputes import last_bulk
from tracking.selectors.leads import choices_of, number_waiting
from tracking.services.bulk_decisions import sentence_of
from tracking.services.decisions import decide


def lead_list(
    request, leads, table_class, *, offers, hidden=(), by_order=True, in_order=lambda leads: leads, **context
):
    """The list page. `offers`: those of the reader, to filter by; `hidden`: filters he does not have; `in_order`: how
    the list stands when nobody sorts."""
    names, goals = choices_of(offers)
    filters = LeadFilter(request.GET, offers=names, goals=goals, hidden=hidden, by_order=by_order)
    found = filters.narrow(leads)
    unseen = () if context.get("bulk_pages") else ("pick",)
    table = configured(table_class(in_order(found), exclude=unseen), request)
    table.part_context = {
        "csrf_token": get_token(request), "here": request.get_full_path(),
        "decide_page": context.get("decide_page", ""),
    }  # fmt: skip
    if context.get("bulk_pages"):
        context["last_bulk"] = last_bulk(request.user, timezone.now())
    context |= {
        "table": table, "filter": filters, "tabs": _tabs(request, leads), "here": request.get_full_path(),
        "decline": DeclineForm(),
    }  # fmt: skip
    return render(request, "tracking/leads.html", context)


def _tabs(request, leads):
    shown = request.GET.get("status", "")
    statuses = [("", _("All")), *Status.choices]
    return [
        {
            "url": request.path + replaced_query(request.GET, status=status or None, page=None),
            "label": label,
            "badge": number_waiting(leads) or None if status == Status.PENDING else None,
            "active": status == shown,
        }
        for status, label in statuses
    ]


def decided(request, lead, *, source, page, show):
    """Carry out the decision a form asks for; `show(lead, form)` draws the lead's page again when it cannot be."""
    status, form = request.POST.get("status", ""), _form(request, lead, source)
    if form and not form.is_valid():
        return show(lead, form)
    words = dict(form.cleaned_data) if form else {}
    if "quantity" in request.POST:
        words["quantities"] = request.POST.getlist("quantity")
    try:
        decision = decide(
            conversion_id=lead.pk, status=status, source=source, actor=request.user, now=timezone.now(), **words
        )
    except DomainError as error:
        form = form or DeclineForm({})
        form.full_clean()
        refuse(form, error)
        return show(lead, form)
    tell = messages.warning if decision.conflict else messages.success
    tell(request, _("Lead %(number)s. %(sentence)s") % {"number": lead.pk, "sentence": sentence_of(decision)})
    return redirect(next_page(request, reverse(page, args=[lead.pk])))


def _form(request, lead, source):
    """The form that goes with the decision: a reason for a decline, amounts for another amount."""
    if request.POST.get("status") == Status.DECLINED:
        return DeclineForm(request.POST)
    if "order_amount" in request.POST:
        return AmountsForm(request.POST, lead=lead, for_staff=source == DecisionSource.MANAGER)
    return None
