"""Landings: the pages clicks end on."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import User
from cpanet.core import macros
from offers.models import Landing, Offer
from offers.services.changes import BadOffer, apply, locked, write_down

EDITABLE = {"name", "url", "weight", "is_active"}


class BadAddress(BadOffer):
    """This is not the address of a page."""

    code = "bad_address"
    field = "url"


@transaction.atomic
def add_landing(
    *, offer: Offer, name: str, url: str, actor: User | None, now: datetime, weight: int = 1, is_active: bool = True
) -> Landing:
    """A new landing. Clicks are spread over the active landings in proportion to their weights; a weight of 0 is only
    reached by links that name the landing. Raises BadAddress, BadOffer."""
    offer = locked(offer)
    fields = {"name": name.strip(), "url": checked_address(url), "weight": weight, "is_active": is_active}
    landing = Landing(offer=offer)
    apply(landing, fields, EDITABLE)
    write_down(
        action="landing.added", offer=offer, actor=actor, now=now, changes={"landing": landing.name, "url": landing.url}
    )
    return landing


@transaction.atomic
def update_landing(*, landing: Landing, actor: User | None, now: datetime, **changes) -> Landing:
    """Change fields of EDITABLE. Raises BadAddress, BadOffer, OfferIncomplete (the last landing of an active offer)."""
    offer = locked(landing.offer)
    landing = Landing.objects.get(pk=landing.pk)
    if "url" in changes:
        changes["url"] = checked_address(changes["url"])
    differing = apply(landing, changes, EDITABLE)
    if differing:
        changes = {"landing": landing.name, **differing}
        write_down(action="landing.changed", offer=offer, actor=actor, now=now, changes=changes)
    return landing


def checked_address(url: str) -> str:
    """The address trimmed. Raises BadAddress with what is wrong: the scheme, the host, a macro."""
    url = url.strip()
    if any(character <= " " or character == "\\" for character in url):
        raise BadAddress(_("The address holds a space or a backslash: write %20 instead of a space."))
    try:
        macros.validate_address(url)
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except macros.UnknownMacro as error:
        raise BadAddress(str(error), code=error.code) from None
    except macros.MisplacedMacro as error:
        raise BadAddress(str(error), code=error.code) from None
    except ValueError:
        raise BadAddress(_("This is not a web address: check how it is written.")) from None
    if parts.scheme not in ("http", "https") or not host:
        raise BadAddress(_("The address must begin with http:// or https:// and name a site."))
    if parts.username is not None:
        raise BadAddress(_("The address must not hold a user name or a password."))
    return url
