"""The pages of the integration, as tabs over each of them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

PAGES = [
    ("integration", _("Address and keys")),
    ("integration_rules", _("Who may call, what counts")),
    ("mapping", _("Names and words")),
    ("pixel", _("Pixel")),
    ("calls", _("Calls")),
]


def tabs(active: str) -> list[dict]:
    """The tabs, the one of the page called `active` marked."""
    return [{"url": reverse(f"advertiser:{name}"), "label": label, "active": name == active} for name, label in PAGES]
