"""The raw inbox: every call of advertisers' systems with its verdict, for the advertiser and for the staff."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import advertiser_view, can, manager_view
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.core.tables import page_size
from cpanet.core.views import next_page
from tracking.filters import CallFilter
from tracking.incoming.pasted import unused
from tracking.incoming.raw_calls import UNREAD
from tracking.selectors.postbacks import UNSETTLED, all_calls, calls_of
from tracking.services.postback_settings import reading_of, settings_of
from tracking.services.postbacks import AGAIN, queue_again, read_again
from tracking.views.desk import desk_of_advertiser

SIZES = (10, 25, 50)


def call_list(request, calls, *, advertisers=()) -> dict:
    """What a list of calls needs: filter, page, rows."""
    filters = CallFilter(request.GET, advertisers=advertisers)
    page = Paginator(filters.narrow(calls), page_size(request, sizes=SIZES)).get_page(request.GET.get("page"))
    return {"filter": filters, "page": page, "calls": page.object_list, "sizes": SIZES}


@require_GET
@advertiser_view
def of_advertiser(request):
    return _list(request, "advertiser", calls_of(request.advertiser))


@require_GET
@manager_view("leads.view")
def of_network(request):
    advertisers = list(Advertiser.objects.order_by("name").values_list("pk", "name"))
    return _list(request, "manager", all_calls(), advertisers=advertisers)


@require_GET
@advertiser_view
def call_of_advertiser(request, call_id):
    return _one(request, "advertiser", get_object_or_404(calls_of(request.advertiser), pk=call_id))


@require_GET
@manager_view("leads.view")
def call_of_network(request, call_id):
    return _one(request, "manager", get_object_or_404(all_calls(), pk=call_id))


@require_POST
@advertiser_view
def again_of_advertiser(request, call_id):
    return _again(request, "advertiser", get_object_or_404(calls_of(request.advertiser), pk=call_id))


@require_POST
@manager_view("leads.decide")
def again_of_network(request, call_id):
    return _again(request, "manager", get_object_or_404(all_calls(), pk=call_id))


@require_POST
@advertiser_view
def all_again_of_advertiser(request):
    """Read again whatever was refused or parked, as the filter in the address narrows it."""
    return _all_again(request, "advertiser", calls_of(request.advertiser))


@require_POST
@manager_view("leads.decide")
def all_again_of_network(request):
    return _all_again(request, "manager", all_calls())


def _list(request, audience, calls, **options):
    may_act = audience == "advertiser" or can(request, "leads.decide")
    context = call_list(request, calls, **options) | {
        "audience": audience, "lead_page": f"{audience}:lead", "call_page": f"{audience}:call", "may_act": may_act,
        "again_url": reverse(f"{audience}:calls_again") + (f"?{request.GET.urlencode()}" if request.GET else ""),
        "is_network": audience == "manager", "here": request.get_full_path(),
        "tabs": desk_of_advertiser(request.advertiser).tabs("calls") if audience == "advertiser" else None,
    }  # fmt: skip
    return render(request, "tracking/calls.html", context)


def _one(request, audience, call):
    reading = reading_of(settings_of(call.advertiser))
    may_act = audience == "advertiser" or can(request, "leads.decide")
    context = {
        "call": call, "audience": audience, "lead_page": f"{audience}:lead",
        "list_url": reverse(f"{audience}:calls"), "again_url": reverse(f"{audience}:call_again", args=[call.pk]),
        "may_read_again": may_act and call.verdict in AGAIN and UNREAD not in call.parameters,
        "unused": {name: is_macro for name, _value, is_macro in unused(call.parameters, reading)},
    }  # fmt: skip
    context["rows"] = [(name, value, name in context["unused"]) for name, value in call.parameters.items()]
    return render(request, "tracking/call.html", context)


def _again(request, audience, call):
    try:
        outcome = read_again(postback_id=call.pk, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        tell = messages.error if outcome.verdict in UNSETTLED else messages.success
        tell(request, outcome.explanation)
    return redirect(f"{audience}:call", call.pk)


def _all_again(request, audience, calls):
    chosen = CallFilter(request.GET).narrow(calls).filter(verdict__in=UNSETTLED)
    number = queue_again(calls=chosen, actor=request.user, now=timezone.now())
    if number:
        sentence = ngettext("%d call is being read again.", "%d calls are being read again.", number) % number
        messages.success(request, sentence)
    else:
        messages.info(request, _("There is no call here that could be read again."))
    return redirect(next_page(request, reverse(f"{audience}:calls")))
