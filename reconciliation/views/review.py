"""One statement: its progress, what was found, what shall happen, what has happened."""

import time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from reconciliation.filters import RowFilter
from reconciliation.models import Statement, StatementRow
from reconciliation.presenters import class_lines, dress, money_lines, totals
from reconciliation.selectors import adds_up, decisions_of, rows_of
from reconciliation.services.applying import start_applying
from reconciliation.services.mappings import start_matching
from reconciliation.services.review import accept_rows, set_reason
from reconciliation.services.withdrawing import discard, start_withdrawing
from reconciliation.tables import RowTable
from reconciliation.views.desk import at_both_desks
from tracking.choices import DeclineReason

PATIENCE = 1.0
STEP = 0.05
State = Statement.State


@at_both_desks("leads.view")
@require_GET
def statement(request, pk):
    """Waits a second for short work, so that it is answered at once; else shows its progress until it ends."""
    found = request.desk.statement(pk)
    job = _patiently(found.job, wait=not request.htmx)
    if job and job.is_open:
        template = "progress.html" if request.htmx else "working.html"
        return render(request, f"reconciliation/{template}", _progress(request, found, job))
    if request.htmx:  # the last question of the progress bar: the whole page now shows the result
        return HttpResponse(headers={"HX-Refresh": "true"})
    found.refresh_from_db()
    return _page(request, found)


@at_both_desks("reconciliation.run")
@require_POST
def statement_rows(request, pk):
    """Put rows in or out, or give declines a reason: those ticked, or all of a class."""
    found = request.desk.statement(pk)
    rows = _chosen(request, found)
    who = {"actor": request.user, "now": timezone.now()}
    do = request.POST.get("do", "")
    try:
        if do == "reason":
            changed = set_reason(statement=found, rows=rows, reason=request.POST.get("reason", ""), **who)
        else:
            changed = accept_rows(statement=found, rows=rows, accepted=do == "include", **who)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, ngettext("%d row changed.", "%d rows changed.", changed) % changed)
    query = request.POST.get("query", "")[:500]
    return redirect(request.desk.url("statement", pk) + (f"?{query}" if query else ""))


@at_both_desks("reconciliation.run")
@require_POST
def statement_apply(request, pk):
    return _attempted(request, pk, lambda found, **who: start_applying(statement=found, **who))


@at_both_desks("reconciliation.run")
@require_POST
def statement_withdraw(request, pk):
    return _attempted(request, pk, lambda found, **who: start_withdrawing(statement=found, **who))


@at_both_desks("reconciliation.run")
@require_POST
def statement_discard(request, pk):
    return _attempted(request, pk, lambda found, **who: discard(statement=found, **who))


@at_both_desks("reconciliation.run")
@require_POST
def statement_match(request, pk):
    """Compare anew: the books have changed meanwhile."""
    return _attempted(request, pk, lambda found, **who: start_matching(statement=found, actor=who["actor"]))


def _attempted(request, pk, change):
    try:
        change(request.desk.statement(pk), actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return request.desk.to("statement", pk)


def _chosen(request, found):
    rows = StatementRow.objects.filter(statement=found)
    if request.POST.get("all") == "class":
        return rows.filter(match_class=request.POST.get("class", ""))
    numbers = [number for number in request.POST.getlist("row") if number.isdecimal() and len(number) < 19]
    return rows.filter(pk__in=numbers)


def _patiently(job, wait: bool):
    """The job once it has ended or a second has passed; the worker's commit is seen at the next look."""
    until = time.monotonic() + PATIENCE
    while job and wait and job.is_open and time.monotonic() < until:
        time.sleep(STEP)
        job.refresh_from_db()
    return job


def _progress(request, found, job) -> dict:
    titles = {
        "statement_match": _("Comparing with our leads"),
        "statement_apply": _("Deciding leads"),
        "statement_withdraw": _("Taking decisions back"),
    }
    url = request.desk.url("statement", found.pk)
    return {
        "desk": request.desk,
        "statement": found,
        "job": job,
        "job_url": url,
        "job_title": titles.get(job.kind, job.kind),
    }


def _page(request, found):
    desk = request.desk
    if found.state == State.UPLOADED:
        if desk.can_run:
            return desk.to("statement_mapping", found.pk)
        return render(request, "reconciliation/statement.html", {"desk": desk, "statement": found, "waits": True})
    context = {
        "desk": desk,
        "statement": found,
        "job": found.job,
        "can_choose": desk.can_run and found.state == State.MATCHED,
    }
    if not found.summary:
        return render(request, "reconciliation/statement.html", context)
    if not adds_up(found):
        return render(request, "reconciliation/statement.html", context | {"broken": True})
    context |= _review(request, found, context["can_choose"])
    return render(request, "reconciliation/statement.html", context)


def _review(request, found, can_choose) -> dict:
    desk = request.desk
    filters = RowFilter(request.GET)
    table = RowTable(filters.narrow(rows_of(found)), exclude=() if can_choose else ("pick",))
    table = configured(table, request)
    dress([row.record for row in table.page.object_list])
    table.desk = desk
    return {
        "filter": filters,
        "table": table,
        "classes": class_lines(found, with_earnings=desk.is_staff),
        "money": money_lines(found, with_earnings=desk.is_staff),
        "totals": totals(found),
        "deciding": decisions_of(found).exclude(action="confirm").count(),
        "reasons": DeclineReason.choices,
        "query": request.GET.urlencode(),
        "asked": filters.asked(),
    }
