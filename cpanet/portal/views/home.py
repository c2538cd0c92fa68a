"""Home pages of the cabinets."""

from django.shortcuts import redirect, render
from django.utils import timezone

from cpanet.accounts.adapter import home_of
from cpanet.accounts.gates import advertiser_view, affiliate_view, manager_view
from cpanet.accounts.models import Affiliate
from cpanet.ledger.selectors import advertiser_balance
from cpanet.portal.badges import badges_of
from cpanet.portal.overview import DEFAULT_PRESET, PRESETS, first_steps, journey, overview, short_figures
from payouts.selectors.holds import hold_forecast
from payouts.selectors.money import webmaster_money
from payouts.selectors.payouts import freeze_in_force
from tracking.models import Conversion
from tracking.partitions import horizon_alarm
from tracking.statistics.metrics import ADVERTISER, AFFILIATE, MANAGER
from tracking.statistics.periods import PRESETS as PRESET_LABELS
from tracking.statistics.periods import preset
from tracking.statistics.request import Audience

NEWEST = 6


def index(request):
    """Where a person belongs; strangers see what the network is."""
    if request.memberships:
        return redirect(home_of(request.memberships))
    return render(request, "portal/welcome.html")


@affiliate_view(approved=False)
def webmaster(request):
    """His money, his figures, his next steps; for one who is not approved, why and what now."""
    affiliate, currency = request.affiliate, request.network.currency
    if affiliate.status != Affiliate.Status.APPROVED:
        return render(request, "portal/webmaster/waiting.html", {"affiliate": affiliate})
    now = timezone.now()
    money = webmaster_money(affiliate_id=affiliate.pk, currency=currency)
    context = {
        **_figures(request, Audience(AFFILIATE, affiliate.pk, currency), "offer"),
        "money": money,
        "journey": journey(money),
        "forecast": hold_forecast(affiliate_id=affiliate.pk, currency=currency, now=now),
        "steps": first_steps(affiliate, request.user),
        "newest": Conversion.objects.filter(affiliate=affiliate).select_related("offer", "goal")[:NEWEST],
        "manager": affiliate.manager,
    }
    return render(request, "portal/webmaster/home.html", context)


@advertiser_view
def advertiser(request):
    """His figures, the leads that wait for him, his balance."""
    shop, currency = request.advertiser, request.network.currency
    deposit, owed = advertiser_balance(advertiser_id=shop.pk, currency=currency)
    context = {
        **_figures(request, Audience(ADVERTISER, shop.pk, currency), "offer"),
        "deposit": deposit,
        "owed": owed,
        "waiting": badges_of("advertiser", request.membership).get("leads", 0),
        "overdue": _overdue(shop),
        "newest": Conversion.objects.filter(advertiser=shop).select_related("offer", "goal")[:NEWEST],
        "has_offers": shop.offers(manager="objects").exists(),
    }
    return render(request, "portal/advertiser/home.html", context)


def _overdue(shop):
    late = Conversion.objects.filter(advertiser=shop, status="pending", decide_by__lt=timezone.now())
    return late.count()


@manager_view("reports.view")
def manager(request):
    """What waits for the staff, and how the network does."""
    context = {
        **_figures(request, Audience(MANAGER, None, request.network.currency), "offer"),
        "inboxes": badges_of("manager", request.membership),
        "freeze": freeze_in_force(),
        "days_for_clicks": horizon_alarm(timezone.now()),
    }
    return render(request, "portal/manager/home.html", context)


def _figures(request, audience, breakdown):
    name = request.GET.get("period", DEFAULT_PRESET)
    name = name if name in PRESETS else DEFAULT_PRESET
    today, now = timezone.localdate(), timezone.now()
    zone = timezone.get_current_timezone_name()
    found = overview(
        audience=audience,
        period=preset(name, today),
        zone=zone,
        breakdown=breakdown,
        now=now,
        selected=request.GET.get("chart", ""),
    )
    return {
        "currency": request.network.currency,
        "overview": found,
        "short": short_figures(audience=audience, zone=zone, today=today, now=now),
        "periods": [{"name": each, "label": PRESET_LABELS[each], "active": each == name} for each in PRESETS],
        "zone": zone,
    }
