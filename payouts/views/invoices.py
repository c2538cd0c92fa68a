"""Invoices: the staff makes, issues and cancels them; the advertiser looks at his own and takes them away."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts import audit
from cpanet.accounts.gates import advertiser_view, can, manager_view
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_number
from cpanet.core.tables import configured
from cpanet.core.views import add_error, form_page
from payouts.invoicing.paper import as_pdf, as_xlsx
from payouts.invoicing.periods import last_closed
from payouts.models import Invoice
from payouts.receivables.filters import InvoiceFilter, OwnInvoiceFilter
from payouts.receivables.forms import InvoiceForm, ReasonForm
from payouts.receivables.tables import InvoiceRowTable, InvoiceTable, OwnInvoiceTable
from payouts.selectors.advertisers import currencies_in_use
from payouts.selectors.invoices import invoices as all_invoices
from payouts.selectors.invoices import paper_of, paper_rows, rows_of
from payouts.services import invoices as service

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@manager_view("payouts.view")
def invoices(request):
    found = InvoiceFilter(request.GET, all_invoices(), request=request)
    table = configured(InvoiceTable(found.qs, today=timezone.localdate()), request)
    may_adjust = can(request, "money.adjust")
    if not may_adjust:
        table.empty_state = {key: words for key, words in table.empty_state.items() if not key.startswith("action")}
    return render(request, "payouts/manager/invoices.html", {"filter": found, "table": table, "may_adjust": may_adjust})


@manager_view("money.adjust")
def invoice_new(request):
    since, until = last_closed("month", timezone.localdate())
    initial = {"since": since, "last": until - timedelta(days=1), "advertiser": request.GET.get("advertiser")}
    currencies = currencies_in_use(request.network.currency)
    form = InvoiceForm(request.POST or None, initial=initial, currencies=currencies)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = service.make_drafts(
                advertiser=data["advertiser"], currency=data["currency"], since=data["since"],
                until=data["last"] + timedelta(days=1), actor=request.user, now=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error("last" if error.field == "until" else None, str(error))
        else:
            return redirect("manager:invoice", made[0].pk)
    return form_page(request, "payouts/manager/invoice_new.html", form)


@manager_view("payouts.view")
@require_GET
def invoice(request, pk):
    return _page(request, _invoice(pk), ReasonForm())


def _invoice(pk) -> Invoice:
    return get_object_or_404(all_invoices(), pk=pk)


def _page(request, found, form, status=200):
    may_adjust = can(request, "money.adjust")
    context = {
        **_context(request, found, "manager"),
        "form": form,
        "timeline": audit.timeline_items(found),
        "can_issue": may_adjust and found.status == Invoice.Status.DRAFT,
        "can_cancel": may_adjust and found.kind == Invoice.Kind.INVOICE and found.status not in ("draft", "cancelled"),
    }
    return render(request, "payouts/manager/invoice.html", context, status=status)


def _context(request, found, audience):
    lines = list(found.lines(manager="objects").all())
    asked = request.GET.get("line", "")
    line = next((each for each in lines if str(each.pk) == asked), None)
    table = configured(InvoiceRowTable(rows_of(found, line and line.pk), audience=audience), request)
    is_overdue = found.status in Invoice.OPEN and found.due_date and found.due_date < timezone.localdate()
    paper = paper_of(found)
    return {
        "invoice": found, "paper": paper, "lines": lines, "line": line, "table": table, "is_overdue": is_overdue,
        "audience": audience, "reminders": list(found.reminders(manager="objects").all()),
    }  # fmt: skip


@manager_view("money.adjust")
@require_POST
def invoice_act(request, pk):
    """Issue (`total` as it was seen), discard, or cancel with a reason (`action`)."""
    found, action = _invoice(pk), request.POST.get("action", "")
    form = ReasonForm(request.POST if action == "cancel" else None)
    try:
        target = ACTIONS.get(action, _unknown)(pk, request.POST, request.user, timezone.now())
    except service.TotalChanged as error:
        service.refill(invoice_id=pk)
        messages.error(request, str(error))
        return redirect("manager:invoice", pk)
    except DomainError as error:
        if form.is_bound and not form.is_valid():
            return _page(request, found, form, 422)
        if form.is_bound:
            add_error(form, error)
        else:
            messages.error(request, str(error))
        return _page(request, found, form, 422)
    return redirect(target) if target == "manager:invoices" else redirect("manager:invoice", target)


def _issue(pk, data, actor, now):
    text = data.get("total", "")
    size = whole_number(text.removeprefix("-"))
    if size is None:
        raise service.TotalChanged
    return service.issue(invoice_id=pk, expected_total=-size if text[0] == "-" else size, actor=actor, now=now).pk


def _discard(pk, data, actor, now):
    service.discard(invoice_id=pk, actor=actor, now=now)
    return "manager:invoices"


def _cancel(pk, data, actor, now):
    return service.cancel(invoice_id=pk, reason=data.get("reason", ""), actor=actor, now=now).pk


def _unknown(pk, data, actor, now):
    raise DomainError(_("Choose what to do with the invoice."))


ACTIONS = {"issue": _issue, "discard": _discard, "cancel": _cancel}


@manager_view("payouts.view")
@require_GET
def invoice_file(request, pk, format):
    return _file(_invoice(pk), format)


def _file(found, format):
    paper = paper_of(found)
    is_pdf = format == "pdf"
    content = as_pdf(paper) if is_pdf else as_xlsx(paper, paper_rows(found))
    name = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in str(found).strip("#"))
    response = HttpResponse(content, content_type="application/pdf" if is_pdf else XLSX)
    name = name.encode("ascii", "ignore").decode()
    response["Content-Disposition"] = f'attachment; filename="invoice-{name}.{format}"'
    return response


@advertiser_view
def own_invoices(request):
    found = OwnInvoiceFilter(request.GET, _own(request))
    table = configured(OwnInvoiceTable(found.qs, today=timezone.localdate()), request)
    return render(request, "payouts/advertiser/invoices.html", {"filter": found, "table": table})


def _own(request):
    """What was issued to him; drafts are the network's."""
    return all_invoices().filter(advertiser=request.advertiser).exclude(status=Invoice.Status.DRAFT)


@advertiser_view
@require_GET
def own_invoice(request, pk):
    found = get_object_or_404(_own(request), pk=pk)
    return render(request, "payouts/advertiser/invoice.html", _context(request, found, "advertiser"))


@advertiser_view
@require_GET
def own_invoice_file(request, pk, format):
    return _file(get_object_or_404(_own(request), pk=pk), format)
