"""What became of the payouts of a batch: by a file with a preview, or for several chosen ones."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cpanet.accounts.gates import manager_view
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_numbers
from cpanet.core.views import add_error, form_page
from payouts.forms import ResultFileForm
from payouts.models import PayoutBatch
from payouts.results import MOST_BYTES, ResultRow, as_csv, read_results
from payouts.services.results import apply_results, look_at


@manager_view("payouts.review")
@require_POST
def batch_results(request, pk):
    """A file is shown as what it would do (`file`), then written down (`content`, the same lines)."""
    batch = get_object_or_404(PayoutBatch.objects.all(), pk=pk)
    form = ResultFileForm(request.POST, request.FILES)
    content = request.POST.get("content", "")
    try:
        if content:
            return _written_down(request, batch, read_results(content.encode()))
        if form.is_valid():
            rows = read_results(form.cleaned_data["file"].read(MOST_BYTES + 1))
            return _page(request, batch, form, rows)
    except DomainError as error:
        form.full_clean()
        if error.field not in form.errors:
            add_error(form, error)
    return _page(request, batch, form, [])


def _page(request, batch, form, rows):
    verdicts = look_at(batch=batch, rows=rows)
    context = {
        "batch": batch,
        "verdicts": verdicts,
        "effective": sum(verdict.is_effective for verdict in verdicts),
        "problems": sum(bool(verdict.problem) for verdict in verdicts),
        "content": as_csv(rows),
    }
    if rows:
        form = ResultFileForm()
    return form_page(request, "payouts/manager/results.html", form, context)


def _written_down(request: HttpRequest, batch, rows):
    verdicts = apply_results(batch_id=batch.pk, rows=rows, actor=request.user, now=timezone.now())
    _tell(request, verdicts)
    return redirect("manager:batch", batch.pk)


def _tell(request, verdicts):
    done = sum(verdict.is_effective for verdict in verdicts)
    messages.success(request, ngettext("%d payout written down.", "%d payouts written down.", done) % done)
    for problem, count in Counter(verdict.problem for verdict in verdicts if verdict.problem).most_common(3):
        messages.warning(request, f"{count} × {problem}")


@manager_view("payouts.review")
@require_POST
def batch_mark(request, pk):
    """Several chosen payouts of a batch have the same outcome."""
    batch = get_object_or_404(PayoutBatch.objects.all(), pk=pk)
    outcome, reason = request.POST.get("outcome", ""), " ".join(request.POST.get("reason", "").split())[:300]
    chosen = whole_numbers(request.POST.getlist("payout"))
    if not chosen or outcome not in ("paid", "failed", "returned"):
        messages.error(request, _("Choose payouts, and what became of them."))
    elif outcome != "paid" and not reason:
        messages.error(request, _("Say why: the webmaster will read it."))
    else:
        rows = [ResultRow(number, str(payout), outcome, reason) for number, payout in enumerate(chosen, start=1)]
        return _written_down(request, batch, rows)
    return redirect("manager:batch", pk)
