"""The statistics page of each cabinet: one report, its chart, its table, its files."""

from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cpanet.accounts.gates import advertiser_view, affiliate_view, manager_view
from cpanet.core import ui
from cpanet.core.tables import page_size
from tracking.statistics import export, presentation
from tracking.statistics.dimensions import dimensions_for
from tracking.statistics.form import ReportForm
from tracking.statistics.leads import leads_query
from tracking.statistics.metrics import ADVERTISER, AFFILIATE, MANAGER
from tracking.statistics.periods import PRESETS
from tracking.statistics.query import run
from tracking.statistics.request import Audience

CABINETS = {AFFILIATE: "webmaster", ADVERTISER: "advertiser", MANAGER: "manager"}
FILES = {"csv": (export.as_csv, export.CSV_TYPE), "xlsx": (export.as_xlsx, export.XLSX_TYPE)}


@affiliate_view
def webmaster(request):
    return _statistics(request, Audience(AFFILIATE, request.affiliate.pk, request.network.currency))


@advertiser_view
def advertiser(request):
    return _statistics(request, Audience(ADVERTISER, request.advertiser.pk, request.network.currency))


@manager_view("reports.view")
def manager(request):
    return _statistics(request, Audience(MANAGER, None, request.network.currency))


def _statistics(request, audience):
    zone = timezone.get_current_timezone_name()
    form = ReportForm(request.GET, audience, timezone.localdate(), zone)
    asked = form.as_request() if form.is_valid() else None
    if asked is None:
        return render(
            request, "tracking/statistics/page.html", {"form": form, "periods": _presets(request, form)}, status=422
        )
    if request.GET.get("file") in FILES:
        return _file(asked, request.GET["file"])
    report, page = _page(request, asked)
    return render(request, "tracking/statistics/page.html", _context(request, form, report, page))


def _page(request, asked):
    """The report with the rows of the page in the address; a page beyond the last is the last."""
    size, number = page_size(request), request.GET.get("page", "1")
    number = int(number) if number.isdecimal() and 0 < len(number) < 7 else 1
    now = timezone.now()
    report = run(asked, offset=(number - 1) * size, limit=size, compare=True, now=now)
    pages = Paginator(range(report.count), size)
    if number > pages.num_pages:
        number = pages.num_pages
        report = run(asked, offset=(number - 1) * size, limit=size, compare=True, now=now)
    return report, Page(report.rows, number, pages)


def _file(asked, kind):
    write, content_type = FILES[kind]
    answer = HttpResponse(write(run(asked, limit=None, now=timezone.now())), content_type=content_type)
    name = f"statistics-{asked.period.first}-{asked.period.last}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _context(request, form, report, page):
    selected = request.GET.get("chart", "")
    selected = selected if selected in report.request.metrics else report.request.metrics[0]
    drill, leads = _driller(request, report), _leads_link(report)
    return {
        "form": form,
        "report": report,
        "page": page,
        "has_rows": bool(report.rows),
        "periods": _presets(request, form),
        "groups": _groups(request, report),
        "steps": _steps(request, report.request.period),
        "heads": [(head, _sorting(request, report, head)) for head in presentation.heads(report)],
        "lines": [presentation.cells(report, row, drill, leads) for row in report.rows],
        "totals": presentation.total_cells(report),
        "tiles": presentation.tiles(report),
        "selected": selected,
        "chart": presentation.chart(report, selected, True),
        "before": report.request.period.before(),
        "api_request": _api_request(request, report),
        "files": [(kind, ui.replaced_query(request.GET, file=kind, page=None)) for kind in FILES],
        "currencies": [
            (each, ui.replaced_query(request.GET, currency=each, page=None)) for each in report.other_currencies
        ],
        "links_url": _url("webmaster:links") if report.request.audience.kind == AFFILIATE else "",
    }


def _presets(request, form):
    own = {"since": None, "until": None, "page": None}
    return [
        {"label": label, "url": ui.replaced_query(request.GET, period=name, **own), "active": form.preset == name}
        for name, label in PRESETS.items()
    ]


def _groups(request, report):
    """One click regroups the table by one dimension."""
    now = list(report.request.dimensions)
    return [
        {
            "label": each.label,
            "url": ui.replaced_query(request.GET, group=key, sort=None, page=None),
            "active": now == [key],
        }
        for key, each in dimensions_for(report.request.audience.kind).items()
        if key in presentation.QUICK
    ]


def _steps(request, period):
    """Addresses of the span before and the span after."""
    spans = (period.before(), period.after())
    return [ui.replaced_query(request.GET, since=span.first, until=span.last, period=None, page=None) for span in spans]


def _sorting(request, report, head):
    """(address, direction now): a click sorts figures by the greatest first, names by the alphabet."""
    now = report.request.sort
    direction = {head.key: "ascending", f"-{head.key}": "descending"}.get(now, "")
    turned = {"ascending": f"-{head.key}", "descending": head.key}.get(direction)
    key = turned or (f"-{head.key}" if head.is_number else head.key)
    return {"url": ui.replaced_query(request.GET, sort=key, page=None), "direction": direction}


def _driller(request, report):
    """Gives the address of the report of one line alone."""
    groups = list(report.request.dimensions)
    allowed = dimensions_for(report.request.audience.kind)

    def drill(key, value):
        following = presentation.NEXT.get(key)
        if following not in allowed or value == "":
            return ""
        groups_then = [following if each == key else each for each in groups if each != following]
        changes = {"group": groups_then, "sort": None, "page": None}
        if presentation.filterable(key):
            return ui.replaced_query(request.GET, **changes, **{key: str(value)})
        span = presentation.span_of(key, value)
        return ui.replaced_query(request.GET, **changes, since=span.first, until=span.last, period=None)

    return drill


def _leads_link(report):
    base = _url(f"{CABINETS[report.request.audience.kind]}:leads")

    def link(row, metric):
        query = leads_query(report.request, row, metric) if base else None
        return f"{base}?{urlencode(query, doseq=True)}" if query is not None else ""

    return link


def _url(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _api_request(request, report):
    """The call of the REST API that answers with the same figures."""
    asked = report.request
    query = {
        "dimensions": ",".join(asked.dimensions),
        "metrics": ",".join(asked.metrics),
        "date_from": asked.period.first,
        "date_until": asked.period.until,
        "timezone": asked.zone.key,
        "currency": report.currency,
        "sort": asked.sort,
        **{key: ",".join(map(str, values)) for key, values in asked.filters.items()},
    }
    url = request.build_absolute_uri(f"/api/v1/statistics?{urlencode(query, safe=',/')}")
    return f'curl -H "Authorization: Bearer $CPANET_KEY" \\\n  "{url}"'
