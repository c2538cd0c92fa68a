"""The scopes an API key may have, by the role of its owner. Pure."""

from django.utils.translation import gettext_lazy as _

from cpanet.accounts.roles import STAFF_ROLES, Role

_READ_STAFF = (
    "offers:read",
    "conversions:read",
    "coupons:read",
    "postbacks:read",
    "statistics:read",
    "affiliates:read",
    "payouts:read",
    "disputes:read",
)
SCOPES = {
    Role.AFFILIATE: (
        "offers:read",
        "links:read",
        "links:write",
        "conversions:read",
        "leads:write",
        "coupons:read",
        "statistics:read",
        "statistics:write",
        "balance:read",
        "postbacks:read",
        "postbacks:write",
        "payouts:read",
        "payouts:write",
        "disputes:read",
        "disputes:write",
    ),
    Role.ADVERTISER: (
        "offers:read",
        "conversions:read",
        "conversions:write",
        "coupons:read",
        "coupons:write",
        "statistics:read",
        "balance:read",
        "disputes:read",
        "disputes:write",
    ),
    **dict.fromkeys(STAFF_ROLES, _READ_STAFF),
}

_RESOURCES = {
    "offers": _("offers"),
    "links": _("links"),
    "conversions": _("leads"),
    "leads": _("submitted leads"),
    "coupons": _("promo codes"),
    "postbacks": _("postbacks"),
    "statistics": _("statistics"),
    "balance": _("balance"),
    "payouts": _("payouts"),
    "affiliates": _("webmasters"),
    "disputes": _("disputes"),
}


def scope_label(scope: str) -> str:
    """For people: “read leads”."""
    resource, _colon, action = scope.partition(":")
    name = _RESOURCES.get(resource, resource)
    return _("change %s") % name if action == "write" else _("read %s") % name
