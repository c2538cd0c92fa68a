"""A webmaster's money: what he has, where it goes, how he asks for it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.accounts.gates import affiliate_view
from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from cpanet.core.views import add_error, form_page
from cpanet.ledger.filters import StatementFilter
from cpanet.ledger.kinds import WEBMASTER_KINDS
from cpanet.ledger.selectors import entries_of_subject, entries_of_webmaster
from cpanet.ledger.tables import WebmasterStatement
from payouts.filters import OwnPayoutFilter
from payouts.forms import PayoutDetailsForm, PayoutRequestForm, typed_units
from payouts.models import Payout, PayoutDetails
from payouts.selectors.money import currencies_of, hold_forecast, hold_schedule, webmaster_money
from payouts.selectors.payouts import active_details, methods_for, payouts_of
from payouts.services.details import add_details, remove_details
from payouts.services.requests import cancel_payout, request_payout
from payouts.tables import OwnPayoutTable, fee_words


@affiliate_view
def balance(request):
    """The journey of his money in one currency, what leaves its hold when, and every entry."""
    owner = request.affiliate.pk
    currencies = currencies_of(affiliate_id=owner, default=request.network.currency)
    currency = request.GET.get("currency", "")
    currency = currency if currency in currencies else currencies[0]
    found = StatementFilter(request.GET, entries_of_webmaster(affiliate_id=owner, currency=currency))
    money = webmaster_money(affiliate_id=owner, currency=currency)
    context = {
        "money": money,
        "steps": _journey(money),
        "currency": currency,
        "tabs": _currency_tabs(currencies, currency),
        "forecast": hold_forecast(affiliate_id=owner, currency=currency, now=timezone.now()),
        "schedule": hold_schedule(affiliate_id=owner, currency=currency),
        "filter": found,
        "table": configured(WebmasterStatement(found.qs), request),
    }
    return render(request, "payouts/webmaster/balance.html", context)


def _journey(money):
    return [
        {
            "key": "pending",
            "label": _("Pending"),
            "units": money.pending,
            "hint": _("an estimate, not decided yet"),
        },
        {"key": "hold", "label": _("On hold"), "units": money.hold, "hint": _("approved, waits for its release")},
        {"key": "available", "label": _("Available"), "units": money.available, "hint": _("request it when you like")},
        {"key": "in_payout", "label": _("In payout"), "units": money.in_payout, "hint": _("on its way to you")},
        {"key": "paid", "label": _("Paid"), "units": money.paid, "hint": _("has reached you so far")},
    ]


def _currency_tabs(currencies, shown):
    if len(currencies) < 2:
        return []
    return [{"label": code, "url": f"?currency={code}", "active": code == shown} for code in currencies]


@affiliate_view
def payouts(request):
    """His payouts, and the form that asks for another."""
    form = _request_form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            payout = request_payout(
                affiliate=request.affiliate,
                details_id=form.cleaned_data["details"],
                amount=form.cleaned_data["amount"],
                idempotency_key=form.cleaned_data["key"],
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Requested: payout #%d.") % payout.pk)
            return redirect("webmaster:payout", payout.pk)
    found = OwnPayoutFilter(request.GET, payouts_of(affiliate_id=request.affiliate.pk))
    table = configured(OwnPayoutTable(found.qs), request)
    context = {"filter": found, "table": table, "quote": _quote(form)}
    return form_page(request, "payouts/webmaster/payouts.html", form, context)


@affiliate_view
def payout_quote(request):
    """What a request would bring, for the form while it is filled in; changes nothing."""
    form = _request_form(request, request.GET)
    return render(request, "payouts/webmaster/quote.html", {"quote": _quote(form)})


def _request_form(request, data):
    details = list(active_details(affiliate_id=request.affiliate.pk))
    codes = {row.method.currency for row in details}
    available = {code: webmaster_money(affiliate_id=request.affiliate.pk, currency=code).available for code in codes}
    form = PayoutRequestForm(data, details=details, available=available)
    form.available = available
    return form


def _quote(form):
    """Fee and net of the amount in the form; None where there is nowhere to pay to."""
    if form.chosen is None:
        return None
    method = form.chosen.method
    quote = {"method": method, "available": form.available[method.currency]}
    quote["fee_hint"] = fee_words(method) if method.fee_percent else ""
    amount = typed_units(form["amount"].value(), method.currency)
    if amount and amount > 0:
        fee = method.fee_of(amount)
        quote |= {"amount": amount, "fee": fee, "net": max(amount - fee, 0), "is_enough": amount >= method.minimum}
    return quote


@affiliate_view
def payout(request, pk):
    """One payout: where it is, what it cost, what it moved."""
    found = _own(request, pk)
    context = {
        "payout": found,
        "entries": entries_of_subject(found.subject).filter(account__kind__in=WEBMASTER_KINDS),
        "timeline": [{**item, "actor": ""} for item in audit.timeline_items(found)],  # the staff's names stay inside
    }
    return render(request, "payouts/webmaster/payout.html", context)


@affiliate_view
@require_POST
def payout_cancel(request, pk):
    _own(request, pk)
    try:
        cancel_payout(affiliate=request.affiliate, payout_id=pk, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Cancelled: the money is available again."))
    return redirect("webmaster:payout", pk)


def _own(request, pk) -> Payout:
    return get_object_or_404(payouts_of(affiliate_id=request.affiliate.pk), pk=pk)


@affiliate_view
def payout_details(request):
    """The methods, his details with each, and the form that adds or changes them."""
    pairs = methods_for(affiliate_id=request.affiliate.pk)
    methods = [method for method, _details in pairs]
    form = PayoutDetailsForm(request.POST or None, methods=methods, initial={"method": request.GET.get("method")})
    if request.method == "POST" and form.is_valid():
        try:
            details = add_details(
                affiliate=request.affiliate,
                method_id=form.cleaned_data["method"],
                account=form.cleaned_data["account"],
                holder=form.cleaned_data["holder"],
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved: %s.") % details)
            return redirect("webmaster:payout_details")
    rows = [{"method": method, "details": details, "fee": fee_words(method)} for method, details in pairs]
    return form_page(request, "payouts/webmaster/details.html", form, {"rows": rows})


@affiliate_view
@require_POST
def payout_details_remove(request, pk):
    try:
        details = remove_details(affiliate=request.affiliate, details_id=pk, actor=request.user, now=timezone.now())
    except PayoutDetails.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Removed: %s.") % details)
    return redirect("webmaster:payout_details")
