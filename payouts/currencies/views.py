"""Currencies: the network's rates, and a webmaster's exchanges."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts.gates import affiliate_view, can, manager_view
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_number
from cpanet.core.outbound import OutboundError
from cpanet.core.queue import enqueue
from cpanet.core.tables import configured
from cpanet.core.views import add_error, form_page
from cpanet.ledger.kinds import WEBMASTER_KINDS
from cpanet.ledger.selectors import entries_of_subject
from payouts.currencies.forms import CurrencyRulesForm, ExchangeForm, RateFileForm, WalletForm
from payouts.currencies.selectors import currency_rules, held_rates, known_currencies, newest_tables
from payouts.currencies.services.exchange import choose_wallet, exchange, offered
from payouts.currencies.services.rates import RatesMoved, decide_held, hold_rates, import_rates, save_rules
from payouts.currencies.tables import ExchangeTable, OwnExchangeTable
from payouts.models import CurrencyExchange, HeldRates, Wallet
from payouts.selectors.money import available_by_currency

SOURCES = {"ecb": "European Central Bank", "cbr": "Bank of Russia"}
ANSWERS = {"confirm": True, "refuse": False}  # what the buttons beside held rates say


@manager_view("payouts.view")
def rates(request):
    """The youngest rates of every source, the rules, the file to upload; who may edit the network may change them."""
    return _rates_page(request, RateFileForm(), CurrencyRulesForm.of(currency_rules()))


@manager_view("network.edit")
@require_POST
def rates_upload(request):
    form = RateFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            table = import_rates(content=form.cleaned_data["file"].read(), actor=request.user, now=timezone.now())
        except RatesMoved as error:
            hold_rates(table=error.table, moves=error.moves, actor=request.user, now=timezone.now())
            add_error(form, error)
        except DomainError as error:
            add_error(form, error)
        else:
            return _imported(request, table)
    return _rates_page(request, form, CurrencyRulesForm.of(currency_rules()))


@manager_view("payouts.confirm")
@require_POST
def rates_held(request, pk):
    """A table that has moved too far: `action` confirm or refuse."""
    held, is_true = get_object_or_404(HeldRates.objects.all(), pk=pk), ANSWERS.get(request.POST.get("action"))
    if is_true is None:
        messages.error(request, _("Say whether these rates are taken in or refused: nothing has changed."))
        return redirect("manager:rates")
    try:
        decide_held(held_id=held.pk, is_true=is_true, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("These rates are in.") if is_true else _("These rates are refused."))
    return redirect("manager:rates")


@manager_view("network.edit")
@require_POST
def rates_fetch(request):
    enqueue("payouts.tasks.import_rates", network_id=request.network.pk)
    messages.info(request, _("The rates are being fetched: load this page again in a moment."))
    return redirect("manager:rates")


@manager_view("network.edit")
@require_POST
def rates_rules(request):
    form = CurrencyRulesForm(request.POST)
    if form.is_valid():
        try:
            save_rules(**form.cleaned_data, actor=request.user, now=timezone.now())
        except (DomainError, OutboundError) as error:
            form.add_error(getattr(error, "field", "") or "source_url", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("manager:rates")
    return _rates_page(request, RateFileForm(), form)


def _imported(request, table):
    words = _("%(number)d rates of %(day)s are in.")
    messages.success(request, words % {"number": len(table.rates), "day": table.day})
    return redirect("manager:rates")


def _rates_page(request, file_form, form):
    today = timezone.now().date()
    rules = currency_rules()
    sources = [{**table, "name": SOURCES.get(table["source"], _("Uploaded file")),
                "is_old": (today - table["day"]).days > rules.max_age_days} for table in newest_tables()]  # fmt: skip
    held = [(each, SOURCES.get(each.source, _("Uploaded file"))) for each in held_rates()]
    context = {
        "held": held, "may_confirm": can(request, "payouts.confirm"), "confirmed": {"action": "confirm"},
        "refused": {"action": "refuse"}, "sources": sources, "rules": rules, "file_form": file_form,
        "may_edit": can(request, "network.edit"),
        "table": configured(ExchangeTable(CurrencyExchange.objects.select_related("affiliate")), request),
    }  # fmt: skip
    status = 422 if file_form.errors else None
    answer = form_page(request, "payouts/manager/rates.html", form, context)
    answer.status_code = status or answer.status_code
    return answer


@affiliate_view
def exchanges(request):
    """The form with what it would bring now, the wallet's currency, and what was exchanged before."""
    form = _exchange_form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _exchange(request, form)
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Exchanged."))
            return redirect("webmaster:exchange", made.pk)
    return _exchanges_page(request, form, _wallet_form(request, None))


