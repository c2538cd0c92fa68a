"""The webmaster's log: every event, each attempt with its answer, and sending again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import affiliate_view
from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from tracking.outgoing import selectors
from tracking.outgoing.filters import DeliveryFilter
from tracking.outgoing.services.resending import RESENDABLE, resend, resend_many
from tracking.outgoing.tables import DeliveryTable
from tracking.outgoing.views.parts import delivery_context, tabs_of


@require_GET
@affiliate_view
def postback_log(request):
    """The log with its filters; what they leave can be sent again at once."""
    filters = _filters(request)
    found = filters.narrow(selectors.deliveries_of(request.affiliate))
    count = found.filter(state__in=RESENDABLE, is_test=False, details_removed_at=None).count() if filters.asked() else 0
    context = {
        "title": _("Log of postbacks"), "subtitle": _("What your receivers were told, and what they answered."),
        "table": configured(DeliveryTable(found), request), "filter": filters, **tabs_of(request, "postback_log"),
        "resend_url": f"{reverse('webmaster:postback_resend_many')}?{request.GET.urlencode()}" if count else "",
        "resend_label": _("Send these again (%d)") % count,
        "resend_question": _("Send everything that matches the filters once more?"),
    }  # fmt: skip
    return render(request, "tracking/outgoing/log.html", context)


@require_POST
@affiliate_view
def postback_resend_many(request):
    """Put in line again what the filters in the address leave."""
    found = _filters(request).narrow(selectors.deliveries_of(request.affiliate))
    count = resend_many(deliveries=found, affiliate=request.affiliate, actor=request.user, now=timezone.now())
    words = ngettext("%d event is in line again.", "%d events are in line again.", count) % count
    messages.success(request, words)
    return redirect(f"{reverse('webmaster:postback_log')}?{request.GET.urlencode()}")


@require_GET
@affiliate_view
def postback_delivery(request, delivery_id):
    """One event for one receiver, with each attempt."""
    delivery = _own(request, delivery_id)
    context = delivery_context(delivery) | {
        "title": delivery.get_event_display(), "back_url": reverse("webmaster:postback_log"),
        "here": request.path, "lead_page": "webmaster:lead",
        "resend_url": reverse("webmaster:postback_resend", args=[delivery.pk]),
    }  # fmt: skip
    template = "delivery_part.html" if request.htmx else "delivery.html"
    return render(request, f"tracking/outgoing/{template}", context)


@require_POST
@affiliate_view
def postback_resend(request, delivery_id):
    delivery = _own(request, delivery_id)
    again(request, delivery)
    return redirect("webmaster:postback_delivery", delivery.pk)


def again(request, delivery) -> None:
    """Put one delivery in line and say what came of it."""
    try:
        is_changed = resend(delivery=delivery, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is in line again.") if is_changed else _("It is in line already."))


def _filters(request):
    own = selectors.receivers_of(request.affiliate)
    offers = selectors.offers_to_tell_of(request.affiliate)
    return DeliveryFilter(request.GET, receivers=own, offers=offers, hidden=("affiliate",))


def _own(request, delivery_id):
    return get_object_or_404(selectors.deliveries_of(request.affiliate), pk=delivery_id)
