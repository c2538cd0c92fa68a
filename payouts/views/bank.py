"""The bank's payments as the staff works on them: upload, confirm, set aside."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.accounts.gates import can, manager_view
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_numbers
from cpanet.core.tables import configured
from cpanet.core.views import add_error, form_page
from payouts.models import BankPayment, BankStatement
from payouts.receivables.filters import BankPaymentFilter
from payouts.receivables.forms import ConfirmPaymentForm, ReasonForm, StatementForm
from payouts.receivables.tables import BankPaymentTable
from payouts.selectors.advertisers import currencies_in_use
from payouts.selectors.bank import alike, bank_payments
from payouts.services import bank


@manager_view("payouts.view")
def payments(request):
    """The list, and the way from chosen proposals to deposits."""
    found = BankPaymentFilter(request.GET, bank_payments(), request=request)
    may_adjust = can(request, "money.adjust")
    table = configured(BankPaymentTable(found.qs, selectable=may_adjust), request)
    if not may_adjust:
        table.empty_state = {key: words for key, words in table.empty_state.items() if not key.startswith("action")}
    context = {"filter": found, "table": table, "may_adjust": may_adjust, "statements": BankStatement.objects.all()[:5]}
    return render(request, "payouts/manager/bank.html", context)


@manager_view("money.adjust")
def upload(request):
    form = StatementForm(
        request.POST or None, request.FILES or None, currencies=currencies_in_use(request.network.currency)
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            statement = bank.import_statement(
                content=file.read(), file_name=file.name, currency=form.cleaned_data["currency"],
                encoding=form.cleaned_data["encoding"], actor=request.user, now=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else "file", str(error))
        else:
            _tell(request, statement)
            return redirect("manager:bank")
    return form_page(request, "payouts/manager/bank_upload.html", form)


def _tell(request, statement):
    words = ngettext("%(new)d new payment of %(all)d.", "%(new)d new payments of %(all)d.", statement.payments_new)
    messages.success(request, words % {"new": statement.payments_new, "all": statement.payments_found})
    for warning in statement.warnings:
        messages.warning(request, warning)


@manager_view("payouts.view")
def payment(request, pk):
    found = _payment(pk)
    return _page(request, found, ConfirmPaymentForm(initial={"advertiser": found.proposed_id}), ReasonForm())


def _payment(pk) -> BankPayment:
    return get_object_or_404(bank_payments(), pk=pk)


def _page(request, found, form, reason_form):
    context = {
        "payment": found, "reason_form": reason_form, "may_adjust": can(request, "money.adjust"),
        "alike": alike(found)[:5], "timeline": audit.timeline_items(found),
        "is_new": found.status == BankPayment.Status.NEW,
        "is_aside": found.status == BankPayment.Status.SET_ASIDE, "reopen": {"action": "reopen"},
    }  # fmt: skip
    bound = reason_form if reason_form.is_bound else form
    response = form_page(request, "payouts/manager/bank_payment.html", form, context)
    response.status_code = 422 if bound.is_bound and bound.errors else response.status_code
    return response


@manager_view("money.adjust")
@require_POST
def payment_act(request, pk):
    """Confirm for an advertiser, set aside with a reason, or take back into the inbox (`action`)."""
    found = _payment(pk)
    action = request.POST.get("action", "confirm")
    is_reason = action == "set_aside"
    form = (ReasonForm if is_reason else ConfirmPaymentForm)(request.POST)
    try:
        if action == "reopen":
            bank.reopen(payment_id=pk, actor=request.user, now=timezone.now())
        elif form.is_valid():
            _act(is_reason, pk, form.cleaned_data, request.user)
    except DomainError as error:
        form.is_valid()
        add_error(form, error)
    if action != "reopen" and form.errors:
        return _page(request, _payment(pk), *((ConfirmPaymentForm(), form) if is_reason else (form, ReasonForm())))
    messages.success(request, _payment(found.pk).get_status_display())
    return redirect("manager:bank_payment", pk)


def _act(is_reason, pk, data, actor):
    if is_reason:
        bank.set_aside(payment_id=pk, reason=data["reason"], actor=actor, now=timezone.now())
    else:
        bank.confirm_payment(payment_id=pk, advertiser_id=data["advertiser"].pk, actor=actor, now=timezone.now())


@manager_view("money.adjust")
@require_POST
def confirm_chosen(request):
    """Book every chosen payment for the advertiser that is proposed for it."""
    ids = whole_numbers(request.POST.getlist("payment")[:500])
    done, refusals = bank.confirm_proposed(payment_ids=ids, actor=request.user, now=timezone.now())
    if done:
        messages.success(request, ngettext("%d payment booked.", "%d payments booked.", done) % done)
    for words in refusals[:5] or ([] if done else [_("Choose payments first.")]):
        messages.error(request, words)
    return redirect("manager:bank")
