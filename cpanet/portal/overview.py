"""What the homes show: figures of a period from the one report engine, money, what is to be done next."""

from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils.translation import gettext as _

from cpanet.accounts.models import Affiliate, Site
from payouts.models import PayoutDetails
from payouts.selectors.money import WebmasterMoney
from tracking.models import PostbackDelivery, TrackingLink
from tracking.outgoing.words import DeliveryState
from tracking.statistics import presentation
from tracking.statistics.metrics import ADVERTISER, AFFILIATE, MANAGER
from tracking.statistics.periods import Period, preset
from tracking.statistics.query import Report, run
from tracking.statistics.request import Audience, checked

METRICS = {
    AFFILIATE: ("clicks", "leads", "cr", "epc", "ar", "earnings"),
    ADVERTISER: ("clicks", "leads", "approved", "cr", "ar", "revenue"),
    MANAGER: ("clicks", "leads", "cr", "ar", "revenue", "margin"),
}
SHORT_METRICS = {
    AFFILIATE: ("clicks", "leads", "earnings", "pending_earnings"),
    ADVERTISER: ("clicks", "leads", "approved", "revenue"),
    MANAGER: ("clicks", "leads", "revenue", "margin"),
}
PRESETS = ("today", "7d", "30d", "month")
DEFAULT_PRESET = "30d"


@dataclass(frozen=True)
class Overview:
    """One period's figures: the tiles, their chart and the best rows by `breakdown`."""

    report: Report
    tiles: list[dict]
    chart: dict
    best: list[dict]

    @property
    def is_empty(self) -> bool:
        return not any(self.report.totals.sums.values())


def overview(
    *, audience: Audience, period: Period, zone: str, breakdown: str, now: datetime, selected: str
) -> Overview:
    """The figures of a home page. `breakdown` is the dimension of the table of the best."""
    metrics = METRICS[audience.kind]
    money = metrics[-1] if audience.kind != AFFILIATE else "earnings"
    report = _report(audience, (breakdown,), metrics, period, zone, now, sort=f"-{money}", limit=6, compare=True)
    selected = selected if selected in metrics else metrics[0]
    tiles = [{**tile, "selected": tile["key"] == selected} for tile in presentation.tiles(report)]
    return Overview(report, tiles, presentation.chart(report, selected, True), _best(report, breakdown))


def _best(report, breakdown):
    names = [str(presentation.label_for(metric, report.request.audience.kind)) for metric in report.metrics]
    return [
        {
            "id": row.keys[breakdown],
            "label": row.labels[breakdown],
            "cells": [
                {"label": name, "text": presentation.printed(report, row, metric.key)}
                for name, metric in zip(names, report.metrics, strict=True)
            ],
        }
        for row in report.rows
    ]


def short_figures(*, audience: Audience, zone: str, today: date, now: datetime) -> list[dict]:
    """Today, yesterday and this month, a few figures each."""
    spans = (("today", _("Today")), ("yesterday", _("Yesterday")), ("month", _("This month")))
    lines = []
    for name, label in spans:
        report = _report(audience, (), SHORT_METRICS[audience.kind], preset(name, today), zone, now)
        lines.append({"label": label, "tiles": presentation.tiles(report)})
    return lines


def _report(audience, dimensions, metrics, period, zone, now, sort="", limit=1, compare=False):
    request = checked(
        dimensions=dimensions, metrics=metrics, filters={}, period=period, timezone=zone, audience=audience, sort=sort
    )
    return run(request, limit=limit, compare=compare, now=now)


def journey(money: WebmasterMoney) -> list[dict]:
    """The way of the money as the `money_bar` element wants it."""
    balance, payouts = reverse("webmaster:balance"), reverse("webmaster:payouts")
    return [
        {
            "label": _("Pending"),
            "units": money.pending,
            "hint": _("an estimate"),
            "url": reverse("webmaster:leads") + "?status=pending",
        },
        {"label": _("On hold"), "units": money.hold, "hint": _("approved, waits for its date"), "url": balance},
        {"label": _("Available"), "units": money.available, "hint": _("ask for it any time"), "url": payouts},
        {"label": _("In payout"), "units": money.in_payout, "hint": _("on its way to you"), "url": payouts},
    ]


def first_steps(affiliate: Affiliate, user) -> list[dict]:
    """The checklist of a webmaster who begins: [{label, url, done}]; empty when all is done."""
    steps = [
        (_("Tell us how you work"), reverse("webmaster:profile"), bool(affiliate.about)),
        (_("Add a site or channel"), reverse("webmaster:profile"), Site.objects.filter(affiliate=affiliate).exists()),
        (
            _("Take your first link"),
            reverse("webmaster:offers"),
            TrackingLink.objects.filter(affiliate=affiliate).exists(),
        ),
        (
            _("See a postback arrive"),
            reverse("webmaster:postbacks"),
            PostbackDelivery.objects.filter(affiliate=affiliate, state=DeliveryState.DELIVERED).exists(),
        ),
        (
            _("Say where to pay"),
            reverse("webmaster:payout_details"),
            PayoutDetails.objects.filter(affiliate=affiliate, is_active=True).exists(),
        ),
        (_("Turn on two-factor sign-in"), reverse("mfa_index"), Authenticator.objects.filter(user=user).exists()),
    ]
    if all(done for _label, _url, done in steps):
        return []
    return [{"label": label, "url": url, "done": done} for label, url, done in steps]
