"""What every page of a cabinet needs to know: where the person is and where he can go."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.roles import STAFF_ROLES, Role, may
from cpanet.portal.badges import badges_of


@dataclass(frozen=True)
class Place:
    """One line of the sidebar: the name of its page, and for the staff the permission it takes."""

    name: str
    label: str
    icon: str
    section: str = ""
    permission: str = ""


NETWORK, MONEY, WORK, ACCOUNT = _("Network"), _("Money"), _("Work"), _("Account")

PLACES = {
    "webmaster": [
        Place("home", _("Home"), "layout-dashboard"),
        Place("offers", _("Offers"), "tags"),
        Place("links", _("Links"), "link"),
        Place("statistics", _("Statistics"), "chart-bar"),
        Place("leads", _("Leads"), "checks"),
        Place("disputes", _("Disputes"), "scale"),
        Place("clicks", _("Click lookup"), "click"),
        Place("postbacks", _("Postbacks"), "send"),
        Place("balance", _("Balance"), "wallet", MONEY),
        Place("payouts", _("Payouts"), "cash", MONEY),
        Place("payout_details", _("Payout details"), "credit-card", MONEY),
        Place("referrals", _("Referrals"), "users", MONEY),
        Place("profile", _("Profile and sites"), "user", ACCOUNT),
        Place("api_keys", _("API keys"), "api", ACCOUNT),
    ],
    "advertiser": [
        Place("home", _("Home"), "layout-dashboard"),
        Place("offers", _("Offers"), "tags"),
        Place("leads", _("Leads"), "checks"),
        Place("disputes", _("Disputes"), "scale"),
        Place("statements", _("Reconciliation"), "file-check"),
        Place("statistics", _("Statistics"), "chart-bar"),
        Place("balance", _("Balance"), "wallet", MONEY),
        Place("invoices", _("Invoices"), "file-invoice", MONEY),
        Place("integration", _("Integration"), "webhook", ACCOUNT),
        Place("calls", _("Inbound calls"), "inbox", ACCOUNT),
        Place("team", _("Team"), "users", ACCOUNT),
        Place("api_keys", _("API keys"), "api", ACCOUNT),
    ],
    "manager": [
        Place("home", _("Home"), "layout-dashboard"),
        Place("webmasters", _("Webmasters"), "users", WORK, "people.view"),
        Place("advertisers", _("Advertisers"), "building-store", WORK, "people.view"),
        Place("referrals", _("Referrals"), "user-plus", WORK, "people.view"),
        Place("offers", _("Offers"), "tags", WORK, "offers.view"),
        Place("access", _("Access requests"), "key", WORK, "offers.view"),
        Place("leads", _("Leads"), "checks", WORK, "leads.view"),
        Place("disputes", _("Disputes"), "scale", WORK, "leads.view"),
        Place("postbacks", _("Postbacks"), "send", WORK, "leads.view"),
        Place("fraud", _("Fraud review"), "shield-check", WORK, "leads.view"),
        Place("clicks", _("Click lookup"), "click", WORK, "leads.view"),
        Place("statistics", _("Statistics"), "chart-bar", WORK, "reports.view"),
        Place("calls", _("Inbound calls"), "inbox", WORK, "leads.view"),
        Place("statements", _("Reconciliation"), "file-check", WORK, "leads.view"),
        Place("payouts", _("Payouts"), "cash", MONEY, "payouts.view"),
        Place("batches", _("Batches"), "stack-2", MONEY, "payouts.view"),
        Place("payout_methods", _("Payout methods"), "credit-card", MONEY, "payouts.view"),
        Place("bank", _("Bank payments"), "building-bank", MONEY, "payouts.view"),
        Place("invoices", _("Invoices"), "file-invoice", MONEY, "payouts.view"),
        Place("adjustments", _("Adjustments"), "adjustments-horizontal", MONEY, "payouts.view"),
        Place("rates", _("Exchange rates"), "currency-dollar", MONEY, "payouts.view"),
        Place("fuse", _("Fuse"), "bolt", MONEY, "payouts.view"),
        Place("journal", _("Ledger"), "books", MONEY, "payouts.view"),
        Place("trial_balance", _("Trial balance"), "scale", MONEY, "payouts.view"),
        Place("profit", _("Profit"), "report-money", MONEY, "payouts.view"),
        Place("staff", _("Staff"), "id", NETWORK, "people.view"),
        Place("jobs", _("Jobs"), "activity", NETWORK, "reports.view"),
        Place("audit", _("Audit log"), "history", NETWORK, "audit.view"),
        Place("settings", _("Settings"), "settings", NETWORK, "network.edit"),
        Place("api_keys", _("API keys"), "api", NETWORK, "reports.view"),
    ],
}
TITLES = {"webmaster": _("Webmaster"), "advertiser": _("Advertiser"), "manager": _("Manager")}


def cabinet(request):
    """`cabinet`: the audience of the page, the network's name, the sidebar, the person (see docs/ui.md).

    Found once per request: a table with template columns renders, and so asks, for every cell.
    """
    if not hasattr(request, "cabinet"):
        request.cabinet = _cabinet(request)
    return {"cabinet": request.cabinet}


def _cabinet(request):
    network = getattr(request, "network", None)
    if network is None:
        return {"network": "cpanet"}
    found = {"network": network.name, "nav": []}
    if not request.user.is_authenticated:  # also a signed-in person on the API's docs, which look at keys only
        return found
    audience = request.path.strip("/").partition("/")[0]
    memberships = {_audience(membership): membership for membership in reversed(request.memberships)}
    if audience not in memberships:
        audience = next(iter(memberships), "")
    if audience:
        found.update(_of_audience(request, audience, memberships))
    return found


def _audience(membership):
    if membership.role in STAFF_ROLES:
        return "manager"
    return "advertiser" if membership.role == Role.ADVERTISER else "webmaster"


def _of_audience(request, audience, memberships):
    membership = memberships[audience]
    return {
        "audience": audience,
        "title": TITLES[audience],
        "nav": _nav(request, audience, membership),
        "user_name": request.user.display_name,
        "user_sub": _subtitle(membership),
        "switch": _switch(audience, memberships),
        "search_url": _address("manager:search") if audience == "manager" else None,
        "foot": None,
    }


def _subtitle(membership):
    if membership.role == Role.AFFILIATE:
        return f"{membership.affiliate.name} #{membership.affiliate_id}"
    if membership.role == Role.ADVERTISER:
        return membership.advertiser.name
    return membership.get_role_display()


def _switch(audience, memberships):
    if len(memberships) < 2:
        return []
    return [{"label": TITLES[name], "url": reverse(f"{name}:home"), "active": name == audience} for name in memberships]


def _nav(request, audience, membership):
    badges = badges_of(audience, membership)
    lines = []
    for place in PLACES[audience]:
        url = _address(f"{audience}:{place.name}")
        if url is None or (place.permission and not may(membership.role, place.permission)):
            continue
        active = request.path == url or (place.name != "home" and request.path.startswith(url))
        lines.append(
            {
                "url": url,
                "label": place.label,
                "icon": place.icon,
                "section": place.section,
                "active": active,
                "badge": badges.get(place.name),
            }
        )
    return lines


def _address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
