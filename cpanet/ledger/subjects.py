"""From the subject of a journal to the page of the thing itself. Pure, but for the addresses."""

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

PAGES = {
    "conversion": "lead", "payout": "payout", "advertiser": "advertiser", "adjustment": "adjustment",
    "exchange": "exchange",
}  # fmt: skip


def title_of(subject: str) -> str:
    """ "conversion:17" → “Lead 17”."""
    kind, _colon, number = subject.partition(":")
    words = {
        "conversion": _("Lead"), "payout": _("Payout"), "advertiser": _("Advertiser"), "adjustment": _("Adjustment"),
        "exchange": _("Exchange"),
    }  # fmt: skip
    return f"{words.get(kind, kind)} {number}".strip()


def link_to(subject: str, audience: str) -> SafeString | str:
    """The title as a link, where this audience has a page for the thing."""
    kind, _colon, number = subject.partition(":")
    try:
        url = reverse(f"{audience}:{PAGES[kind]}", args=[int(number)])
    except (NoReverseMatch, KeyError, ValueError):
        return title_of(subject)
    return format_html('<a href="{}">{}</a>', url, title_of(subject))
