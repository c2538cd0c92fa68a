"""What is known of advertisers' money beside their balances."""

from cpanet.ledger.kinds import ADVERTISER_KINDS
from cpanet.ledger.models import Account
from offers.models import Offer


def currencies_in_use(default: str) -> list[str]:
    """The currencies of offers and advertisers' accounts, the network's own first."""
    used = set(Offer.objects.order_by().values_list("currency", flat=True).distinct())
    used |= set(Account.objects.filter(kind__in=ADVERTISER_KINDS).values_list("currency", flat=True))
    return [default, *sorted(used - {default})]
