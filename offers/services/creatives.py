"""Banners and texts webmasters may use."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import User
from offers import images
from offers.models import Creative, Offer
from offers.services.changes import BadOffer, apply, stored, validate

EDITABLE = {"name", "text", "is_active"}


@transaction.atomic
def add_creative(
    *, offer: Offer, kind: str, name: str, actor: User | None, now: datetime, image=None, text: str = ""
) -> Creative:
    """A banner with its picture (a seekable file; its content decides, not its name) or a text.

    Raises images.BadImage, BadOffer.
    """
    creative = Creative(offer=offer, kind=kind, name=name.strip(), text=text.strip())
    validate(creative)
    if kind == Creative.Kind.BANNER:
        _take_image(creative, image)
    elif not creative.text:
        raise BadOffer(_("Write the text."), field="text")
    creative.save()
    audit.record(action="creative.added", subject=offer, actor=actor, now=now, changes={"creative": creative.name})
    return creative


@transaction.atomic
def update_creative(*, creative: Creative, actor: User | None, now: datetime, **changes) -> Creative:
    """Change fields of EDITABLE. A picture is not exchanged under the banners of other sites: add another creative."""
    differing = apply(creative, changes, EDITABLE)
    if differing:
        changes = {"creative": creative.name, **differing}
        audit.record(action="creative.changed", subject=creative.offer, actor=actor, now=now, changes=changes)
    return creative


def _take_image(creative: Creative, image) -> None:
    if not image:
        raise images.BadImage(_("Choose the picture of the banner."))
    facts = images.inspect(image)
    creative.width, creative.height = facts.width, facts.height
    creative.image = stored(image, "creatives", facts.format)