@affiliate_view
def exchange_quote(request):
    """What an exchange would bring, for the form while it is filled in; changes nothing."""
    form = _exchange_form(request, request.GET)
    return render(request, "payouts/webmaster/exchange_quote.html", {"quote": _quote(form)})


@affiliate_view
@require_POST
def wallet(request):
    form = _wallet_form(request, request.POST)
    if form.is_valid():
        try:
            choose_wallet(
                affiliate=request.affiliate, currency=form.cleaned_data["currency"], actor=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("webmaster:exchanges")
    return _exchanges_page(request, _exchange_form(request, None), form)


@affiliate_view
def exchange_detail(request, pk):
    made = get_object_or_404(CurrencyExchange.objects.all(), pk=pk, affiliate=request.affiliate)
    return _detail(request, made, "webmaster")


@manager_view("payouts.view")
def manager_exchange(request, pk):
    return _detail(request, get_object_or_404(CurrencyExchange.objects.select_related("affiliate"), pk=pk), "manager")


def _detail(request, made, audience):
    entries = entries_of_subject(f"exchange:{made.pk}")
    if audience == "webmaster":
        entries = entries.filter(account__kind__in=WEBMASTER_KINDS)
    context = {"exchange": made, "entries": entries, "audience": audience}
    context["source_name"] = SOURCES.get(made.rate_origin, _("uploaded file"))
    return render(request, "payouts/exchange.html", context)


def _exchange_form(request, data):
    available = available_by_currency(affiliate_id=request.affiliate.pk)
    known = known_currencies(on=timezone.now().date())
    mine = {code: units for code, units in available.items() if units > 0}
    form = ExchangeForm(data, available=mine, targets=sorted(known), initial=_first(mine, known, request))
    form.available, form.known = mine, known
    return form


def _first(mine, known, request):
    source = next((code for code in mine if code != request.network.currency), next(iter(mine), ""))
    return {"source": source, "target": request.network.currency if request.network.currency in known else ""}


def _exchange(request, form):
    facts = form.cleaned_data
    least = facts["least"]
    return exchange(
        affiliate=request.affiliate, source=facts["source"], target=facts["target"], amount=facts["amount"],
        idempotency_key=facts["key"], actor=request.user, now=timezone.now(),
        least=whole_number(least) or 0,
    )  # fmt: skip


def _quote(form):
    """What the amount in the form would bring; a sentence where it cannot be; None of nothing."""
    if not form.is_bound or not form.data.get("amount"):
        return None
    if not form.is_valid():
        return {"sentence": " ".join(message for messages_ in form.errors.values() for message in messages_)}
    facts = form.cleaned_data
    try:
        offer = offered(
            source=facts["source"], target=facts["target"], amount=facts["amount"], now=timezone.now()
        )  # fmt: skip
    except DomainError as error:
        return {"sentence": str(error)}
    return {
        "offer": offer, "origin": SOURCES.get(offer.rate.origin, _("uploaded file")),
        "kept": offer.result.fair - offer.result.bought, "spread": offer.spread / 100,
        "has": form.available.get(facts["source"], 0), "is_too_much": facts["amount"] > form.available[facts["source"]],
    }  # fmt: skip


def _wallet_form(request, data):
    chosen = Wallet.objects.filter(affiliate=request.affiliate).first()
    known = known_currencies(on=timezone.now().date())
    codes = sorted(known | ({chosen.currency} if chosen else set()))
    return WalletForm(data, currencies=codes, initial={"currency": chosen.currency if chosen else ""})


def _exchanges_page(request, form, wallet_form):
    rows = CurrencyExchange.objects.filter(affiliate=request.affiliate)
    context = {
        "wallet_form": wallet_form, "quote": _quote(form), "rules": currency_rules(), "has_rates": bool(form.known),
        "table": configured(OwnExchangeTable(rows), request), "available": form.available,
    }  # fmt: skip
    answer = form_page(request, "payouts/webmaster/exchanges.html", form, context)
    if wallet_form.errors:
        answer.status_code = 422
    return answer
