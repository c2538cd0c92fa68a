"""The promo codes of an offer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cpanet.core.tables import page_size
from offers.coupon_codes import key_of
from offers.filters import CouponFilter
from offers.forms.coupons import CouponsForm, GiveForm
from offers.selectors.coupons import coupons_of_offer
from offers.services.coupons import add_coupons, update_coupon
from offers.views.desk import at_both_desks, attempt, section


@at_both_desks()
def offer_coupons(request, pk):
    """All promo codes, and the form that adds some."""
    offer = request.desk.offer(pk)
    form = CouponsForm(request.POST or None, offer=offer, for_staff=request.desk.is_staff)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        fields = {"valid_from": "first_day", "valid_until": "last_day"}
        made = attempt(form, lambda: add_coupons(offer=offer, **form.values, **who), fields)
        if made:
            said = ngettext("%d promo code is there.", "%d promo codes are there.", len(made)) % len(made)
            messages.success(request, said)
            return request.desk.to("offer_coupons", pk)
    return _page(request, offer, form=form)


@at_both_desks()
@require_POST
def coupon_give(request, pk):
    """Give a promo code to a webmaster, or to nobody."""
    offer = request.desk.offer(pk)
    give = GiveForm(request.POST, offer=offer, for_staff=request.desk.is_staff)
    if give.is_valid() and (coupon := _named(offer, give)):
        who = {"actor": request.user, "now": timezone.now()}
        if attempt(give, lambda: update_coupon(coupon=coupon, affiliate=give.cleaned_data["affiliate"], **who)):
            messages.success(request, _("Saved."))
            return request.desk.to("offer_coupons", pk)
    return _page(request, offer, give=give)


@at_both_desks()
@require_POST
def coupon_active(request, pk, coupon_pk):
    """Switch a promo code on (`on`) or off."""
    offer = request.desk.offer(pk)
    coupon = get_object_or_404(coupons_of_offer(offer), pk=coupon_pk)
    update_coupon(coupon=coupon, is_active="on" in request.POST, actor=request.user, now=timezone.now())
    messages.success(request, _("Saved."))
    return request.desk.to("offer_coupons", pk)


def _named(offer, give):
    coupon = coupons_of_offer(offer).filter(code_key=key_of(give.cleaned_data["code"])).first()
    if coupon is None:
        give.add_error("code", _("The offer has no such promo code."))
    return coupon


def _page(request, offer, form=None, give=None):
    is_staff = request.desk.is_staff
    found = CouponFilter(request.GET, coupons_of_offer(offer))
    page = Paginator(found.qs, page_size(request)).get_page(request.GET.get("page"))
    context = section(request, offer, "offer_coupons", page=page, filter=found)
    context["give"] = give or GiveForm(offer=offer, for_staff=is_staff)
    context["form"] = form or CouponsForm(offer=offer, for_staff=is_staff)
    status = 422 if any(context[name].is_bound and context[name].errors for name in ("form", "give")) else 200
    return render(request, "offers/editor/coupons.html", context, status=status)
