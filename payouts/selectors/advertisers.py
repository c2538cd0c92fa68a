"""What is known of advertisers' money beside their balances."""

from django.urls import reverse

from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.ledger.kinds import ADVERTISER_KINDS
from cpanet.ledger.models import Account
from offers.models import Offer
from payouts.models import Adjustment


def currencies_in_use(default: str) -> list[str]:
    """The currencies of offers and advertisers' accounts, the network's own first."""
    used = set(Offer.objects.order_by().values_list("currency", flat=True).distinct())
    used |= set(Account.objects.filter(kind__in=ADVERTISER_KINDS).values_list("currency", flat=True))
    return [default, *sorted(used - {default})]


def owner_of(kind: str, owner_id: int) -> tuple[str, str] | None:
    """Whose account of an adjustment it is, with the address of his page; None for the network itself."""
    if kind in Adjustment.OF_WEBMASTER:
        found, page = Affiliate.objects.filter(pk=owner_id).first(), "manager:webmaster"
    elif kind in Adjustment.OF_ADVERTISER:
        found, page = Advertiser.objects.filter(pk=owner_id).first(), "manager:advertiser"
    else:
        return None
    return (f"{found} #{owner_id}", reverse(page, args=[owner_id])) if found else None
