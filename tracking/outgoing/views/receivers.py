"""The webmaster's receivers: lists, builder with a live preview, page of one, and what can be done with it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import affiliate_view
from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from cpanet.jobs.models import Job
from tracking.forms import refuse
from tracking.outgoing import selectors
from tracking.outgoing.forms import (
    EventForm,
    PeriodForm,
    PostbackForm,
    PresetForm,
    WebhookForm,
    initial_of,
    initial_of_preset,
)
from tracking.outgoing.macros import MACROS
from tracking.outgoing.presets import PRESETS
from tracking.outgoing.preview import preview_of
from tracking.outgoing.services.receivers import (
    create_receiver,
    drop_old_secret,
    remove_receiver,
    renew_secret,
    switch_off,
    switch_on,
    update_receiver,
)
from tracking.outgoing.services.resending import BACKFILL, send_test, start_backfill
from tracking.outgoing.tables import DeliveryTable, PostbackTable, WebhookTable
from tracking.outgoing.views.parts import tabs_of
from tracking.outgoing.words import SHORT_EVENTS, TONES, Event, ReceiverKind
from tracking.tables.parts import records_on_page

REVEALED = "webhook_secret"
FORMS = {ReceiverKind.POSTBACK: PostbackForm, ReceiverKind.WEBHOOK: WebhookForm}


@require_GET
@affiliate_view
def postbacks(request):
    context = {
        "title": _("Postbacks"), "subtitle": _("Tell your tracker of every lead and of every decision about it."),
        "new_label": _("New postback"), "new_url": reverse("webmaster:postback_new"),
    }  # fmt: skip
    return _list(request, ReceiverKind.POSTBACK, PostbackTable, context)


@require_GET
@affiliate_view
def webhooks(request):
    context = {
        "title": _("Webhooks"), "subtitle": _("Signed JSON for a program of your own."),
        "new_label": _("New webhook"), "new_url": reverse("webmaster:webhook_new"),
    }  # fmt: skip
    return _list(request, ReceiverKind.WEBHOOK, WebhookTable, context)


def _list(request, kind, table_class, context):
    own = selectors.receivers_of(request.affiliate)
    table = configured(table_class(own.filter(kind=kind)), request)
    shown = records_on_page(table)
    counts = selectors.counts_of(shown)
    for receiver in shown:
        receiver.counts = counts.get(receiver.pk, (0, 0))
    context |= {"table": table, **tabs_of(request, f"{kind}s")}
    return render(request, "tracking/outgoing/receivers.html", context)


@affiliate_view
def postback_new(request):
    """First the tracker (?preset=), which fills in the rest."""
    preset = PRESETS.get(request.GET.get("preset", ""), PRESETS["keitaro"])
    context = {"presets": PresetForm({"preset": preset.slug}), "preset": preset, "title": _("New postback")}
    return _edit(request, ReceiverKind.POSTBACK, initial_of_preset(preset), None, context)


@affiliate_view
def webhook_new(request):
    initial = {"events": list(Event.values)}
    return _edit(request, ReceiverKind.WEBHOOK, initial, None, {"title": _("New webhook")})


@affiliate_view
def postback_edit(request, receiver_id):
    receiver = _own(request, receiver_id)
    return _edit(request, receiver.kind, initial_of(receiver), receiver, {"title": _("Edit “%s”") % receiver.name})


def _edit(request, kind, initial, receiver, context):
    form = _form(request, kind, initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, kind, receiver, form.values())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved. Send a test to see whether it arrives."))
            return redirect("webmaster:postback", saved.pk)
    back = reverse("webmaster:postback", args=[receiver.pk]) if receiver else reverse(f"webmaster:{kind}s")
    context |= {
        "form": form, "kind": str(kind), "macros": MACROS, "preview": preview_of(form, kind), "back_url": back,
        "back_label": receiver.name if receiver else _("Back"),
    }  # fmt: skip
    return render(request, "tracking/outgoing/edit.html", context, status=422 if form.errors else 200)


def _form(request, kind, initial):
    offers = selectors.offers_to_tell_of(request.affiliate)
    goals = selectors.goals_to_tell_of(offers)
    return FORMS[kind](request.POST or None, offers=offers, goals=goals, initial=initial)


def _save(request, kind, receiver, values):
    who = {"actor": request.user, "now": timezone.now()}
    if receiver:
        return update_receiver(receiver=receiver, **who, **values)
    made = create_receiver(affiliate=request.affiliate, kind=kind, **who, **values)
    if made.is_webhook:
        request.session[REVEALED] = made.secret
    return made


@require_POST
@affiliate_view
def postback_preview(request, kind):
    """The part of the builder that follows what is typed."""
    if kind not in FORMS:
        raise Http404
    form = _form(request, kind, {})
    return render(request, "tracking/outgoing/preview.html", {"preview": preview_of(form, kind)})


@require_GET
@affiliate_view
def postback(request, receiver_id):
    """One receiver: what it is told, what it said last, and what can be done."""
    return _show(request, _own(request, receiver_id), PeriodForm())


def _show(request, receiver, period_form, status=200):
    told = receiver.deliveries.select_related("receiver", "conversion__offer")
    table = configured(DeliveryTable(told, exclude=("receiver",)), request, 10)
    jobs = Job.objects.filter(kind=BACKFILL, affiliate=request.affiliate, arguments__receiver_id=receiver.pk)
    context = {
        "receiver": receiver, "table": table, "test_form": EventForm(), "period_form": period_form,
        "events": [SHORT_EVENTS[event] for event in receiver.events], "tones": TONES, "job": jobs.first(),
        "secret": request.session.pop(REVEALED, "") if receiver.is_webhook else "",
        "old_secret": len(receiver.live_secrets(timezone.now())) > 1,
        "counts": selectors.counts_of([receiver]).get(receiver.pk, (0, 0)),
        "log_url": f"{reverse('webmaster:postback_log')}?receiver={receiver.pk}",
        "back_label": _("Webhooks") if receiver.is_webhook else _("Postbacks"),
        "on": {"to": "on"}, "off": {"to": "off"}, "fresh": {"to": "fresh"}, "drop": {"drop": "1"},
    }  # fmt: skip
    return render(request, "tracking/outgoing/receiver.html", context, status=status)


@require_POST
@affiliate_view
def postback_test(request, receiver_id):
    """Put a test in line; its page shows the answer as soon as it is there."""
    receiver, event = _own(request, receiver_id), request.POST.get("event", "")
    delivery = send_test(receiver=receiver, event=event, actor=request.user, now=timezone.now())
    return redirect("webmaster:postback_delivery", delivery.pk)


@require_POST
@affiliate_view
def postback_switch(request, receiver_id):
    """On (with what has waited, or fresh without it) or off."""
    receiver, to = _own(request, receiver_id), request.POST.get("to", "on")
    if to == "off":
        switch_off(receiver=receiver, actor=request.user, now=timezone.now())
        messages.success(request, _("It is off: it hears of nothing from now on."))
    else:
        switch_on(receiver=receiver, actor=request.user, now=timezone.now(), send_waiting=to != "fresh")
        messages.success(request, _("It is on again."))
    return redirect("webmaster:postback", receiver.pk)


@require_POST
@affiliate_view
def postback_remove(request, receiver_id):
    receiver = _own(request, receiver_id)
    remove_receiver(receiver=receiver, actor=request.user, now=timezone.now())
    messages.success(request, _("“%s” is removed; its log stays.") % receiver.name)
    return redirect(f"webmaster:{receiver.kind}s")


@require_POST
@affiliate_view
def postback_secret(request, receiver_id):
    """A new secret, shown on the next page, once; or the end of the old one."""
    receiver = _own(request, receiver_id)
    who = {"receiver": receiver, "actor": request.user, "now": timezone.now()}
    try:
        if request.POST.get("drop"):
            drop_old_secret(**who)
            messages.success(request, _("The old secret no longer signs."))
        else:
            request.session[REVEALED] = renew_secret(**who)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("webmaster:postback", receiver.pk)


@require_POST
@affiliate_view
def postback_backfill(request, receiver_id):
    """Tell of the leads of some days, as a job."""
    receiver, form = _own(request, receiver_id), PeriodForm(request.POST)
    if form.is_valid():
        try:
            start_backfill(receiver=receiver, actor=request.user, now=timezone.now(), **form.span())
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The leads of these days are looked through."))
            return redirect("webmaster:postback", receiver.pk)
    return _show(request, receiver, form, status=422)


def _own(request, receiver_id):
    return get_object_or_404(selectors.receivers_of(request.affiliate), pk=receiver_id)
