"""Payouts as the network's staff works on them: the inbox, one payout, methods, deposits, the freeze."""

from django.contrib import messages
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.accounts.gates import can, manager_view
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from cpanet.core.views import add_error, form_page
from cpanet.ledger.kinds import ADVERTISER_KINDS
from cpanet.ledger.selectors import (
    advertiser_balance,
    currencies_of_owner,
    entries_of_advertiser,
    entries_of_subject,
)
from cpanet.ledger.tables import JournalTable
from payouts.filters import PayoutFilter
from payouts.forms import DepositForm, OutcomeForm, PayoutMethodForm, ReferenceForm
from payouts.models import Payout, PayoutMethod
from payouts.selectors.payouts import all_payouts, freeze_in_force, number_in_doubt, totals_by_method
from payouts.selectors.review import anomalies
from payouts.services import batches, notices, outcomes, requests
from payouts.services.deposits import record_deposit
from payouts.services.freezes import lift_freeze
from payouts.services.methods import save_method
from payouts.tables import MethodTable, PayoutTable


@manager_view("payouts.view")
def payouts(request):
    """The inbox: what waits per method, the list, and the way from chosen payouts to a batch."""
    found = PayoutFilter(request.GET, all_payouts(), request=request)
    may_review = can(request, "payouts.review")
    table = configured(PayoutTable(found.qs, selectable=may_review), request)
    shown = [row.record for row in table.paginated_rows]
    table.anomalies = anomalies([each for each in shown if each.is_open], now=timezone.now())
    context = {
        "filter": found,
        "table": table,
        "totals": totals_by_method(),
        "freeze": freeze_in_force(),
        "doubted": number_in_doubt(),
        "may_review": may_review,
        "may_confirm": can(request, "payouts.confirm"),
    }
    return render(request, "payouts/manager/payouts.html", context)


@manager_view("payouts.view")
def payout(request, pk):
    return _payout_page(request, _payout(pk), OutcomeForm())


def _payout(pk) -> Payout:
    return get_object_or_404(all_payouts(), pk=pk)


def _payout_page(request, found, form):
    S = Payout.Status
    in_review = found.status == S.APPROVED and found.batch.status == found.batch.Status.DRAFT
    context = {
        "payout": found,
        "entries": entries_of_subject(found.subject),
        "anomalies": anomalies([found], now=timezone.now())[found.pk] if found.is_open else [],
        "timeline": audit.timeline_items(found),
        "reference_form": ReferenceForm(),
        "can_reject": found.status == S.REQUESTED or in_review,
        "can_take_out": in_review,
        "is_underway": found.status in Payout.UNDERWAY and (not found.reference or found.attention),
        "can_ask": bool(found.reference) and found.status != S.SUBMITTING,
        "ask": {"action": "ask"},
        "looked": {"action": "looked"},
        "attempts": found.attempts.all(),
        "can_return": found.status == S.PAID,
        "take_out": {"action": "take_out"},
        "may_review": can(request, "payouts.review"),
    }
    return form_page(request, "payouts/manager/payout.html", form, context)


def _paid(payout_id, data, actor, now):
    form = ReferenceForm(data)
    reference = form.cleaned_data["reference"] if form.is_valid() else data.get("reference", "")
    outcomes.mark_paid(payout_ids=[payout_id], reference=reference, actor=actor, now=now)


def _take_out(payout_id, data, actor, now):
    batches.take_out(payout_id=payout_id, actor=actor, now=now)


def _ask(payout_id, data, actor, now):
    notices.ask_the_rail(payout_id=payout_id, actor=actor, now=now)


def _end_doubt(payout_id, data, actor, now):
    notices.end_doubt(payout_id=payout_id, actor=actor, now=now)


def _with_reason(service):
    def act(payout_id, data, actor, now):
        service(payout_id=payout_id, reason=data.get("reason", ""), actor=actor, now=now)

    return act


