"""What the staff agrees with single webmasters about payouts, and the rules of the network."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from cpanet.accounts.gates import can, manager_view
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError, NotAllowed
from cpanet.core.views import add_error, form_page
from payouts.forms import PayoutRulesForm, PayoutTermsForm
from payouts.models import PayoutMethod, PayoutTerms
from payouts.selectors.agreed import merged, next_payout_date, rules_of_network
from payouts.selectors.payouts import active_details
from payouts.services.agreed import save_rules, save_terms
from payouts.tables import fee_words

RULES = ("cooling_days", "debtor_name", "debtor_iban", "debtor_bic", "debtor_country", "debtor_address")


@manager_view("payouts.view")
def webmaster_payout_terms(request, pk):
    """The terms of a webmaster with every method, and the form that agrees others; needs `people.edit` to save."""
    affiliate = get_object_or_404(Affiliate.objects.all(), pk=pk)
    methods = list(PayoutMethod.objects.filter(is_active=True))
    agreed = {row.method_id: row for row in PayoutTerms.objects.filter(affiliate=affiliate).select_related("method")}
    chosen = next((each for each in methods if str(each.pk) == request.GET.get("method", "")), None)
    form = _terms_form(request, methods, chosen, agreed)
    may_edit = can(request, "people.edit")
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, affiliate, form, may_edit)
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("manager:webmaster_payout_terms", pk)
    rows = _rows(affiliate, methods, agreed)
    context = {"affiliate": affiliate, "rows": rows, "chosen": chosen, "may_edit": may_edit}
    return form_page(request, "payouts/manager/webmaster_terms.html", form, context)


def _terms_form(request, methods, chosen, agreed):
    if request.method == "POST":
        return PayoutTermsForm(request.POST, methods=methods)
    if chosen and chosen.pk in agreed:
        return PayoutTermsForm.of(agreed[chosen.pk], methods=methods)
    return PayoutTermsForm(methods=methods, initial={"method": chosen and chosen.pk})


def _save(request, affiliate, form, may_edit):
    if not may_edit:
        raise NotAllowed(_("You do not have the right to do this."))
    data = dict(form.cleaned_data)
    save_terms(affiliate=affiliate, method_id=data.pop("method"), actor=request.user, now=timezone.now(), **data)


def _rows(affiliate, methods, agreed):
    now = timezone.now()
    details = {row.method_id: row for row in active_details(affiliate_id=affiliate.pk)}
    rows = []
    for method in methods:
        terms = merged(method, agreed.get(method.pk))
        rows.append(
            {
                "method": method,
                "details": details.get(method.pk),
                "terms": terms,
                "is_agreed": method.pk in agreed,
                "fee": fee_words(terms, method.currency),
                "next_date": next_payout_date(terms, now=now),
            }
        )
    return rows


@manager_view("network.edit")
def payout_rules(request):
    rules = rules_of_network()
    form = PayoutRulesForm(request.POST or None, initial={name: getattr(rules, name) for name in RULES})
    if request.method == "POST" and form.is_valid():
        try:
            save_rules(**form.cleaned_data, actor=request.user, now=timezone.now())
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("manager:payout_rules")
    return form_page(request, "payouts/manager/rules.html", form, {})
