"""The rows behind one figure of a report: clicks, uploaded costs, or leads and their changes."""

from datetime import UTC, datetime

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cpanet.accounts.gates import advertiser_view, affiliate_view, manager_view
from cpanet.core import ui
from cpanet.core.errors import DomainError
from cpanet.core.money import format_money
from cpanet.core.numbers import whole_number
from cpanet.core.tables import page_size
from tracking.choices import Status
from tracking.statistics.bases import BASES
from tracking.statistics.labels import labels_of
from tracking.statistics.metrics import ADVERTISER, AFFILIATE, MANAGER, METRICS, label_for, metrics_for
from tracking.statistics.request import Audience, ReportRequest, checked
from tracking.statistics.rows import Fact, rows_behind
from tracking.views.statistics import CABINETS, MOST_PAGE, form_of

_AMOUNT = {AFFILIATE: ("earning",), ADVERTISER: ("revenue",), MANAGER: ("revenue", "earning")}


@affiliate_view
def webmaster(request):
    return _rows(request, Audience(AFFILIATE, request.affiliate.pk, request.network.currency))


@advertiser_view
def advertiser(request):
    return _rows(request, Audience(ADVERTISER, request.advertiser.pk, request.network.currency))


@manager_view("reports.view")
def manager(request):
    return _rows(request, Audience(MANAGER, None, request.network.currency))


def _rows(request, audience):
    form = form_of(request, audience)
    context = {"back": _url(f"{CABINETS[audience.kind]}:statistics"), "form": form}
    try:
        asked = _asked(request, form, audience) if form.is_valid() else None
        if asked is None:
            return render(request, "tracking/statistics/rows.html", context, status=422)
        facts, page = _page(request, asked)
    except DomainError as error:
        return render(request, "tracking/statistics/rows.html", context | {"error": str(error)}, status=422)
    lines = [_line(fact, audience) for fact in facts]
    return render(request, "tracking/statistics/rows.html", context | _context(asked, lines, page))


def _asked(request, form, audience) -> ReportRequest:
    """The report of the address, narrowed to one metric and to the line it was followed from (`only_…`)."""
    metric = request.GET.get("metric", "")
    if metric not in metrics_for(audience.kind):
        raise Http404
    data = form.cleaned_data
    named = {name.removeprefix("only_"): [value] for name, value in request.GET.items() if name.startswith("only_")}
    given = {key: data[key] if isinstance(data[key], list) else [data[key]] for key in form.filter_keys if data[key]}
    return checked(
        dimensions=(),
        metrics=[metric],
        filters=given | named,
        period=data["period"],
        timezone=form.zone,
        audience=audience,
        basis=form.basis,
        currency=request.GET.get("currency") or audience.currency,
    )


def _page(request, asked):
    size, number = page_size(request), whole_number(request.GET.get("page", "1"), most=MOST_PAGE) or 1
    facts, count = rows_behind(asked, _hour(request), offset=(number - 1) * size, limit=size)
    pages = Paginator(range(count), size)
    if number > pages.num_pages:
        number = pages.num_pages
        facts, count = rows_behind(asked, _hour(request), offset=(number - 1) * size, limit=size)
    return facts, Page(facts, number, pages)


def _hour(request) -> datetime | None:
    """The hour of the line; what is none is passed over."""
    try:
        hour = datetime.fromisoformat(request.GET.get("hour", ""))
    except ValueError:
        return None
    return hour.astimezone(UTC) if hour.tzinfo and 2000 <= hour.year < 2100 else None


def _context(asked, lines, page):
    metric, keys = (
        METRICS[asked.metrics[0]],
        {key: values[0] for key, values in asked.filters.items() if len(values) == 1},
    )
    labels = labels_of(list(keys), [keys], asked.audience.kind)[0]
    return {
        "asked": asked,
        "metric": label_for(metric, asked.audience.kind),
        "narrowed": list(labels.values()),
        "basis": BASES[asked.basis],
        "of_clicks": bool(metric.visits),
        "is_manager": asked.audience.kind != AFFILIATE,
        "shows_marks": asked.audience.kind != ADVERTISER,
        "lines": lines,
        "page": page,
    }


def _line(fact: Fact, audience):
    values = fact.values
    amounts = [
        format_money(abs(values[f"{status}_{amount}"]), values["currency"])
        for status in Status.values
        if values[status]
        for amount in _AMOUNT[audience.kind]
        if f"{status}_{amount}" in values
    ]
    return {
        "at": timezone.localtime(values["at"]),
        "names": fact.names,
        "place": labels_of(["country"], [{"country": values["country"]}], audience.kind)[0]["country"],
        "technology": ", ".join(filter(None, (values["device"], values["system"], values["browser"]))),
        "sub1": values["sub1"],
        "click": fact.click,
        "click_id": values["click_id"],
        "lead": fact.lead,
        "lead_url": _url(f"{CABINETS[audience.kind]}:lead", fact.lead.pk) if fact.lead else "",
        "sign": fact.change[:1],
        "status": fact.change[1:],
        "status_label": dict(Status.choices).get(fact.change[1:], ""),
        "amounts": amounts,
        "cost": ui.printed(values["cost"], "money", values["currency"]) if values["cost"] else "",
    }


def _url(name, *args):
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
