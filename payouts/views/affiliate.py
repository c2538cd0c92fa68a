"""A webmaster's money: what he has, where it goes, how he asks for it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.accounts.gates import affiliate_view
from cpanet.core.errors import DomainError
from cpanet.core.money import format_money
from cpanet.core.tables import configured
from cpanet.core.views import add_error, form_page
from cpanet.ledger.filters import StatementFilter
from cpanet.ledger.kinds import WEBMASTER_KINDS
from cpanet.ledger.selectors import entries_of_subject, entries_of_webmaster
from cpanet.ledger.tables import WebmasterStatement
from payouts.currencies.selectors import equivalents
from payouts.filters import OwnPayoutFilter
from payouts.forms import PayoutRequestForm, typed_units
from payouts.models import Payout, Wallet
from payouts.receipts import Receipt, as_pdf
from payouts.selectors.agreed import next_payout_date, terms_by_method
from payouts.selectors.holds import hold_forecast, hold_schedule
from payouts.selectors.money import currencies_of, webmaster_money
from payouts.selectors.payouts import active_details, payouts_of
from payouts.services.requests import cancel_payout, request_payout
from payouts.tables import OwnPayoutTable, fee_words

HOLD_LINES = 12  # of the days to come, before the rest is asked for


@affiliate_view
def balance(request):
    """The journey of his money in one currency, what leaves its hold when, and every entry."""
    owner = request.affiliate.pk
    currencies = currencies_of(affiliate_id=owner, default=request.network.currency)
    currency = request.GET.get("currency", "")
    currency = currency if currency in currencies else currencies[0]
    found = StatementFilter(request.GET, entries_of_webmaster(affiliate_id=owner, currency=currency))
    money = webmaster_money(affiliate_id=owner, currency=currency)
    schedule = hold_schedule(affiliate_id=owner, currency=currency)
    context = {
        "money": money,
        "steps": _journey(money),
        "currency": currency,
        "worth": _worth(request, money),
        "tabs": _currency_tabs(currencies, currency),
        "forecast": hold_forecast(affiliate_id=owner, currency=currency, now=timezone.now()),
        "schedule": schedule if request.GET.get("hold") == "all" else schedule[:HOLD_LINES],
        "hidden_lines": 0 if request.GET.get("hold") == "all" else max(0, len(schedule) - HOLD_LINES),
        "filter": found,
        "table": configured(WebmasterStatement(found.qs), request),
    }
    return render(request, "payouts/webmaster/balance.html", context)


def _worth(request, money):
    """What he has on hold and available, in the currency of his wallet or else of the network, by today's rate; None
    where that is the same currency or there is no rate."""
    wallet = Wallet.objects.filter(affiliate=request.affiliate).first()
    target = wallet.currency if wallet else request.network.currency
    if target == money.currency:
        return None
    amounts = [(money.hold, money.currency), (money.available, money.currency)]
    hold, available = equivalents(amounts, target, on=timezone.now().date())
    return None if available is None else {"currency": target, "hold": hold, "available": available}


def _journey(money):
    def entries(kind):
        return f"{reverse('webmaster:entries')}?account={kind}&currency={money.currency}"

    hold = {"label": _("On hold"), "units": money.hold, "hint": _("approved, waits for its release")}
    available = {"label": _("Available"), "units": money.available, "hint": _("request it when you like")}
    in_payout = {"label": _("In payout"), "units": money.in_payout, "hint": _("on its way to you")}
    paid = {"label": _("Paid"), "units": money.paid, "hint": _("has reached you so far")}
    return [
        {"key": "pending", "label": _("Pending"), "units": money.pending, "hint": _("an estimate, not decided yet")},
        {"key": "hold", "url": entries("hold"), **hold},
        {"key": "available", "url": entries("available"), **available},
        {"key": "in_payout", "url": entries("in_payout"), **in_payout},
        {"key": "paid", "url": reverse("webmaster:payouts"), **paid},
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
    context = {"filter": found, "table": table, "quote": _quote(form), "scheduled": _scheduled(form)}
    return form_page(request, "payouts/webmaster/payouts.html", form, context)


@affiliate_view
def payout_quote(request):
    """What a request would bring, for the form while it is filled in; changes nothing."""
    form = _request_form(request, request.GET)
    return render(request, "payouts/webmaster/quote.html", {"quote": _quote(form)})


def _request_form(request, data):
    """Over the details that may be requested to; those with a schedule are paid without being asked."""
    owner = request.affiliate.pk
    active = list(active_details(affiliate_id=owner))
    terms = terms_by_method([row.method for row in active], affiliate_id=owner)
    details = [row for row in active if terms[row.method_id].is_on_request]
    codes = {row.method.currency for row in details}
    available = {code: webmaster_money(affiliate_id=owner, currency=code).available for code in codes}
    form = PayoutRequestForm(data, details=details, available=available)
    form.available, form.terms = available, terms
    form.scheduled = [row for row in active if not terms[row.method_id].is_on_request]
    return form


def _quote(form):
    """Fee and net of the amount in the form; None where there is nowhere to pay to."""
    if form.chosen is None:
        return None
    method, terms = form.chosen.method, form.terms[form.chosen.method_id]
    quote = {"method": method, "terms": terms, "available": form.available[method.currency]}
    quote["fee_hint"] = fee_words(terms, method.currency) if terms.fee_percent else ""
    quote["waits_until"] = form.chosen.usable_at if form.chosen.is_cooling(timezone.now()) else None
    amount = typed_units(form["amount"].value(), method.currency)
    if amount and amount > 0:
        fee = terms.fee_of(amount)
        quote |= {"amount": amount, "fee": fee, "net": max(amount - fee, 0), "is_enough": amount >= terms.minimum}
        quote["is_too_much"] = terms.maximum is not None and amount > terms.maximum
    return quote


def _scheduled(form):
    """[{details, day, minimum}] of what is paid without being asked, the soonest first."""
    now = timezone.now()
    rows = [
        {
            "details": row,
            "terms": form.terms[row.method_id],
            "day": next_payout_date(form.terms[row.method_id], now=now),
        }
        for row in form.scheduled
    ]
    return sorted(rows, key=lambda row: row["day"])


@affiliate_view
def payout(request, pk):
    """One payout: where it is, what it cost, what it moved."""
    found = _own(request, pk)
    context = {
        "payout": found,
        "waits_until": _waits_until(found),
        "entries": entries_of_subject(found.subject).filter(account__kind__in=WEBMASTER_KINDS),
        "timeline": [{**item, "actor": ""} for item in audit.timeline_items(found)],  # the staff's names stay inside
    }
    return render(request, "payouts/webmaster/payout.html", context)


@affiliate_view
def payout_receipt(request, pk):
    """The receipt of a paid payout as PDF."""
    found = _own(request, pk)
    if found.status != Payout.Status.PAID:
        raise Http404
    currency = found.currency
    receipt = Receipt(
        network=request.network.name,
        support=request.network.support_email,
        webmaster=request.affiliate.name,
        payout=found.public_id,
        method=str(found.method),
        account=found.details.masked,
        requested=_stamp(found.requested_at),
        paid=_stamp(found.paid_at),
        reference=found.external_reference,
        amount=format_money(found.amount, currency),
        fee=format_money(found.fee, currency),
        net=format_money(found.net, currency),
    )
    response = HttpResponse(as_pdf(receipt), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.public_id}.pdf"'
    return response


def _stamp(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M %Z}"


def _waits_until(found):
    waits = found.status == Payout.Status.REQUESTED and found.details.is_cooling(timezone.now())
    return found.details.usable_at if waits else None


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
