"""Every balance down to its entries: of a webmaster, of an advertiser, of the network; trial balance and profit."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cpanet.accounts.gates import advertiser_view, affiliate_view, manager_view
from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.core import ui
from cpanet.core.money import is_currency
from cpanet.core.tables import configured
from cpanet.ledger.kinds import ADVERTISER_KINDS, WEBMASTER_KINDS, AccountKind
from cpanet.ledger.models import Account
from cpanet.ledger.selectors import currencies_of_owner
from payouts.selectors.profit import profit, profit_totals
from payouts.selectors.statements import (
    Chosen,
    accounts_at,
    entries_of,
    lines_of,
    total_of,
    trial_balance_at,
    trial_totals,
)
from payouts.statements.forms import AccountsForm, ProfitForm, StatementForm, TrialForm
from payouts.statements.presenters import entries_file, file_answer, profit_file, trial_file
from payouts.statements.tables import PEOPLE, AccountTable, ProfitTable, StatementTable


@affiliate_view
def webmaster_entries(request):
    """A webmaster's own."""
    heading = {"title": _("Statement"), "back_url": reverse("webmaster:balance"), "back_label": _("Balance")}
    return _owners_page(request, WEBMASTER_KINDS, request.affiliate.pk, "webmaster", heading)


@advertiser_view
def advertiser_entries(request):
    """An advertiser's own."""
    heading = {"title": _("Statement"), "back_url": reverse("advertiser:balance"), "back_label": _("Balance")}
    return _owners_page(request, ADVERTISER_KINDS, request.advertiser.pk, "advertiser", heading)


@manager_view("payouts.view")
def manager_webmaster_entries(request, pk):
    """A webmaster's, for the staff."""
    owner = get_object_or_404(Affiliate, pk=pk)
    heading = {"title": _("Statement"), "back_url": reverse("manager:webmaster", args=[pk]), "back_label": owner.name}
    return _owners_page(request, WEBMASTER_KINDS, pk, "manager", heading)


@manager_view("payouts.view")
def manager_advertiser_entries(request, pk):
    """An advertiser's, for the staff."""
    owner = get_object_or_404(Advertiser, pk=pk)
    heading = {"title": _("Statement"), "back_url": reverse("manager:advertiser", args=[pk]), "back_label": owner.name}
    return _owners_page(request, ADVERTISER_KINDS, pk, "manager", heading)


def _owners_page(request, kinds, owner_id, audience, heading):
    currencies = currencies_of_owner(kinds=kinds, owner_id=owner_id, default=request.network.currency)
    form = StatementForm(request.GET, kinds=kinds)
    return _statement(request, form, owner_id, _currency(request, currencies), currencies, audience, heading)


@manager_view("payouts.view")
def entries(request):
    """The entries of any accounts of the network, in one currency."""
    currencies = _currencies(request)
    form = AccountsForm(request.GET, kinds=AccountKind.values)
    owner_id = form.cleaned_data["owner"] if form.is_valid() else None
    heading = {"title": _("Entries"), "back_url": reverse("manager:trial_balance"), "back_label": _("Trial balance")}
    return _statement(request, form, owner_id, _currency(request, currencies), currencies, "manager", heading)


def _statement(request, form, owner_id, currency, currencies, audience, heading):
    chosen = Chosen(form.chosen_kinds, currency, owner_id)
    span = form.span
    lines = lines_of(chosen, begin=span.begin, end=span.end)
    found = entries_of(chosen, begin=span.begin, end=span.end, event=form.event_chosen)
    total = total_of(lines)
    if request.GET.get("file") == "xlsx" and form.is_valid():
        book = entries_file(found, total, chosen.sign, currency, owners=audience == "manager")
        return file_answer(book, f"entries-{currency}")
    words = audience if owner_id is not None else ""
    context = {
        "heading": heading, "form": form, "currency": currency, "sign": chosen.sign,
        "lines": [_turned(line, chosen.sign, words) for line in lines], "total": _turned(total, chosen.sign, words),
        "tabs": _tabs(request, currencies, currency),
        "file_url": ui.replaced_query(request.GET, file="xlsx", page=None),
        "is_bounded": bool(span.begin or span.end),
        "table": configured(StatementTable(found, audience=audience, sign=chosen.sign), request),
    }  # fmt: skip
    return render(request, "payouts/statements/entries.html", context, status=200 if form.is_valid() else 422)


