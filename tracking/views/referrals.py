"""Referrals: the webmaster's link and what it brought him; the network's terms and who refers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import affiliate_view, can, manager_view
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from cpanet.core.views import add_error, form_page
from tracking.models import HoldTerm, ReferralTerms
from tracking.selectors.referrals import (
    referral_currencies,
    referral_sums,
    referred_by,
    referrers,
    same_address,
)
from tracking.selectors.terms import terms_of
from tracking.services.terms import (
    remove_hold_term,
    remove_referral_terms,
    save_hold_term,
    save_referral_terms,
)
from tracking.tables.referrals import ReferredTable, ReferrerTable
from tracking.terms.forms import HoldTermForm, ReferralFilter, ReferralTermsForm
from tracking.terms.wording import terms_in_words


@require_GET
@affiliate_view
def own(request):
    """His link, the terms, and what those he referred brought him."""
    currency, tabs = _currency(request, referrer=request.affiliate)
    found = ReferralFilter(request.GET)
    table = ReferredTable(found.narrow(referred_by(request.affiliate, currency)), currency=currency)
    context = {
        "address": request.build_absolute_uri(reverse("join", args=[request.affiliate.public_id])),
        "terms": terms_in_words(terms_of(request.affiliate.pk)), "currency": currency, "tabs": tabs, "filter": found,
        "sums": referral_sums(affiliate_id=request.affiliate.pk, currency=currency),
        "table": configured(table, request),
    }  # fmt: skip
    return render(request, "tracking/webmaster/referrals.html", context)


def _currency(request, **referrer):
    """(the currency shown, tabs of all of them)."""
    currencies = referral_currencies(request.network.currency, **referrer)
    asked = request.GET.get("currency", "")
    shown = asked if asked in currencies else currencies[0]
    tabs = [{"label": code, "url": f"?currency={code}", "active": code == shown} for code in currencies]
    return shown, tabs if len(tabs) > 1 else []


@manager_view("people.view")
def network(request):
    """Who refers, and what everybody gets for it; the terms are the owner's to change."""
    terms = ReferralTerms.objects.filter(affiliate__isnull=True).first()
    form = ReferralTermsForm(request.POST) if request.method == "POST" else ReferralTermsForm.of(terms)
    may_edit = can(request, "network.edit")
    if request.method == "POST" and may_edit and form.is_valid() and _saved(request, form, None):
        return redirect("manager:referrals")
    currency, tabs = _currency(request)
    context = {
        "terms": terms_in_words(terms), "may_edit": may_edit, "tabs": tabs,
        "table": configured(ReferrerTable(referrers(currency), currency=currency), request),
    }  # fmt: skip
    return form_page(request, "tracking/manager/referrals.html", form, context)


def _saved(request, form, affiliate) -> bool:
    try:
        save_referral_terms(affiliate=affiliate, actor=request.user, now=timezone.now(), **form.values)
    except DomainError as error:
        add_error(form, error)
        return False
    messages.success(request, _("Saved: it counts for leads from now on."))
    return True


@require_GET
@manager_view("people.view")
def terms(request, pk):
    return _terms_page(request, _webmaster(pk))


@require_POST
@manager_view("network.edit")
def referral_terms(request, pk):
    """What this referrer gets; `remove`: what all get."""
    affiliate = _webmaster(pk)
    if "remove" in request.POST:
        remove_referral_terms(affiliate=affiliate, actor=request.user, now=timezone.now())
        return redirect("manager:webmaster_terms", pk)
    form = ReferralTermsForm(request.POST)
    if form.is_valid() and _saved(request, form, affiliate):
        return redirect("manager:webmaster_terms", pk)
    return _terms_page(request, affiliate, referral=form)


@require_POST
@manager_view("offers.edit")
def hold_term(request, pk):
    """Another hold for this webmaster."""
    affiliate, form = _webmaster(pk), HoldTermForm(request.POST)
    if form.is_valid():
        try:
            save_hold_term(affiliate=affiliate, actor=request.user, now=timezone.now(), **form.values)
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved: it counts for leads from now on."))
            return redirect("manager:webmaster_terms", pk)
    return _terms_page(request, affiliate, hold=form)


@require_POST
@manager_view("offers.edit")
def hold_term_remove(request, pk, term_id):
    rows = HoldTerm.objects.filter(affiliate=_webmaster(pk)).select_related("affiliate", "offer", "goal")
    remove_hold_term(term=get_object_or_404(rows, pk=term_id), actor=request.user, now=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("manager:webmaster_terms", pk)


def _webmaster(pk) -> Affiliate:
    return get_object_or_404(Affiliate.objects.select_related("referrer"), pk=pk)


def _terms_page(request, affiliate, *, referral=None, hold=None):
    agreed = ReferralTerms.objects.filter(affiliate=affiliate).first()
    context = {
        "affiliate": affiliate, "agreed": agreed, "words": terms_in_words(terms_of(affiliate.pk)),
        "referral": referral or ReferralTermsForm.of(agreed or terms_of(None)), "hold": hold or HoldTermForm(),
        "holds": HoldTerm.objects.filter(affiliate=affiliate).select_related("offer", "goal"),
        "referred": affiliate.referred(manager="objects").count(), "may_edit": can(request, "network.edit"),
        "may_hold": can(request, "offers.edit"), "same_address": same_address(affiliate),
    }  # fmt: skip
    status = 422 if referral or hold else 200
    return render(request, "tracking/manager/terms.html", context, status=status)
