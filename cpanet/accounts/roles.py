"""Roles and what they may do. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    FINANCE = "finance", _("Finance")
    AFFILIATE_MANAGER = "affiliate_manager", _("Webmasters' manager")
    ADVERTISER_MANAGER = "advertiser_manager", _("Advertisers' manager")
    SUPPORT = "support", _("Support (read only)")
    ADVERTISER = "advertiser", _("Advertiser")
    AFFILIATE = "affiliate", _("Webmaster")


STAFF_ROLES = (Role.OWNER, Role.FINANCE, Role.AFFILIATE_MANAGER, Role.ADVERTISER_MANAGER, Role.SUPPORT)

_VIEW = frozenset({"people.view", "offers.view", "leads.view", "payouts.view", "reports.view", "audit.view"})
PERMISSIONS = {
    Role.OWNER: _VIEW
    | {
        "people.edit",
        "staff.edit",
        "network.edit",
        "offers.edit",
        "access.decide",
        "leads.decide",
        "fraud.edit",
        "reconciliation.run",
        "payouts.review",
        "payouts.confirm",
        "money.adjust",
    },
    Role.FINANCE: _VIEW | {"payouts.review", "payouts.confirm", "reconciliation.run", "money.adjust"},
    Role.AFFILIATE_MANAGER: _VIEW | {"people.edit", "access.decide", "fraud.edit"},
    Role.ADVERTISER_MANAGER: _VIEW
    | {"people.edit", "offers.edit", "access.decide", "leads.decide", "fraud.edit", "reconciliation.run"},
    Role.SUPPORT: _VIEW,
}


def may(role: str, permission: str) -> bool:
    """Whether the staff role holds the permission; members of advertisers and affiliates hold none of these."""
    return permission in PERMISSIONS.get(role, frozenset())
