"""Adjustments as the staff works on them: propose, confirm as a second person, refuse."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.accounts.gates import can, manager_view
from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from cpanet.core.views import add_error, form_page
from cpanet.ledger.selectors import entries_of_subject
from payouts.models import Adjustment
from payouts.receivables.filters import AdjustmentFilter
from payouts.receivables.forms import AdjustmentForm, ReasonForm
from payouts.receivables.tables import AdjustmentTable
from payouts.selectors.advertisers import owner_of
from payouts.services import adjustments as service


@manager_view("payouts.view")
def adjustments(request):
    rows = Adjustment.objects.select_related("proposed_by", "decided_by")
    found = AdjustmentFilter(request.GET, rows)
    table = configured(AdjustmentTable(found.qs), request)
    may_adjust = can(request, "money.adjust")
    if not may_adjust:
        table.empty_state = {key: words for key, words in table.empty_state.items() if not key.startswith("action")}
    context = {"filter": found, "table": table, "may_adjust": may_adjust}
    return render(request, "payouts/manager/adjustments.html", context)


@manager_view("money.adjust")
def adjustment_new(request):
    initial = {name: request.GET.get(name) for name in ("debit_kind", "debit_owner", "credit_kind", "credit_owner")}
    initial = {"debit_kind": "cost", "currency": request.network.currency} | {
        name: value for name, value in initial.items() if value
    }
    form = AdjustmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = service.propose(
                debit=form.side("debit"), credit=form.side("credit"), currency=data["currency"], amount=data["amount"],
                reason=data["reason"], idempotency_key=data["key"], actor=request.user, now=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            add_error(form, error)
        else:
            return redirect("manager:adjustment", made.pk)
    return form_page(request, "payouts/manager/adjustment_new.html", form)


@manager_view("payouts.view")
def adjustment(request, pk):
    return _page(request, _adjustment(pk), ReasonForm())


def _adjustment(pk) -> Adjustment:
    return get_object_or_404(Adjustment.objects.select_related("proposed_by", "decided_by"), pk=pk)


def _page(request, found, form):
    is_open = found.status == Adjustment.Status.PROPOSED and can(request, "money.adjust")
    context = {
        "adjustment": found, "debit": owner_of(found.debit_kind, found.debit_owner),
        "credit": owner_of(found.credit_kind, found.credit_owner), "entries": entries_of_subject(found.subject),
        "timeline": audit.timeline_items(found),
        "is_open": is_open, "can_confirm": is_open and request.user.pk != found.proposed_by_id,
        "confirm": {"action": "confirm"},
    }  # fmt: skip
    return form_page(request, "payouts/manager/adjustment.html", form, context)


@manager_view("money.adjust")
@require_POST
def adjustment_act(request, pk):
    """Confirm what somebody else has proposed, or refuse it with a reason (`action`)."""
    found, form, action = _adjustment(pk), ReasonForm(request.POST), request.POST.get("action")
    if action not in ("confirm", "refuse"):
        messages.error(request, _("Say whether it is confirmed or refused: nothing has changed."))
        return redirect("manager:adjustment", pk)
    is_confirm = action == "confirm"
    try:
        if is_confirm:
            service.confirm(adjustment_id=pk, actor=request.user, now=timezone.now())
        else:
            reason = request.POST.get("reason", "")
            service.refuse(adjustment_id=pk, reason=reason, actor=request.user, now=timezone.now())
    except DomainError as error:
        form.full_clean()
        if is_confirm:
            form.errors.clear()
        if error.field not in form.errors:
            add_error(form, error)
        return _page(request, found, form)
    messages.success(request, _("Done: %s.") % _adjustment(pk).get_status_display())
    return redirect("manager:adjustment", pk)
