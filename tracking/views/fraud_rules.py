"""The rules against fraud as this network runs them, and its block-lists."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.audit import timeline_items
from cpanet.accounts.gates import can, manager_view
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_number
from cpanet.core.tables import configured
from offers.models import Offer
from tracking.antifraud.catalogue import RULES, FlagAction, RuleCode, in_words
from tracking.antifraud.forms import EntryFilter, EntryForm, RuleForm
from tracking.antifraud.tables import EntryTable
from tracking.forms import refuse
from tracking.models import BlockEntry
from tracking.selectors.fraud import Rules
from tracking.selectors.fraud_preview import Lately
from tracking.services.fraud_rules import add_entry, change_entry, forget_rule, remove_entry, save_rule
from tracking.views.fraud import tabs

NOT_BY_OFFER = (RuleCode.SPIKE,)


@require_GET
@manager_view("leads.view")
def rules(request):
    """Every rule in a sentence, what follows, and what it would have caught in 30 days."""
    known, lately = Rules(), Lately(timezone.now())
    names = dict(Offer.objects.values_list("pk", "name"))
    lines = [_line(setting, lately, known, names) for setting in known.at(None).values()]
    context = {"lines": lines, "tabs": tabs("rules"), "leads": len(lately.traces)}
    return render(request, "tracking/manager/fraud_rules.html", context)


def _line(setting, lately, known, names):
    return {
        "code": setting.code, "title": RuleCode(setting.code).label, "kind": RULES[setting.code].kind.label,
        "sentence": in_words(setting.code, setting.limits), "setting": setting, "preview": lately.caught_by(setting),
        "follows": FlagAction(setting.action).label, "is_hold": setting.action == FlagAction.HOLD,
        "offers": [(pk, names[pk]) for pk in known.offers_with_own(setting.code) if pk in names],
    }  # fmt: skip


@manager_view("leads.view")
def rule(request, code):
    """One rule: its thresholds, tried on the last 30 days before they are saved; at one offer with ?offer=."""
    if code not in RULES:
        raise Http404
    offer = _offer(request, code)
    setting = Rules().at(offer.pk if offer else None)[code]
    form = RuleForm(request.POST or None, code=code, initial=RuleForm.initial_of(setting))
    if request.method == "POST":
        _need_right(request)
        if form.is_valid():
            setting = form.setting()
            if "save" in request.POST and _saved(request, form, setting, offer):
                return redirect(_address(code, offer))
    preview = Lately(timezone.now(), offer.pk if offer else None).caught_by(setting)
    context = {
        "form": form, "code": code, "offer": offer, "title": RuleCode(code).label, "preview": preview,
        "sentence": in_words(code, setting.limits), "kind": RULES[code].kind.label,
        "by_offer": code not in NOT_BY_OFFER,
        "offers": Offer.objects.order_by("name").values_list("pk", "name"), "can_edit": can(request, "fraud.edit"),
        "is_own": offer is not None and offer.pk in Rules().offers_with_own(code),
    }  # fmt: skip
    return render(request, "tracking/manager/fraud_rule.html", context, status=422 if form.errors else 200)


def _need_right(request):
    if not can(request, "fraud.edit"):
        raise PermissionDenied


def _offer(request, code):
    asked = request.GET.get("offer", "")
    if not asked or code in NOT_BY_OFFER:
        return None
    return get_object_or_404(Offer.objects.all(), pk=whole_number(asked))


def _saved(request, form, setting, offer) -> bool:
    try:
        save_rule(setting=setting, offer=offer, actor=request.user, now=timezone.now())
    except DomainError as error:
        refuse(form, error)
        return False
    messages.success(request, _("Saved. It holds for the leads that come from now on."))
    return True


def _address(code, offer):
    return reverse("manager:fraud_rule", args=[code]) + (f"?offer={offer.pk}" if offer else "")


@require_POST
@manager_view("fraud.edit")
def rule_forget(request, code):
    """Back to the network's way (at an offer) or to the built-in one."""
    if code not in RULES:
        raise Http404
    offer = _offer(request, code)
    forget_rule(code=code, offer=offer, actor=request.user, now=timezone.now())
    messages.success(
        request, _("The rule runs there as everywhere.") if offer else _("The rule is as it was at first.")
    )
    return redirect("manager:fraud_rule", code)


@manager_view("leads.view")
def lists(request):
    """The block-lists; a new line is written below them."""
    can_edit = can(request, "fraud.edit")
    form = EntryForm(request.POST or None)
    if request.method == "POST":
        _need_right(request)
        if form.is_valid() and _added(request, form):
            return redirect("manager:fraud_lists")
    filters = EntryFilter(request.GET)
    entries = filters.narrow(BlockEntry.objects.select_related("created_by"))
    table = configured(EntryTable(entries), request)
    context = {"table": table, "filter": filters, "form": form, "tabs": tabs("lists"), "can_edit": can_edit}
    return render(request, "tracking/manager/fraud_lists.html", context, status=422 if form.errors else 200)


def _added(request, form) -> bool:
    try:
        add_entry(actor=request.user, now=timezone.now(), **form.cleaned_data)
    except DomainError as error:
        refuse(form, error)
        return False
    messages.success(request, _("On the list: leads that match are flagged from now on."))
    return True


@manager_view("leads.view")
def entry(request, entry_id):
    """One line of a list: change it, remove it, see who wrote it."""
    found = get_object_or_404(BlockEntry.objects.all(), pk=entry_id)
    form = EntryForm(request.POST or None, entry=found)
    if request.method == "POST":
        _need_right(request)
        if form.is_valid() and _changed(request, form, found):
            return redirect("manager:fraud_lists")
    context = {
        "entry": found, "form": form, "can_edit": can(request, "fraud.edit"), "timeline": timeline_items(found)
    }  # fmt: skip
    return render(request, "tracking/manager/fraud_entry.html", context, status=422 if form.errors else 200)


def _changed(request, form, found) -> bool:
    try:
        change_entry(entry=found, actor=request.user, now=timezone.now(), **form.cleaned_data)
    except DomainError as error:
        found.refresh_from_db()
        refuse(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


@require_POST
@manager_view("fraud.edit")
def entry_remove(request, entry_id):
    found = get_object_or_404(BlockEntry.objects.all(), pk=entry_id)
    remove_entry(entry=found, actor=request.user, now=timezone.now())
    messages.success(request, _("Taken from the list. What was flagged stays so until it is reviewed."))
    return redirect("manager:fraud_lists")
