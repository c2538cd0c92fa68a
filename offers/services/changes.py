"""What all services of offers share: change a row, see what changed, write it down, keep active offers complete."""

from datetime import datetime
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from cpanet.tenancy.scope import current_network_id
from cpanet.tenancy.services import touch_config
from offers.models import Offer
from offers.selectors.offers import MISSING, missing_of


class BadOffer(DomainError):
    """These are not the data of an offer."""

    code = "bad_offer"


class OfferIncomplete(DomainError):
    """The offer is not complete, so it cannot be active. `missing` holds keys of selectors.offers.MISSING."""

    code = "offer_incomplete"
    field = "status"

    def __init__(self, missing: list[str]):
        self.missing = missing
        parts = ", ".join(str(MISSING[part]) for part in missing)
        super().__init__(_("An active offer needs more: %s is missing. Add it, then try again.") % parts)


def locked(offer: Offer) -> Offer:
    """The offer's row, locked until the transaction ends: whoever changes an offer or a part goes through here."""
    return Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)


def apply(row: models.Model, changes: dict, editable: set[str]) -> dict:
    """Set fields, validate, save; returns {"field": [before, after]} of what differs. Raises BadOffer."""
    unknown = set(changes) - editable
    if unknown:
        raise TypeError(f"{row._meta.model_name} has no field to change called {', '.join(sorted(unknown))}")
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    validate(row)
    row.save()
    return {name: [_plain(before[name]), _plain(value)] for name, value in changes.items() if before[name] != value}


def validate(row: models.Model) -> None:
    """Field by field, then the constraints of the table. Raises BadOffer about the first fault."""
    try:
        row.clean_fields(exclude={"network"})
        row.validate_constraints(exclude={"network"})
    except ValidationError as error:
        raise from_validation(error, row) from None


def from_validation(error: ValidationError, row: models.Model) -> BadOffer:
    """The first message of Django's validation as a sentence that names its field."""
    name, messages = next(iter(error.message_dict.items()))
    if name == "__all__":
        return BadOffer(messages[0])
    return BadOffer(f"{row._meta.get_field(name).verbose_name}: {messages[0]}", field=name)


def write_down(*, action: str, offer: Offer, actor, now: datetime, changes: dict | None = None) -> None:
    """The audit row of a change that the click edge decides by, and the edge's notice. Raises OfferIncomplete when an
    active offer has lost a part it needs."""
    missing = missing_of(offer, now) if offer.status == Offer.Status.ACTIVE else []
    if missing:
        raise OfferIncomplete(missing)
    audit.record(action=action, subject=offer, actor=actor, now=now, changes=changes)
    touch_config(current_network_id())


def stored(file, folder: str, ending: str) -> str:
    """Keep an uploaded file of the network in scope under a name that nobody can guess or choose; returns the name."""
    name = PurePosixPath("networks", str(current_network_id()), folder, f"{uuid4().hex}.{ending}")
    return default_storage.save(str(name), file)


def _plain(value):
    """As the audit log keeps it."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, models.fields.files.FieldFile):
        return value.name
    return value
