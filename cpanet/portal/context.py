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
    permission: str = ""


@dataclass(frozen=True)
class Group:
    """Lines that belong together. Without a label they stand alone at the top. `is_open`: as long as nobody says
    otherwise; `slug` names it in the cookie that remembers."""

    slug: str
    label: str
    places: tuple[Place, ...]
    is_open: bool = True


PLACES = {
    "webmaster": [
        Group("top", "", (
            Place("home", _("Home"), "layout-dashboard"),
            Place("statistics", _("Statistics"), "chart-bar"),
        )),
        Group("promotion", _("Promotion"), (
            Place("offers", _("Offers"), "tags"),
            Place("links", _("Links"), "link"),
            Place("postbacks", _("Postbacks"), "send"),
        )),
        Group("traffic", _("Traffic"), (
            Place("leads", _("Leads"), "checks"),
            Place("disputes", _("Disputes"), "scale"),
            Place("clicks", _("Click lookup"), "click"),
        )),
        Group("money", _("Money"), (
            Place("balance", _("Balance"), "wallet"),
            Place("payouts", _("Payouts"), "cash"),
            Place("payout_details", _("Payout details"), "credit-card"),
            Place("referrals", _("Referrals"), "users"),
        )),
        Group("account", _("Account"), (
            Place("profile", _("Profile and sites"), "user"),
            Place("api_keys", _("API keys"), "api"),
        )),
    ],
    "advertiser": [
        Group("top", "", (
            Place("home", _("Home"), "layout-dashboard"),
            Place("statistics", _("Statistics"), "chart-bar"),
        )),
        Group("traffic", _("Offers and leads"), (
            Place("offers", _("Offers"), "tags"),
            Place("leads", _("Leads"), "checks"),
            Place("disputes", _("Disputes"), "scale"),
            Place("statements", _("Reconciliation"), "file-check"),
        )),
        Group("money", _("Money"), (
            Place("balance", _("Balance"), "wallet"),
            Place("invoices", _("Invoices"), "file-invoice"),
        )),
        Group("connection", _("Connection"), (
            Place("integration", _("Integration"), "webhook"),
            Place("calls", _("Inbound calls"), "inbox"),
        )),
        Group("account", _("Account"), (
            Place("team", _("Team"), "users"),
            Place("api_keys", _("API keys"), "api"),
        )),
    ],
    "manager": [
        Group("top", "", (
            Place("home", _("Home"), "layout-dashboard"),
            Place("statistics", _("Statistics"), "chart-bar", "reports.view"),
        )),
        Group("traffic", _("Traffic"), (
            Place("leads", _("Leads"), "checks", "leads.view"),
            Place("disputes", _("Disputes"), "scale", "leads.view"),
            Place("fraud", _("Fraud review"), "shield-check", "leads.view"),
            Place("statements", _("Reconciliation"), "file-check", "leads.view"),
            Place("clicks", _("Click lookup"), "click", "leads.view"),
            Place("calls", _("Inbound calls"), "inbox", "leads.view"),
            Place("postbacks", _("Postbacks"), "send", "leads.view"),
        )),
        Group("offers", _("Offers"), (
            Place("offers", _("Offers"), "tags", "offers.view"),
            Place("access", _("Access requests"), "key", "offers.view"),
        )),
        Group("people", _("People"), (
            Place("webmasters", _("Webmasters"), "users", "people.view"),
            Place("advertisers", _("Advertisers"), "building-store", "people.view"),
            Place("referrals", _("Referrals"), "user-plus", "people.view"),
            Place("staff", _("Staff"), "id", "people.view"),
        )),
        Group("money-in", _("Money in"), (
            Place("invoices", _("Invoices"), "file-invoice", "payouts.view"),
            Place("bank", _("Bank payments"), "building-bank", "payouts.view"),
        ), is_open=False),
        Group("money-out", _("Money out"), (
            Place("payouts", _("Payouts"), "cash", "payouts.view"),
            Place("batches", _("Batches"), "stack-2", "payouts.view"),
            Place("payout_methods", _("Payout methods"), "credit-card", "payouts.view"),
            Place("fuse", _("Fuse"), "bolt", "payouts.view"),
        ), is_open=False),
        Group("books", _("Books"), (
            Place("profit", _("Profit"), "report-money", "payouts.view"),
            Place("trial_balance", _("Trial balance"), "scale", "payouts.view"),
            Place("journal", _("Ledger"), "books", "payouts.view"),
            Place("adjustments", _("Adjustments"), "adjustments-horizontal", "payouts.view"),
            Place("rates", _("Exchange rates"), "currency-dollar", "payouts.view"),
        ), is_open=False),
        Group("network", _("Network"), (
            Place("settings", _("Settings"), "settings", "network.edit"),
            Place("api_keys", _("API keys"), "api", "reports.view"),
            Place("jobs", _("Jobs"), "activity", "reports.view"),
            Place("audit", _("Audit log"), "history", "audit.view"),
        ), is_open=False),
    ],
}  # fmt: skip
OPENED = "nav"  # the cookie: “money-in.1_people.0” says which groups somebody has opened and closed
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
    user = getattr(request, "user", None)  # none yet where the answer is made before anybody was asked who he is
    if not (user and user.is_authenticated):  # also a signed-in person on the API's docs, which look at keys only
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
    wishes = dict(wish.partition(".")[::2] for wish in request.COOKIES.get(OPENED, "").split("_") if wish)
    groups = (_group(group, _lines(request, audience, membership, group, badges), wishes) for group in PLACES[audience])
    return [group for group in groups if group["items"]]


def _group(group, items, wishes):
    """The group of the page is always open; of the others the person's wish counts, then the usual."""
    wish = wishes.get(group.slug)
    is_open = any(item["active"] for item in items) or (group.is_open if wish is None else wish == "1")
    badge = sum(item["badge"] or 0 for item in items)
    return {"slug": group.slug, "label": group.label, "items": items, "is_open": is_open, "badge": badge}


def _lines(request, audience, membership, group, badges):
    lines = []
    for place in group.places:
        url = _address(f"{audience}:{place.name}")
        if url is None or (place.permission and not may(membership.role, place.permission)):
            continue
        active = request.path == url or (place.name != "home" and request.path.startswith(url))
        badge = badges.get(place.name)
        lines.append({"url": url, "label": place.label, "icon": place.icon, "active": active, "badge": badge})
    return lines


def _address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
