"""How much an offer takes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.core.views import form_page
from offers import presenters, services
from offers.forms import CapForm, LimitForm
from offers.models import Cap
from offers.selectors.caps import states_of
from offers.views.desk import at_both_desks, attempt, section


@at_both_desks()
def offer_caps(request, pk):
    """All caps with how full they are, and the form that adds one."""
    offer = request.desk.offer(pk)
    form = CapForm(request.POST or None, offer=offer, for_staff=request.desk.is_staff)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        if attempt(form, lambda: services.add_cap(offer=offer, **form.cleaned_data, **who)):
            messages.success(request, _("The cap counts from now on."))
            return request.desk.to("offer_caps", pk)
    lines = [
        presenters.cap_line(state, offer.currency)
        for state in states_of(offer, timezone.now())
        if request.desk.is_staff or state.cap.affiliate_id is None
    ]
    return form_page(request, "offers/editor/caps.html", form, section(request, offer, "offer_caps", lines=lines))


@at_both_desks()
def offer_cap(request, pk, cap_pk):
    """Another limit for one cap."""
    offer, cap = _found(request, pk, cap_pk)
    form = LimitForm(request.POST or None, offer=offer, cap=cap)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        if attempt(form, lambda: services.change_cap(cap=cap, **form.cleaned_data, **who)):
            messages.success(request, _("Saved."))
            return request.desk.to("offer_caps", pk)
    return form_page(request, "offers/editor/cap.html", form, section(request, offer, "offer_caps", cap=cap))


@at_both_desks()
@require_POST
def cap_remove(request, pk, cap_pk):
    _offer, cap = _found(request, pk, cap_pk)
    services.remove_cap(cap=cap, actor=request.user, now=timezone.now())
    messages.success(request, _("The cap is lifted."))
    return request.desk.to("offer_caps", pk)


def _found(request, pk, cap_pk):
    offer = request.desk.offer(pk)
    caps = Cap.objects.select_related("offer", "goal", "affiliate").filter(offer=offer)
    if not request.desk.is_staff:
        caps = caps.filter(affiliate=None)
    return offer, get_object_or_404(caps, pk=cap_pk)
