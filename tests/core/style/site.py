"""A site of one page that shows every element; without database, people or network."""

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from cpanet.core import tables, ui
from cpanet.core.elements.blocks import progress

COUNTRIES = [("TR", "Türkiye"), ("RU", "Россия"), ("DE", "Germany")]
OFFERS = [("Kredi Kartı Başvurusu", "active"), ("Займ онлайн «Быстро»", "hold"), ("NordShield VPN", "paused")]
HOME = {"label": "Home", "icon": "home", "url": "/", "active": True, "badge": None}
LEADS = {"label": "Leads", "icon": "checks", "url": "/leads", "active": False, "badge": 14}
BALANCE = {"label": "Balance", "icon": "wallet", "url": "/balance", "active": False, "badge": 2}
NAV = [
    {"slug": "top", "label": "", "items": [HOME, LEADS], "is_open": True, "badge": 14},
    {"slug": "money", "label": "Money", "items": [BALANCE], "is_open": False, "badge": 2},
]


def cabinet(request):
    """Stands for the portal's context processor."""
    found = {"title": "Webmaster", "network": "Alpha", "nav": NAV, "user_name": "Ayşe Yılmaz", "user_sub": "#10482"}
    return {"cabinet": found | {"search_url": "/search", "foot": {"label": "Next payout", "value": "$1,284.60"}}}


class FilterForm(forms.Form):
    q = forms.CharField(required=False, label="Search offers")
    country = forms.MultipleChoiceField(
        required=False, choices=COUNTRIES, widget=forms.SelectMultiple(attrs={"data-enhance": True})
    )


class OfferForm(forms.Form):
    name = forms.CharField(help_text="What webmasters see.")
    rate = forms.DecimalField()
    traffic = forms.MultipleChoiceField(
        choices=[("ctx", "Context"), ("social", "Social")], widget=forms.CheckboxSelectMultiple, required=False
    )
    model = forms.ChoiceField(choices=[("fix", "Fixed"), ("pct", "Percent")], widget=forms.RadioSelect)
    countries = forms.MultipleChoiceField(
        choices=COUNTRIES, widget=forms.SelectMultiple(attrs={"data-enhance": True}), required=False
    )
    rules = forms.CharField(widget=forms.Textarea, required=False)
    feed = forms.FileField(required=False)
    public = forms.BooleanField(required=False)


class OfferTable(tables.Table):
    caption = "Top offers"
    name = tables.NameColumn(url=lambda row: "/offer", sub=lambda row: "TR · CPL", footer="Total")
    earning = tables.MoneyColumn(currency="USD", footer="$99.00")
    cr = tables.PercentColumn()
    status = tables.StatusColumn()
    at = tables.WhenColumn()


def _chart():
    days = [f"{day} Nov" for day in range(1, 22)]
    clicks = [400 + day * 37 % 120 for day in range(21)]
    earned = [value * 1200 for value in clicks]
    return ui.chart_data(
        days,
        [
            ui.chart_metric("clicks", "Clicks", clicks, previous=clicks[::-1]),
            ui.chart_metric("earning", "Earnings", earned, kind="money", currency="USD", previous=earned[::-1]),
        ],
        previous_label="October",
    )


def _context(request):
    now = timezone.now()
    rows = [
        {
            "id": i,
            "name": name,
            "earning": 120000 * (i + 1),
            "cr": 0.021,
            "status": status,
            "at": now - timedelta(hours=i),
        }
        for i, (name, status) in enumerate(OFFERS * 12)
    ]
    step = [("Pending", 412000), ("On hold", 187000), ("Available", 128000), ("In payout", 50000)]
    return {
        "now": now,
        "chart": _chart(),
        "rows": rows[:3],
        "table": tables.configured(OfferTable(rows), request),
        "filter": FilterForm(request.GET),
        "form": OfferForm(),
        "bad": OfferForm({"bad-model": "fix"}, prefix="bad"),
        "steps": [{"label": label, "units": units, "hint": "soon"} for label, units in step],
        "items": [
            {"at": now, "title": "Lead approved", "actor": "Bob", "icon": "check", "tone": "ok", "text": "To hold"}
        ],
        "jobs": [SimpleNamespace(state=state, done=done, total=20) for state, done in [("running", 5), ("done", 20)]],
        "tabs": [{"label": "Overview", "url": "/", "active": True}, {"label": "Rates", "url": "/r", "badge": 4}],
        "page": Paginator(range(1234), 25).page(5),
    }


def page(request):
    """Every element; a POST comes back as a refused form."""
    if request.method == "POST":
        return render(request, "page.html", _context(request) | {"form": OfferForm(request.POST)}, status=422)
    if "toast" in request.GET:
        messages.error(request, "The bank refused the payout.")
    return render(request, "page.html", _context(request))


def job(request):
    """A job that is done when it is asked for the second time."""
    return render(request, "ui/progress.html", progress(SimpleNamespace(state="done", done=20, total=20), "/job/"))


def refused(request):
    return HttpResponse("no", status=500)


urlpatterns = [path("", page), path("job/", job), path("refused/", refused)]
