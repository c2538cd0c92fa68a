"""The staff's pages about an advertiser's terms and refunds, and the network's own details."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from cpanet.accounts.gates import manager_view
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.core.views import add_error, form_page
from cpanet.ledger.kinds import ADVERTISER_KINDS
from cpanet.ledger.selectors import advertiser_balance, currencies_of_owner
from payouts.models import AdvertiserTerms, NetworkDetails
from payouts.receivables.forms import DetailsForm, RefundForm, TermsForm, WriteOffForm
from payouts.selectors.advertisers import currencies_in_use
from payouts.selectors.standing import standing_of
from payouts.services import adjustments, deposits, terms


@manager_view("money.adjust")
def advertiser_terms(request, pk):
    """Limits, invoices, and who he is on paper."""
    advertiser = _advertiser(pk)
    now = AdvertiserTerms.objects.filter(advertiser=advertiser).first()
    options = {"currencies": currencies_in_use(request.network.currency)}
    if request.method != "POST":
        return _terms_page(request, advertiser, now, TermsForm.shown(now, **options))
    form = TermsForm(request.POST, **options)
    if form.is_valid():
        try:
            terms.save_terms(advertiser=advertiser, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("manager:advertiser_terms", pk)
    return _terms_page(request, advertiser, now, form)


def _terms_page(request, advertiser, now, form):
    context = {"advertiser": advertiser, "terms": now}
    if now:
        today = timezone.now().date()
        context["standing"] = standing_of(advertiser_id=advertiser.pk, currency=now.currency, on=today)
    return form_page(request, "payouts/manager/terms.html", form, context)


def _advertiser(pk) -> Advertiser:
    return get_object_or_404(Advertiser.objects.all(), pk=pk)


@manager_view("money.adjust")
def advertiser_refund(request, pk):
    """Give back what he has not used."""
    advertiser, currencies = _advertiser(pk), _currencies(request, pk)
    form = RefundForm(request.POST or None, currencies=currencies)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            deposits.refund_deposit(
                advertiser=advertiser, amount=data["amount"], currency=data["currency"], reason=data["reason"],
                idempotency_key=data["key"], actor=request.user, now=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Written down."))
            return redirect("manager:advertiser_deposit", pk)
    return _money_page(request, advertiser, currencies, form, "payouts/manager/refund.html")


@manager_view("money.adjust")
def advertiser_write_off(request, pk):
    """Propose to give up what he owes."""
    advertiser, currencies = _advertiser(pk), _currencies(request, pk)
    form = WriteOffForm(request.POST or None, currencies=currencies)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = adjustments.propose_write_off(
                advertiser=advertiser, amount=data["amount"], currency=data["currency"], reason=data["reason"],
                idempotency_key=data["key"], actor=request.user, now=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            add_error(form, error)
        else:
            return redirect("manager:adjustment", made.pk)
    return _money_page(request, advertiser, currencies, form, "payouts/manager/write_off.html")


def _currencies(request, pk):
    return currencies_of_owner(kinds=ADVERTISER_KINDS, owner_id=pk, default=request.network.currency)


def _money_page(request, advertiser, currencies, form, template):
    balances = [(code, *advertiser_balance(advertiser_id=advertiser.pk, currency=code)) for code in currencies]
    return form_page(request, template, form, {"advertiser": advertiser, "balances": balances})


@manager_view("network.edit")
def network_details(request):
    """Who the network is on its invoices."""
    row = NetworkDetails.objects.first() or NetworkDetails()
    form = DetailsForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        terms.save_details(actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("manager:network_details")
    return form_page(request, "payouts/manager/details.html", form)
