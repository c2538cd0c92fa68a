"""Batches: made by one member of the staff, confirmed by another, sent, settled."""

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.accounts.gates import can, manager_view
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_numbers
from cpanet.core.tables import configured
from payouts.filters import BatchFilter
from payouts.forms import ResultFileForm
from payouts.models import BatchRegister, Payout, PayoutBatch
from payouts.selectors.payouts import all_batches, all_payouts, freeze_in_force
from payouts.selectors.review import anomalies
from payouts.services import batches as services
from payouts.services import outcomes
from payouts.tables import BatchTable, PayoutTable

CONTENT_TYPES = {
    "csv": "text/csv",
    "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@manager_view("payouts.view")
def batches(request):
    found = BatchFilter(request.GET, all_batches(), request=request)
    table = configured(BatchTable(found.qs), request)
    return render(request, "payouts/manager/batches.html", {"filter": found, "table": table})


@manager_view("payouts.review")
@require_POST
def batch_new(request):
    """From the chosen payouts of the inbox; the method is that of the first."""
    chosen = whole_numbers(request.POST.getlist("payout"))
    first = Payout.objects.filter(pk__in=chosen).order_by("id").first()
    if first is None:
        messages.error(request, _("Choose at least one payout."))
        return redirect("manager:payouts")
    try:
        batch = services.create_batch(
            method_id=first.method_id, payout_ids=chosen, actor=request.user, now=timezone.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("manager:payouts")
    return redirect("manager:batch", batch.pk)


@manager_view("payouts.view")
def batch(request, pk):
    """The review page: every payout with what a reviewer should look at twice."""
    return _batch_page(request, _batch(pk))


def _batch(pk) -> PayoutBatch:
    return get_object_or_404(all_batches(), pk=pk)


def _batch_page(request, found, error="", status=200):
    rows = all_payouts().filter(batch=found)
    signals = anomalies(list(rows), now=timezone.now()) if found.status in ("draft", "confirmed") else {}
    S = PayoutBatch.Status
    context = {
        "batch": found,
        "error": error,
        "net": found.units - found.fees,
        "table": configured(
            PayoutTable(rows, anomalies=signals, selectable=_markable(request, found)), request, per_page=100
        ),
        "signal_counts": _counts(signals),
        "registers": found.registers(manager="objects").defer("content"),
        "is_own": found.created_by_id == request.user.pk,
        "underway": rows.filter(status__in=Payout.UNDERWAY).count() if found.status == S.SENT else 0,
        "timeline": audit.timeline_items(found),
        "freeze": freeze_in_force(),
        "may_review": can(request, "payouts.review"),
        "may_confirm": can(request, "payouts.confirm"),
        "results_form": ResultFileForm(),
        "may_mark": bool(_markable(request, found)),
        "fields": {action: {"action": action} for action in ACTIONS},
    }
    return render(request, "payouts/manager/batch.html", context, status=status)


def _markable(request, found):
    """The statuses of payouts that may be chosen on the page of a batch, to say what became of them."""
    was_sent = found.status in (PayoutBatch.Status.SENT, PayoutBatch.Status.CLOSED)
    if not was_sent or not can(request, "payouts.review"):
        return ()
    return (*Payout.UNDERWAY, Payout.Status.PAID)


def _counts(signals):
    """[{anomaly, tones, count}]: how many payouts have which reason to look twice, the most frequent first."""
    kinds = {each.code: each for listed in signals.values() for each in listed}
    counts = Counter(each.code for listed in signals.values() for each in listed)
    return [
        {"anomaly": kinds[code], "tones": {code: kinds[code].tone}, "count": count}
        for code, count in counts.most_common()
    ]


def _mark_paid(batch_id, actor, now):
    outcomes.mark_batch_paid(batch_id=batch_id, actor=actor, now=now)


ACTIONS = {"sent": services.mark_sent, "paid": _mark_paid, "dissolve": services.dissolve_batch}


@manager_view("payouts.review")
@require_POST
def batch_act(request, pk):
    """Dissolve, mark as sent, mark the rest as paid (`action`)."""
    act = ACTIONS.get(request.POST.get("action", ""))
    if act is None:
        return _batch_page(request, _batch(pk), _("Choose what to do with the batch."), 422)
    return _attempt(request, pk, act)


@manager_view("payouts.confirm")
@require_POST
def batch_confirm(request, pk):
    """The second person's word."""
    return _attempt(request, pk, services.confirm_batch)


def _attempt(request, pk, act):
    _batch(pk)
    try:
        act(batch_id=pk, actor=request.user, now=timezone.now())
    except DomainError as error:
        return _batch_page(request, _batch(pk), str(error), error.status)
    found = _batch(pk)
    messages.success(request, _("Batch %(id)s: %(status)s.") % {"id": found, "status": found.get_status_display()})
    return redirect("manager:batch", pk)


@manager_view("payouts.review")
@require_POST
def batch_register(request, pk, format):
    """The register as a file. A POST, because each opening is written down."""
    try:
        content, sha256 = services.open_register(batch_id=pk, format=format, actor=request.user, now=timezone.now())
    except BatchRegister.DoesNotExist:
        raise Http404 from None
    response = HttpResponse(content, content_type=CONTENT_TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="payouts-batch-{pk}.{format}"'
    response["X-Content-SHA256"] = sha256
    response["Cache-Control"] = "no-store"
    return response
