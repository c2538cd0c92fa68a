"""The statistics page of each cabinet: one report, its chart, its table, its files."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cpanet.accounts.gates import advertiser_view, affiliate_view, manager_view
from cpanet.core import ui
from cpanet.core.numbers import whole_number
from cpanet.core.tables import page_size
from cpanet.core.views import add_error
from tracking.statistics import export, presentation
from tracking.statistics.bases import BASES, CLICK, HINTS
from tracking.statistics.dimensions import dimensions_for
from tracking.statistics.form import ReportForm
from tracking.statistics.leads import leads_query, rows_query
from tracking.statistics.metrics import ADVERTISER, AFFILIATE, MANAGER
from tracking.statistics.periods import PRESETS
from tracking.statistics.query import run
from tracking.statistics.request import Audience, BadReport
from tracking.statistics.rows import is_followed

MOST_PAGE = 999_999
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


def zone_asked(request) -> str:
    """Whose days: the network's with `zone=network`, else those the person has chosen."""
    mine = timezone.get_current_timezone_name()
    return request.network.timezone if request.GET.get("zone") == "network" else mine


def form_of(request, audience: Audience) -> ReportForm:
    """The form bound to the address."""
    zone = zone_asked(request)
    return ReportForm(request.GET, audience, timezone.localdate(timezone=ZoneInfo(zone)), zone)


def _statistics(request, audience):
    form = form_of(request, audience)
    asked = form.as_request() if form.is_valid() else None
    try:
        if asked and request.GET.get("file") in FILES:
            return _file(asked, request.GET["file"])
        report, page = _page(request, asked) if asked else (None, None)
    except BadReport as error:  # too many single clicks: only the database knows
        add_error(form, error)
        asked = None
    if asked is None:
        shown = {"form": form, "periods": _presets(request, form)}
        return render(request, "tracking/statistics/page.html", shown, status=422)
    return render(request, "tracking/statistics/page.html", _context(request, form, report, page))


def _page(request, asked):
    """The report with the rows of the page in the address; a page beyond the last is the last."""
    size, number = page_size(request), whole_number(request.GET.get("page", "1"), most=MOST_PAGE) or 1
    options = {"limit": size, "compare": True, "compare_rows": _compares(request), "now": timezone.now()}
    report = run(asked, offset=(number - 1) * size, **options)
    pages = Paginator(range(report.count), size)
    if number > pages.num_pages:
        number = pages.num_pages
        report = run(asked, offset=(number - 1) * size, **options)
    return report, Page(report.rows, number, pages)


def _compares(request):
    return request.GET.get("compare") == "1"


def _file(asked, kind):
    write, content_type = FILES[kind]
    answer = HttpResponse(write(run(asked, limit=None, now=timezone.now())), content_type=content_type)
    name = f"statistics-{asked.period.first}-{asked.period.last}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _context(request, form, report, page):
    selected = request.GET.get("chart", "")
    selected = selected if selected in report.request.metrics else report.request.metrics[0]
    drill, leads = _driller(request, report), _rows_link(request, report)
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
        "totals": presentation.total_cells(report, leads),
        "tiles": presentation.tiles(report),
        "selected": selected,
        "chart": presentation.chart(report, selected, True),
        "before": report.request.period.before(),
        "api_request": _api_request(request, report),
        "files": [(kind, ui.replaced_query(request.GET, file=kind, page=None)) for kind in FILES],
        "currencies": [
            (each, ui.replaced_query(request.GET, currency=each, page=None)) for each in report.other_currencies
        ],
        **_switches(request, report),
        **_of_webmaster(report),
    }


def _of_webmaster(report):
    is_webmaster = report.request.audience.kind == AFFILIATE
    return {
        "links_url": _url("webmaster:links") if is_webmaster else "",
        "costs_url": _url("webmaster:costs") if is_webmaster else "",
    }


def _switches(request, report):
    """Addresses that change one thing: how leads are dated, whose days, the comparison line by line."""
    asked = report.request
    zones = {"": timezone.get_current_timezone_name(), "network": request.network.timezone}
    now = "network" if request.GET.get("zone") == "network" else ""
    return {
        "bases": [
            {"label": label, "active": asked.basis == key,
             "url": ui.replaced_query(request.GET, basis=key if key != CLICK else None, page=None)}
            for key, label in BASES.items()
        ],
        "basis_hint": HINTS[asked.basis],
        "zones": [
            {"label": label, "active": key == now, "url": ui.replaced_query(request.GET, zone=key or None, page=None)}
            for key, label in zones.items()
        ]
        if len(set(zones.values())) > 1
        else [],
        "compares": _compares(request),
        "compare_url": ui.replaced_query(request.GET, compare=None if _compares(request) else "1"),
    }  # fmt: skip


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


def _rows_link(request, report):
    """Gives the address of the rows behind a figure: the list of leads where it shows exactly those, else our own."""
    cabinet = CABINETS[report.request.audience.kind]
    leads, rows = _url(f"{cabinet}:leads"), _url(f"{cabinet}:statistics_rows")
    zone = timezone.get_current_timezone_name()

    def link(row, metric):
        query = leads_query(report.request, row, metric, zone) if leads else None
        if query is not None:
            return f"{leads}?{urlencode(query, doseq=True)}"
        if not is_followed(metric):
            return ""
        own = {"group": None, "columns": None, "sort": None, "page": None, "period": None, "currency": report.currency}
        return rows + ui.replaced_query(request.GET, **own, **rows_query(row, metric, report.request.period))

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
        "basis": asked.basis,
        "currency": report.currency,
        "sort": asked.sort,
        **{key: ",".join(map(str, values)) for key, values in asked.filters.items()},
    }
    url = request.build_absolute_uri(f"/api/v1/statistics?{urlencode(query, safe=',/')}")
    return f'curl -H "Authorization: Bearer $CPANET_KEY" \\\n  "{url}"'
