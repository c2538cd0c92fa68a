"""Themes of offers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import User
from offers.models import Vertical
from offers.services.changes import BadOffer, apply


class VerticalInUse(BadOffer):
    """Offers belong to this theme."""

    code = "vertical_in_use"


class VerticalExists(BadOffer):
    """There is such a theme already."""

    code = "vertical_exists"
    field = "name"


@transaction.atomic
def add_vertical(*, name: str, actor: User | None, now: datetime) -> Vertical:
    """A new theme. Raises VerticalExists, BadOffer."""
    vertical = Vertical()
    _rename(vertical, name)
    audit.record(action="vertical.added", subject=vertical, actor=actor, now=now)
    return vertical


@transaction.atomic
def rename_vertical(*, vertical: Vertical, name: str, actor: User | None, now: datetime) -> Vertical:
    """Raises VerticalExists, BadOffer."""
    before = vertical.name
    _rename(vertical, name)
    audit.record(
        action="vertical.renamed", subject=vertical, actor=actor, now=now, changes={"name": [before, vertical.name]}
    )
    return vertical


@transaction.atomic
def delete_vertical(*, vertical: Vertical, actor: User | None, now: datetime) -> None:
    """Remove a theme that no offer has. Raises VerticalInUse."""
    count = vertical.offers.count()
    if count:
        raise VerticalInUse(
            _("%(count)d offers belong to “%(name)s”: give them another theme first.")
            % {"count": count, "name": vertical.name}
        )
    audit.record(action="vertical.deleted", subject=vertical, actor=actor, now=now)
    vertical.delete()


def _rename(vertical: Vertical, name: str) -> None:
    name = " ".join(name.split())
    if Vertical.objects.filter(name__iexact=name).exclude(pk=vertical.pk).exists():
        raise VerticalExists(_("There is a theme called “%s” already.") % name)
    apply(vertical, {"name": name}, {"name"})
