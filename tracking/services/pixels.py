"""Calls from the pages of shops. A pixel is no secret: whoever reads the page can make them.

So they are let in by the page they come from, never decide anything, and their leads are marked by their origin.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from cpanet.accounts.models import Advertiser
from tracking.models import InboundPostback, PostbackSettings
from tracking.services.postback_keys import Caller, NotAuthenticated
from tracking.services.understanding import BY_BROWSER

A_MINUTE = 60


def let_in_page(*, settings: PostbackSettings, page: str) -> Caller:
    """`page` is the Origin or Referer of the call: it must lie on one of the advertiser's sites or below it.

    Raises NotAuthenticated.
    """
    if not settings.pixel_domains:
        raise NotAuthenticated(_("The pixel is not switched on: name your sites on the integration page."))
    host = _host(page)
    if not host:
        raise NotAuthenticated(_("The browser did not say from which page the pixel was called."))
    if not any(host == domain or host.endswith(f".{domain}") for domain in settings.pixel_domains):
        message = _("The pixel was called from %s, which is not among your sites.")
        raise NotAuthenticated(message % host[:100])
    return Caller(_("pixel on %s") % host[:40])


def is_flood(*, advertiser: Advertiser, address: str | None, now: datetime) -> bool:
    """Whether this visitor's address has loaded the advertiser's pixel 60 times within the last minute: then the call
    is not even kept, or anybody could fill the list of calls."""
    newest = InboundPostback.objects.filter(advertiser=advertiser).order_by("-id")[: 5 * A_MINUTE]
    since = now - timedelta(minutes=1)
    same = [
        origin in BY_BROWSER and at > since and who == address
        for origin, who, at in newest.values_list("origin", "address", "received_at")
    ]
    return sum(same) >= A_MINUTE


def _host(page: str) -> str:
    try:
        return (urlsplit(page).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""
