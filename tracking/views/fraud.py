"""The review queue: leads that a rule has caught, each with the reason; clear them, or decline them with a word."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import can, manager_view
from cpanet.core.numbers import whole_numbers
from cpanet.core.tables import page_size
from cpanet.core.views import next_page
from offers.models import Offer
from tracking.antifraud.forms import ClearForm, QueueFilter
from tracking.choices import DeclineReason
from tracking.forms import DeclineForm
from tracking.lead_flags import flags_shown_to
from tracking.lead_timeline import STAFF
from tracking.models import Conversion
from tracking.selectors.fraud import flagged_leads, leads_to_review
from tracking.services.fraud import review_many

MOST_AT_ONCE = 200


@require_GET
@manager_view("leads.view")
def queue(request):
    """What waits for a person; `?state=` shows what was marked, cleared or declined."""
    names = list(Offer.objects.order_by("name").values_list("pk", "name"))
    filters = QueueFilter(request.GET, offers=names)
    state = filters.asked().get("state", "")
    leads = filters.narrow(_leads(state))
    page = Paginator(leads, page_size(request)).get_page(request.GET.get("page"))
    for lead in page:
        lead.shown_flags = flags_shown_to(lead, STAFF)
    context = {
        "filter": filters, "page": page, "state": state, "tabs": tabs("queue"), "here": request.get_full_path(),
        "can_decide": can(request, "leads.decide") and not state, "clear": ClearForm(),
        "decline": DeclineForm(prefix="decline", initial={"reason": DeclineReason.FRAUD}),
    }  # fmt: skip
    return render(request, "tracking/manager/fraud_queue.html", context)


def _leads(state):
    if not state:
        return leads_to_review()
    return flagged_leads("" if state == "marked" else state)


def tabs(active: str) -> list[dict]:
    """The three pages about fraud."""
    pages = [("queue", "manager:fraud", _("Review")), ("rules", "manager:fraud_rules", _("Rules"))]
    pages.append(("lists", "manager:fraud_lists", _("Block-lists")))
    return [{"label": label, "url": reverse(page), "active": name == active} for name, page, label in pages]


@require_POST
@manager_view("leads.decide")
def review(request):
    """Clear or decline the chosen leads; of each that could not be it is said why."""
    back = next_page(request, reverse("manager:fraud"))
    numbers = whole_numbers(request.POST.getlist("lead"))
    ids = Conversion.objects.filter(pk__in=numbers[:MOST_AT_ONCE]).values_list("pk", flat=True)
    words, problem = _words(request)
    if problem or not ids:
        messages.error(request, problem or _("Choose at least one lead."))
        return redirect(back)
    done, problems = review_many(conversion_ids=ids, actor=request.user, now=timezone.now(), **words)
    if done:
        sentence = _declined(done) if words["decline"] else _cleared(done)
        messages.success(request, sentence)
    for sentence in problems[:5]:
        messages.warning(request, sentence)
    return redirect(back)


def _cleared(count):
    return ngettext("%d lead cleared: its hold is the usual one.", "%d leads cleared: their holds are the usual ones.",
                    count) % count  # fmt: skip


def _declined(count):
    return ngettext("%d lead declined.", "%d leads declined.", count) % count


def _words(request) -> tuple[dict, str]:
    """(what is to be done, why nothing can be)."""
    act = request.POST.get("act", "")
    if act == "clear":
        form = ClearForm(request.POST)
        return ({"decline": False, **form.cleaned_data}, "") if form.is_valid() else ({}, _first_error(form))
    if act == "decline":
        form = DeclineForm(request.POST, prefix="decline")
        return ({"decline": True, **form.cleaned_data}, "") if form.is_valid() else ({}, _first_error(form))
    return {}, _("Say whether the leads are cleared or declined.")


def _first_error(form):
    return " ".join(error for errors in form.errors.values() for error in errors)
