"""Disputes: webmasters open them on the lead's page, advertisers and the staff answer there; each has his list."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import advertiser_view, affiliate_view, manager_view
from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from tracking.choices import DecisionSource, DisputeState
from tracking.decisions.forms import AnswerForm, DisputeFilter, DisputeForm
from tracking.models import Conversion, Dispute
from tracking.selectors.disputes import (
    all_disputes,
    disputes_of_advertiser,
    disputes_of_affiliate,
    open_ones,
    overdue,
)
from tracking.selectors.leads import leads_of_affiliate
from tracking.services.disputes import open_dispute, uphold, why_not_disputable, withdraw
from tracking.tables.disputes import AdvertiserDisputes, ManagerDisputes, WebmasterDisputes


def _list(request, disputes, table_class, subtitle):
    found, now = DisputeFilter(request.GET), timezone.now()
    table = configured(table_class(found.narrow(disputes), now=now), request)
    context = {
        "table": table, "filter": found, "subtitle": subtitle, "waiting": open_ones(disputes).count(),
        "late": overdue(disputes, now).count(),
    }  # fmt: skip
    return render(request, "tracking/disputes.html", context)


@require_GET
@affiliate_view
def of_webmaster(request):
    subtitle = _("Decisions you said are wrong, and what was answered. Open one on the page of its lead.")
    return _list(request, disputes_of_affiliate(request.affiliate.pk), WebmasterDisputes, subtitle)


@require_GET
@advertiser_view
def of_advertiser(request):
    subtitle = _("Webmasters say that these decisions are wrong. Approve the lead, or say why the decision stands.")
    return _list(request, disputes_of_advertiser(request.advertiser.pk), AdvertiserDisputes, subtitle)


@require_GET
@manager_view("leads.view")
def of_network(request):
    subtitle = _("What webmasters dispute. Answers that are late stand first: help the advertiser, or decide yourself.")
    return _list(request, all_disputes(), ManagerDisputes, subtitle)


@require_POST
@affiliate_view
def dispute(request, lead_id):
    """Open one about the newest decision."""
    lead = get_object_or_404(leads_of_affiliate(request.affiliate), pk=lead_id)
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return _refused(request, "webmaster", lead_id, form)
    return _done(
        request, "webmaster", lead_id, _("Your dispute is on its way: you will get an answer by e-mail."),
        lambda: open_dispute(
            conversion_id=lead.pk, text=form.cleaned_data["text"], actor=request.user, now=timezone.now()
        ),
    )  # fmt: skip


@require_POST
@affiliate_view
def take_back(request, lead_id):
    found = get_object_or_404(disputes_of_affiliate(request.affiliate.pk), conversion=lead_id, state=DisputeState.OPEN)
    return _done(
        request, "webmaster", lead_id, _("You have taken your dispute back."),
        lambda: withdraw(dispute_id=found.pk, actor=request.user, now=timezone.now()),
    )  # fmt: skip


def _answer(request, space, rows, lead_id, source):
    """The decision stands, and why."""
    found = get_object_or_404(open_ones(rows), conversion=lead_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _refused(request, space, lead_id, form)
    return _done(
        request, space, lead_id, _("Answered: the webmaster reads it."),
        lambda: uphold(
            dispute_id=found.pk, answer=form.cleaned_data["answer"], source=source, actor=request.user,
            now=timezone.now(),
        ),
    )  # fmt: skip


@require_POST
@advertiser_view
def answer_of_advertiser(request, lead_id):
    rows = disputes_of_advertiser(request.advertiser.pk)
    return _answer(request, "advertiser", rows, lead_id, DecisionSource.ADVERTISER)


@require_POST
@manager_view("leads.decide")
def answer_of_network(request, lead_id):
    return _answer(request, "manager", all_disputes(), lead_id, DecisionSource.MANAGER)


def _refused(request, space, lead_id, form):
    errors = " ".join(error for field in form.errors.values() for error in field)
    messages.error(request, errors)
    return redirect(f"{reverse(f'{space}:lead', args=[lead_id])}#dispute")


def _done(request, space, lead_id, sentence, act):
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence)
    return redirect(f"{space}:lead", lead_id)


def dispute_card(lead: Conversion, space: str, *, may_answer: bool = False) -> dict:
    """What the page of a lead says of its disputes: all of them, and the form for the next step."""
    found = list(Dispute.objects.filter(conversion=lead))
    waiting = next((each for each in found if each.state == DisputeState.OPEN), None)
    card = {"disputes": found, "open_dispute": waiting, "now": timezone.now()}
    if space == "webmaster" and waiting is None and not why_not_disputable(lead, timezone.now()):
        card |= {"dispute_form": DisputeForm()}
    is_networks = lead.decided_by == DecisionSource.MANAGER and space == "advertiser"
    if waiting and may_answer and not is_networks:
        card |= {"answer_form": AnswerForm(), "answer_page": f"{space}:dispute_answer"}
    return card
