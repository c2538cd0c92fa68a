"""Calls from the pages of shops. A pixel is no secret: whoever reads the page can make them.

So they are let in by the page they come from, never decide anything, and their leads are marked by their origin.
"""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tracking.models import PostbackSettings
from tracking.services.postback_keys import Caller, NotAuthenticated


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


def _host(page: str) -> str:
    try:
        return (urlsplit(page).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""
