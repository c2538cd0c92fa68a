"""The order in which leads and money are locked: leads by id, then accounts by id, for everything that touches many."""

from collections.abc import Iterable

from cpanet.ledger.journal import lock_accounts
from cpanet.ledger.kinds import AccountKind, Ref
from tracking.models import Conversion

OF_WEBMASTER = (AccountKind.HOLD, AccountKind.AVAILABLE, AccountKind.DEBT)
OF_ADVERTISER = (AccountKind.DEPOSIT, AccountKind.RECEIVABLE)
OF_NETWORK = (AccountKind.REVENUE, AccountKind.COST, AccountKind.REFERRAL_COST)


def lock_leads(conversion_ids: Iterable[int]) -> None:
    """Lock these leads and then every account their decisions can move, until the transaction ends.

    A transaction that decides about several leads calls this first. Otherwise it would hold the accounts of one lead
    while it waits for the next lead, whose holder waits for those accounts.
    """
    rows = Conversion.objects.filter(pk__in=list(conversion_ids)).order_by("id").select_for_update(of=("self",))
    lock_money_of(list(rows.only("id", "network_id", "advertiser_id", "affiliate_id", "referrer_id", "currency")))


def lock_money_of(conversions: Iterable[Conversion]) -> None:
    """Lock every account that decisions about these locked leads can move."""
    leads = list(conversions)
    refs = _webmasters(leads)
    refs |= {Ref(kind, lead.advertiser_id, lead.currency) for lead in leads for kind in OF_ADVERTISER}
    refs |= {Ref(kind, 0, lead.currency) for lead in leads for kind in OF_NETWORK}
    if refs:
        lock_accounts(list(refs))


def lock_webmasters_of(conversions: Iterable[Conversion]) -> None:
    """Lock the accounts that the release of these locked leads moves; decisions about others go on meanwhile."""
    if refs := _webmasters(conversions):
        lock_accounts(list(refs))


def _webmasters(leads) -> set[Ref]:
    owners = {(owner, lead.currency) for lead in leads for owner in (lead.affiliate_id, lead.referrer_id) if owner}
    return {Ref(kind, owner, currency) for owner, currency in owners for kind in OF_WEBMASTER}
