"""Names and words of an advertiser's system: choose a preset, change them, try a call."""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.core.errors import DomainError
from cpanet.core.views import add_error
from tracking.choices import Verdict
from tracking.forms import MappingForm, PresetForm, TryForm
from tracking.incoming.call_parameters import Unreadable
from tracking.incoming.pasted import parameters_of_text, understood, unused
from tracking.incoming.postback_help import PLACEHOLDER
from tracking.incoming.presets import presets
from tracking.services.postback_settings import apply_preset, reading_of, save_settings, settings_of
from tracking.services.postbacks import try_call
from tracking.views.desk import at_both_desks


@at_both_desks()
@require_GET
def mapping(request):
    return _show(request)


@at_both_desks()
@require_POST
def choose_preset(request):
    """Names and words of a network, in place of the present ones."""
    form = PresetForm(request.POST)
    if not form.is_valid():
        return _show(request, preset=form)
    apply_preset(
        advertiser=request.desk.advertiser, slug=form.cleaned_data["preset"], actor=request.user, now=timezone.now()
    )
    messages.success(request, _("Calls are read so from now on. Refused ones can be read again in the list of calls."))
    return request.desk.to("mapping")


@at_both_desks()
@require_POST
def save(request):
    """The names and words as they were typed."""
    form = MappingForm(request.POST, settings=settings_of(request.desk.advertiser))
    if form.is_valid():
        try:
            save_settings(advertiser=request.desk.advertiser, actor=request.user, now=timezone.now(), **form.mapping)
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved. Refused calls can be read again in the list of calls."))
            return request.desk.to("mapping")
    return _show(request, mapping=form)


@at_both_desks()
@require_POST
def try_out(request):
    """What would be made of a pasted call; nothing is written."""
    form = TryForm(request.POST)
    result = _tried(request, form) if form.is_valid() else None
    return _show(request, tried=form, result=result)


def _tried(request, form) -> dict | None:
    settings = settings_of(request.desk.advertiser)
    try:
        parameters = parameters_of_text(form.cleaned_data["pasted"])
        outcome = try_call(
            advertiser=request.desk.advertiser, parameters=parameters, settings=settings, now=timezone.now()
        )
    except (Unreadable, ValueError):
        form.add_error("pasted", _("There are no parameters in it: paste an address, a query or a JSON object."))
        return None
    shown = {"verdict": outcome.verdict, "get_verdict_display": Verdict(outcome.verdict).label}
    result = {"outcome": outcome, "call": shown, "unused": unused(parameters, reading_of(settings)), "rows": []}
    with suppress(DomainError):  # the sentence of the outcome says it
        result["rows"] = understood(parameters, reading_of(settings))
    return result


def _show(request, *, preset=None, mapping=None, tried=None, result=None):
    settings = settings_of(request.desk.advertiser)
    forms = [
        preset or PresetForm(initial={"preset": settings.preset}), mapping or MappingForm(settings=settings),
        tried or TryForm(),
    ]  # fmt: skip
    status = 422 if any(form.is_bound and form.errors for form in forms) else 200
    chosen = presets().get(settings.preset)
    address = request.build_absolute_uri(reverse("postback", args=[request.desk.advertiser.public_id]) + "/")
    context = {
        "desk": request.desk, "tabs": request.desk.tabs("mapping"), "settings": settings, "preset_form": forms[0],
        "mapping_form": forms[1], "try_form": forms[2], "result": result, "chosen": chosen,
        "preset_address": chosen.address(address, PLACEHOLDER) if chosen else "",
    }  # fmt: skip
    return render(request, "tracking/integration/mapping.html", context, status=status)
