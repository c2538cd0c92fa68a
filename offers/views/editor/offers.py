"""The list of a desk's offers, a new one, its overview, its status, and its general data."""

from django.contrib import messages
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from cpanet.core.views import form_page
from offers import presenters, services
from offers.filters import ManagerOfferFilter, OfferFilter
from offers.forms import AudienceForm, GeneralForm, NewOfferForm, TrafficForm
from offers.models import Offer
from offers.selectors.offers import MISSING, missing_of, rates_of_everybody, with_details
from offers.services.offers import STEPS
from offers.tables import OfferTable
from offers.views.desk import at_both_desks, attempt, section

# Which section of the editor adds what is missing.
MENDED_AT = {"goal": "offer_goals", "landing": "offer_landings", "traffic": "offer_traffic"}
STEP_LOOKS = {
    Offer.Status.ACTIVE: ("player-play", "primary"),
    Offer.Status.PAUSED: ("player-pause", "secondary"),
    Offer.Status.ARCHIVED: ("archive", "ghost"),
    Offer.Status.DRAFT: ("arrow-back-up", "secondary"),
}


@at_both_desks("offers.view")
def offers(request):
    desk = request.desk
    found = (ManagerOfferFilter if desk.is_staff else OfferFilter)(request.GET, desk.offers)
    table = configured(OfferTable(found.qs, desk=desk), request)
    return render(request, "offers/editor/offers.html", {"desk": desk, "filter": found, "table": table})


@at_both_desks()
def offer_new(request):
    """A draft; everything else is added in the editor."""
    desk = request.desk
    form = (NewOfferForm if desk.is_staff else GeneralForm)(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        advertiser = form.cleaned_data["advertiser"] if desk.is_staff else request.advertiser
        who = {"actor": request.user, "now": timezone.now()}
        offer = attempt(form, lambda: services.create_offer(advertiser=advertiser, **form.values, **who))
        if offer:
            messages.success(request, _("The draft is saved. Next: what it pays."))
            return desk.to("offer_goals", offer.pk)
    return form_page(request, "offers/editor/offer_new.html", form, {"desk": desk})


@at_both_desks("offers.view")
def offer(request, pk):
    """What webmasters see, what is missing, what can be done, what has happened."""
    now = timezone.now()
    offer = request.desk.offer(pk)
    detailed = with_details(Offer.objects.filter(pk=pk), rates_of_everybody(now)).get()
    context = section(
        request,
        offer,
        "offer",
        metrics=presenters.metrics_of(offer),
        sheet=presenters.sheet_of(detailed),
        geo=presenters.geo_names(offer.countries),
        checklist=_checklist(request.desk, offer, now),
        steps=_steps(offer) if request.desk.can_edit else [],
        timeline=audit.timeline_items(offer),
    )
    return render(request, "offers/editor/offer.html", context)


@at_both_desks()
@require_POST
def offer_status(request, pk):
    offer = request.desk.offer(pk)
    try:
        offer = services.set_status(
            offer=offer, status=request.POST.get("status", ""), actor=request.user, now=timezone.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The offer is “%s” now.") % offer.get_status_display())
    return request.desk.to("offer", pk)


@at_both_desks()
def offer_general(request, pk):
    offer = request.desk.offer(pk)
    form = GeneralForm(request.POST or None, request.FILES or None, instance=offer)
    if request.method == "POST" and form.is_valid() and _update(request, offer, form, form.values):
        return request.desk.to("offer_general", pk)
    return form_page(
        request, "offers/editor/general.html", form, section(request, request.desk.offer(pk), "offer_general")
    )


@at_both_desks()
def offer_audience(request, pk):
    """For whom and when the offer runs, and the sites that links may lead to."""
    offer = request.desk.offer(pk)
    form = AudienceForm(request.POST or None, initial=AudienceForm.initial_of(offer))
    if request.method == "POST" and form.is_valid() and _update(request, offer, form, form.values):
        return request.desk.to("offer_audience", pk)
    return form_page(request, "offers/editor/audience.html", form, section(request, offer, "offer_audience"))


@at_both_desks()
def offer_traffic(request, pk):
    """The table of traffic: every kind with its policy and a note."""
    offer = request.desk.offer(pk)
    form = TrafficForm(request.POST or None, offer=offer)
    who = {"actor": request.user, "now": timezone.now()}
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: services.set_traffic_rules(offer=offer, rules=form.rules, **who))
        if saved is not None:
            messages.success(request, _("The traffic rules are saved."))
            return request.desk.to("offer_traffic", pk)
    return form_page(request, "offers/editor/traffic.html", form, section(request, offer, "offer_traffic"))


def _update(request, offer: Offer, form, values: dict) -> bool:
    who = {"actor": request.user, "now": timezone.now()}
    if attempt(form, lambda: services.update_offer(offer=offer, **values, **who)) is None:
        return False
    messages.success(request, _("Saved."))
    return True


def _checklist(desk, offer: Offer, now) -> list[dict]:
    missing = missing_of(offer, now)
    return [
        {"label": label, "is_done": part not in missing, "url": desk.url(MENDED_AT[part], offer.pk)}
        for part, label in MISSING.items()
    ]


def _steps(offer: Offer) -> list[dict]:
    """The buttons that lead to other statuses."""
    labels = {
        Offer.Status.ACTIVE: _("Start"),
        Offer.Status.PAUSED: _("Pause"),
        Offer.Status.ARCHIVED: _("Archive"),
        Offer.Status.DRAFT: _("Bring back as a draft"),
    }
    questions = {
        Offer.Status.PAUSED: _("Pause the offer? Its links lead to the fallback within seconds."),
        Offer.Status.ARCHIVED: _("Archive the offer? Its links stop working; leads and statistics stay."),
    }
    return [
        {
            "fields": {"status": str(status)},
            "label": labels[status],
            "icon": STEP_LOOKS[status][0],
            "variant": STEP_LOOKS[status][1],
            "confirm": questions.get(status, ""),
        }
        for status in Offer.Status
        if status in STEPS[offer.status]
    ]
