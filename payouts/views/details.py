"""Where a webmaster's money goes: shown always, changed only after his password."""

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts.gates import affiliate_view
from cpanet.core.errors import DomainError
from cpanet.core.views import add_error, form_page
from payouts.forms import PayoutDetailsForm
from payouts.models import PayoutDetails
from payouts.selectors.agreed import next_payout_date, terms_by_method
from payouts.selectors.payouts import methods_for
from payouts.services.details import add_details, remove_details
from payouts.tables import fee_words


@affiliate_view
def payout_details(request):
    """The methods, his details with each, and – once he has shown again that it is he – the form that changes them."""
    pairs = methods_for(affiliate_id=request.affiliate.pk)
    methods = [method for method, _details in pairs]
    form = PayoutDetailsForm(request.POST or None, methods=methods, chosen=_chosen_method(request, pairs))
    is_sure = did_recently_reauthenticate(request)
    if request.method == "POST" and not is_sure:
        return _ask_who_it_is(request)
    if request.method == "POST" and form.is_valid():
        try:
            details = add_details(
                affiliate=request.affiliate,
                method_id=form.cleaned_data["method"],
                account=form.cleaned_data["account"],
                holder=form.cleaned_data["holder"],
                more=form.more,
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved: %s.") % details)
            return redirect("webmaster:payout_details")
    context = {"rows": _method_rows(request.affiliate.pk, pairs), "is_sure": is_sure, "chosen": form.chosen}
    return form_page(request, "payouts/webmaster/details.html", form, context)


def _ask_who_it_is(request):
    """To the password and back; what was typed is not kept, it would lie in the session in the clear."""
    messages.warning(request, _("Confirm that it is you, then do it again."))
    return redirect_to_login(reverse("webmaster:payout_details"), reverse("account_reauthenticate"))


def _chosen_method(request, pairs):
    """The method asked for, else the first without details, else the first."""
    picked = (request.POST if request.method == "POST" else request.GET).get("method", "")
    found = [method for method, _details in pairs if str(method.pk) == picked]
    empty = [method for method, details in pairs if details is None]
    return next(iter([*found, *empty, *(method for method, _details in pairs)]), None)


def _method_rows(affiliate_id, pairs):
    now = timezone.now()
    terms = terms_by_method([method for method, _details in pairs], affiliate_id=affiliate_id)
    return [
        {
            "method": method,
            "details": details,
            "terms": terms[method.pk],
            "fee": fee_words(terms[method.pk], method.currency),
            "is_cooling": details is not None and details.is_cooling(now),
            "next_date": next_payout_date(terms[method.pk], now=now),
        }
        for method, details in pairs
    ]


@affiliate_view
@require_POST
def payout_details_remove(request, pk):
    get_object_or_404(PayoutDetails.objects.all(), pk=pk, affiliate=request.affiliate)
    if not did_recently_reauthenticate(request):
        return _ask_who_it_is(request)
    details = remove_details(affiliate=request.affiliate, details_id=pk, actor=request.user, now=timezone.now())
    messages.success(request, _("Removed: %s.") % details)
    return redirect("webmaster:payout_details")