ACTIONS = {
    "paid": _paid,
    "take_out": _take_out,
    "ask": _ask,
    "looked": _end_doubt,
    "reject": _with_reason(requests.reject_payout),
    "failed": _with_reason(outcomes.mark_failed),
    "returned": _with_reason(outcomes.mark_returned),
    "unknown": _with_reason(outcomes.mark_unknown),
}


@manager_view("payouts.review")
@require_POST
def payout_act(request, pk):
    """Reject, take out of its batch, or write down the outcome (`action`); all but two take a reason."""
    found = _payout(pk)
    act = ACTIONS.get(request.POST.get("action", ""))
    form = OutcomeForm(request.POST)
    if act is None:
        form.add_error(None, _("Choose what became of the payout."))
        return _payout_page(request, found, form)
    try:
        act(found.pk, request.POST, request.user, timezone.now())
    except DomainError as error:
        form.full_clean()
        if error.field not in form.errors:
            add_error(form, error)
        return _payout_page(request, _payout(pk), form)
    messages.success(request, _("Payout #%(id)d: %(status)s.") % {"id": pk, "status": _payout(pk).get_status_display()})
    return redirect("manager:payout", pk)


@manager_view("payouts.confirm")
@require_POST
def freeze_lift(request):
    try:
        lift_freeze(actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Every check holds: payouts go on."))
    return redirect("manager:payouts")


@manager_view("payouts.view")
def payout_methods(request):
    table = configured(MethodTable(PayoutMethod.objects.order_by(F("is_active").desc(), "name")), request)
    context = {"table": table, "may_edit": can(request, "network.edit")}
    if not context["may_edit"]:
        table.empty_state = {key: words for key, words in table.empty_state.items() if not key.startswith("action")}
    return render(request, "payouts/manager/methods.html", context)


@manager_view("network.edit")
def payout_method_new(request):
    form = PayoutMethodForm(request.POST or None, initial={"currency": request.network.currency})
    return _method_page(request, form, None)


@manager_view("network.edit")
def payout_method(request, pk):
    method = get_object_or_404(PayoutMethod.objects.all(), pk=pk)
    form = PayoutMethodForm(request.POST) if request.method == "POST" else PayoutMethodForm.of(method)
    return _method_page(request, form, method)


def _method_page(request, form, method):
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_method(
                **form.cleaned_data, method_id=method and method.pk, actor=request.user, now=timezone.now()
            )
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved: %s.") % saved)
            return redirect("manager:payout_methods")
    return form_page(
        request, "payouts/manager/method.html", form, {"method": method, "notice_address": _notices(request, method)}
    )


def _notices(request, method):
    """Where the rail of a method sends its notices."""
    return request.build_absolute_uri(reverse("rail_notice", args=[method.pk])) if method else ""


@manager_view("money.adjust")
def advertiser_deposit(request, pk):
    """The form that writes down an advertiser's payment, beside what he has and owes."""
    advertiser = get_object_or_404(Advertiser.objects.all(), pk=pk)
    currencies = currencies_of_owner(kinds=ADVERTISER_KINDS, owner_id=pk, default=request.network.currency)
    form = DepositForm(request.POST or None, currencies=currencies)
    if request.method == "POST" and form.is_valid():
        try:
            record_deposit(
                advertiser=advertiser,
                amount=form.cleaned_data["amount"],
                currency=form.cleaned_data["currency"],
                reference=form.cleaned_data["reference"],
                idempotency_key=f"form-{form.cleaned_data['key']}"[:60],  # never taken for a payment of the bank
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Written down."))
            return redirect("manager:advertiser_deposit", pk)
    balances = [(code, *advertiser_balance(advertiser_id=pk, currency=code)) for code in currencies]
    table = configured(JournalTable(entries_of_advertiser(advertiser_id=pk)), request)
    context = {"advertiser": advertiser, "balances": balances, "table": table}
    return form_page(request, "payouts/manager/deposit.html", form, context)
