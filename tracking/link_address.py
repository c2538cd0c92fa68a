"""Addresses of tracking links. Pure."""

from collections.abc import Mapping
from urllib.parse import quote

from django.conf import settings


def link_url(host: str, code: str, *, marks: Mapping[str, str] | None = None, deep_link: str = "") -> str:
    """The public address of the link `code` of the network under `host`.

    `marks` are sub-ids ("sub1": value) to be written into the address; a value that is a macro of the webmaster's own
    tracker, such as `{campaign.id}`, is left as it is for that tracker to fill. `deep_link` is a page of the shop.
    """
    address = f"{settings.CLICK_ADDRESS.replace('{host}', host)}/c/{code}"
    pairs = [(name, value) for name, value in (marks or {}).items() if value]
    if deep_link:
        pairs.append(("url", deep_link))
    query = "&".join(f"{name}={quote(value, safe='{}[]$' if name != 'url' else '')}" for name, value in pairs)
    return f"{address}?{query}" if query else address


def subs_of(link) -> dict[str, str]:
    """The sub-ids a link carries by itself, those that are set."""
    values = {f"sub{number}": getattr(link, f"sub{number}") for number in range(1, 6)}
    return {name: value for name, value in values.items() if value}
