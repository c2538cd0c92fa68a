"""Landings and creatives of an offer."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.core.views import form_page
from offers import services
from offers.forms import CreativeForm, LandingForm
from offers.models import Landing
from offers.views.desk import at_both_desks, attempt, section


@at_both_desks()
def offer_landings(request, pk):
    """All landings, and the form that adds one."""
    offer = request.desk.offer(pk)
    form = LandingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        if attempt(form, lambda: services.add_landing(offer=offer, **form.cleaned_data, **who)):
            messages.success(request, _("The landing is there."))
            return request.desk.to("offer_landings", pk)
    landings = offer.landings.all()
    total = sum(landing.weight for landing in landings if landing.is_active)
    context = section(request, offer, "offer_landings", landings=landings, total_weight=total)
    return form_page(request, "offers/editor/landings.html", form, context)


@at_both_desks()
def offer_landing(request, pk, landing_pk):
    offer = request.desk.offer(pk)
    landing = get_object_or_404(offer.landings.all(), pk=landing_pk)
    form = LandingForm(request.POST or None, instance=landing)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        unchanged = Landing.objects.select_related("offer").get(pk=landing.pk)
        if attempt(form, lambda: services.update_landing(landing=unchanged, **form.cleaned_data, **who)):
            messages.success(request, _("Saved."))
            return request.desk.to("offer_landings", pk)
    context = section(request, offer, "offer_landings", landing=landing)
    return form_page(request, "offers/editor/landing.html", form, context)


@at_both_desks()
def offer_creatives(request, pk):
    """All creatives, and the form that adds one."""
    offer = request.desk.offer(pk)
    form = CreativeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        if attempt(form, lambda: services.add_creative(offer=offer, **form.cleaned_data, **who)):
            messages.success(request, _("The creative is there; webmasters see it on the offer's page."))
            return request.desk.to("offer_creatives", pk)
    context = section(request, offer, "offer_creatives", creatives=offer.creatives.all(), on_field={"on": "1"})
    return form_page(request, "offers/editor/creatives.html", form, context)


@at_both_desks()
@require_POST
def creative_active(request, pk, creative_pk):
    """Show or hide a creative; a hidden banner is no longer served to the sites that have it."""
    offer = request.desk.offer(pk)
    creative = get_object_or_404(offer.creatives.select_related("offer"), pk=creative_pk)
    is_active = "on" in request.POST
    services.update_creative(creative=creative, is_active=is_active, actor=request.user, now=timezone.now())
    messages.success(request, _("Webmasters see it again.") if is_active else _("Webmasters no longer see it."))
    return request.desk.to("offer_creatives", pk)
