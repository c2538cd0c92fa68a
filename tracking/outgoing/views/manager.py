"""All postbacks of the network, for its staff: what does not arrive, and who is paused."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import can, manager_view
from cpanet.core.tables import configured
from offers.models import Offer
from tracking.outgoing import selectors
from tracking.outgoing.filters import DeliveryFilter
from tracking.outgoing.services.receivers import switch_on
from tracking.outgoing.tables import ManagerDeliveryTable
from tracking.outgoing.views.log import again
from tracking.outgoing.views.parts import delivery_context

EDIT = "people.edit"
PAUSED_SHOWN = 50


@require_GET
@manager_view("leads.view")
def postbacks(request):
    """The log of all webmasters, and above it the receivers that are paused."""
    filters = DeliveryFilter(
        request.GET, receivers=[], offers=Offer.objects.order_by("name"), hidden=("receiver",)
    )  # fmt: skip
    table = configured(ManagerDeliveryTable(filters.narrow(selectors.all_deliveries())), request)
    context = {
        "title": _("Postbacks"), "subtitle": _("What webmasters' systems were told, and what they answered."),
        "table": table, "filter": filters, "may_resume": can(request, EDIT),
        "paused_rows": list(selectors.paused_receivers().order_by("-paused_at")[:PAUSED_SHOWN]),
    }  # fmt: skip
    return render(request, "tracking/outgoing/log.html", context)


@require_GET
@manager_view("leads.view")
def postback_delivery(request, delivery_id):
    delivery = get_object_or_404(selectors.all_deliveries(), pk=delivery_id)
    resend_url = reverse("manager:postback_resend", args=[delivery.pk]) if can(request, EDIT) else ""
    context = delivery_context(delivery) | {
        "title": f"{delivery.get_event_display()} · {delivery.affiliate.name}", "here": request.path,
        "back_url": reverse("manager:postbacks"), "lead_page": "manager:lead", "resend_url": resend_url,
    }  # fmt: skip
    template = "delivery_part.html" if request.htmx else "delivery.html"
    return render(request, f"tracking/outgoing/{template}", context)


@require_POST
@manager_view(EDIT)
def postback_resend(request, delivery_id):
    delivery = get_object_or_404(selectors.all_deliveries(), pk=delivery_id)
    again(request, delivery)
    return redirect("manager:postback_delivery", delivery.pk)


@require_POST
@manager_view(EDIT)
def postback_resume(request, receiver_id):
    receiver = get_object_or_404(selectors.all_receivers(), pk=receiver_id)
    switch_on(receiver=receiver, actor=request.user, now=timezone.now())
    messages.success(request, _("“%s” is on again; what has waited is sent now.") % receiver.name)
    return redirect("manager:postbacks")