def _turned(line, sign, audience):
    """For people: what came in is positive, what went out negative, whichever side is the natural one."""
    gains, losses = (line.credits, line.debits) if sign > 0 else (-line.debits, -line.credits)
    label = line.label if line.kind else _("Together")
    label = label.partition(": ")[2].capitalize() or label if audience else label  # “Webmaster: on hold” of one's own
    figures = {"opening": sign * line.opening, "gains": gains, "losses": losses, "closing": sign * line.closing}
    return {"kind": line.kind, "label": label, **figures}


def _currencies(request):
    used = set(Account.objects.filter(version__gt=0).order_by().values_list("currency", flat=True).distinct())
    return [request.network.currency, *sorted(used - {request.network.currency})]


def _currency(request, currencies):
    asked = request.GET.get("currency", "").upper()
    return asked if asked in currencies and is_currency(asked) else currencies[0]


def _tabs(request, currencies, shown):
    if len(currencies) < 2:
        return []
    urls = {code: ui.replaced_query(request.GET, currency=code, page=None, file=None) for code in currencies}
    return [{"label": code, "url": urls[code], "active": code == shown} for code in currencies]


@manager_view("payouts.view")
def trial_balance(request):
    """All accounts by kind and currency at a moment: debits and credits, whose sums are equal."""
    form = TrialForm(request.GET)
    at = form.cleaned_data["at"] if form.is_valid() else None
    lines = trial_balance_at(at or _latest())
    totals = trial_totals(lines)
    if request.GET.get("file") == "xlsx" and form.is_valid():
        return file_answer(trial_file(lines, totals), "trial-balance")
    context = {
        "form": form, "at": at, "lines": lines,
        "totals": [(code, *sides) for code, sides in sorted(totals.items())],
        "file_url": ui.replaced_query(request.GET, file="xlsx"),
    }  # fmt: skip
    return render(request, "payouts/statements/trial.html", context, status=200 if form.is_valid() else 422)


def _latest():
    """After everything: journals may carry times a little ahead of this machine's clock."""
    return timezone.now() + timedelta(days=3650)


@manager_view("payouts.view")
def accounts(request):
    """The accounts of one kind and currency at a moment, each leading to its entries."""
    form = TrialForm(request.GET)
    at = form.cleaned_data["at"] if form.is_valid() else None
    currency, kind = _currency(request, _currencies(request)), request.GET.get("kind", "")
    rows = [row for row in accounts_at(at or _latest()) if row.currency == currency and row.balance]
    rows = [row for row in rows if row.kind == kind] if kind in AccountKind.values else rows
    label = AccountKind(kind).label if kind in AccountKind.values else _("All accounts")
    table = configured(AccountTable(rows, names=_owner_names(rows)), request)
    context = {"form": form, "at": at, "label": label, "currency": currency, "table": table}
    return render(request, "payouts/statements/accounts.html", context, status=200 if form.is_valid() else 422)


def _owner_names(rows):
    """{(kind, owner's id): name} of the people whose accounts these are."""
    names = {page: _names(model, rows, page) for page, model in (("webmaster", Affiliate), ("advertiser", Advertiser))}
    return {(row.kind, row.owner_id): names[PEOPLE[row.kind]].get(row.owner_id) for row in rows if row.kind in PEOPLE}


def _names(model, rows, page):
    ids = {row.owner_id for row in rows if PEOPLE.get(row.kind) == page}
    return dict(model.objects.filter(pk__in=ids).values_list("pk", "name"))


@manager_view("payouts.view")
def profit_report(request):
    """Revenue, costs and margin of a period by network, offer, advertiser or webmaster."""
    form = ProfitForm(request.GET, currencies=_currencies(request))
    span, currency = form.span, form.cleaned_data.get("currency") if form.is_valid() else ""
    lines = [
        line for line in profit(by=form.group, begin=span.begin, end=span.end) if currency in ("", line.currency)
    ]  # fmt: skip
    totals = profit_totals(lines)
    table = configured(ProfitTable(lines, by=form.group), request)
    if request.GET.get("file") == "xlsx" and form.is_valid():
        return file_answer(profit_file([row.record for row in table.rows], totals), f"profit-by-{form.group}")
    context = {
        "form": form, "table": table, "totals": totals, "tabs": _group_tabs(request, form),
        "file_url": ui.replaced_query(request.GET, file="xlsx", page=None),
    }  # fmt: skip
    return render(request, "payouts/statements/profit.html", context, status=200 if form.is_valid() else 422)


def _group_tabs(request, form):
    return [
        {"label": label, "url": ui.replaced_query(request.GET, by=key, page=None, sort=None, file=None),
         "active": key == form.group}
        for key, label in form.fields["by"].choices
    ]  # fmt: skip
