"""On what terms an advertiser works, and who the network is on paper."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.core.money import exponent
from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import current_network_id
from payouts.models import AdvertiserTerms, NetworkDetails

EDITABLE = (
    "mode", "currency", "credit_limit", "warn_below", "invoice_period", "due_days", "legal_name", "tax_id", "contract",
    "address",
)  # fmt: skip
DETAILS = ("legal_name", "tax_id", "address", "bank", "invoice_prefix", "reminds_overdue")


class BadTerms(DomainError):
    """These terms are not possible."""

    code = "bad_terms"


def locked_details() -> NetworkDetails:
    """The network's details, locked: invoice numbers and bank imports wait for each other here."""
    NetworkDetails.objects.get_or_create(network_id=current_network_id())
    return NetworkDetails.objects.select_for_update(of=("self",)).get()


def locked_terms(advertiser_id: int) -> AdvertiserTerms:
    """An advertiser's terms, made when there are none, locked: his invoices and his pause wait for each other here."""
    currency = Network.objects.values_list("currency", flat=True).get(pk=current_network_id())
    AdvertiserTerms.objects.get_or_create(advertiser_id=advertiser_id, defaults={"currency": currency})
    return AdvertiserTerms.objects.select_for_update(of=("self",)).get(advertiser_id=advertiser_id)


@transaction.atomic
def save_terms(*, advertiser: Advertiser, actor, now: datetime, **fields) -> AdvertiserTerms:
    """Change fields of EDITABLE. Raises BadTerms, core.money.BadAmount."""
    terms = locked_terms(advertiser.pk)
    exponent(fields.get("currency", terms.currency))
    if (fields.get("credit_limit") or 0) < 0:
        raise BadTerms(_("Write a limit of zero or more."), field="credit_limit")
    changes = _apply(terms, {name: value for name, value in fields.items() if name in EDITABLE})
    if changes:
        audit.record(action="advertiser.terms", subject=advertiser, actor=actor, now=now, changes=changes)
    return terms


@transaction.atomic
def save_details(*, actor, now: datetime, **fields) -> NetworkDetails:
    """Who the network is on its invoices: fields of DETAILS."""
    details = locked_details()
    changes = _apply(details, {name: value for name, value in fields.items() if name in DETAILS})
    if changes:
        audit.record(action="network.details", subject=details, actor=actor, now=now, changes=changes)
    return details


def _apply(row, fields):
    cleaned = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    changes = {name: [getattr(row, name), value] for name, value in cleaned.items() if getattr(row, name) != value}
    for name, value in cleaned.items():
        setattr(row, name, value)
    row.save()
    return changes
