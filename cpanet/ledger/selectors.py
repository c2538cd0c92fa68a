"""Questions about balances."""

from dataclasses import dataclass

from django.db.models import Sum

from cpanet.ledger.kinds import ADVERTISER_KINDS, WEBMASTER_KINDS, AccountKind, Balances, Ref, natural
from cpanet.ledger.models import Account, Entry


@dataclass(frozen=True)
class WebmasterBalance:
    """What a webmaster has, in units of one currency. `pending` is no money yet and is not asked here."""

    currency: str
    hold: int
    available: int
    in_payout: int
    debt: int


def balances(refs: list[Ref]) -> Balances:
    """Balances now, unlocked; 0 for an account that has never been used."""
    found = dict.fromkeys(refs, 0)
    rows = Account.objects.filter(kind__in={r.kind for r in refs}, owner_id__in={r.owner_id for r in refs})
    for account in rows:
        if account.ref in found:
            found[account.ref] = account.balance
    return found


def webmaster_balance(*, affiliate_id: int, currency: str) -> WebmasterBalance:
    """The balances of a webmaster, all as natural (positive) numbers."""
    return WebmasterBalance(
        currency,
        *_natural_balances(
            affiliate_id, currency, (AccountKind.HOLD, AccountKind.AVAILABLE, AccountKind.IN_PAYOUT, AccountKind.DEBT)
        ),
    )


def advertiser_balance(*, advertiser_id: int, currency: str) -> tuple[int, int]:
    """(deposit, owed), both natural."""
    deposit, receivable = _natural_balances(advertiser_id, currency, ADVERTISER_KINDS)
    return deposit, receivable


def _natural_balances(owner_id, currency, kinds):
    refs = [Ref(kind, owner_id, currency) for kind in kinds]
    found = balances(refs)
    return [natural(ref.kind, found[ref]) for ref in refs]


def entries_of_webmaster(*, affiliate_id: int, currency: str | None = None):
    """The entries of his accounts, newest first, with journal and account loaded."""
    return _entries(WEBMASTER_KINDS, affiliate_id, currency)


def entries_of_advertiser(*, advertiser_id: int, currency: str | None = None):
    """The entries of an advertiser's accounts, newest first, with journal and account loaded."""
    return _entries(ADVERTISER_KINDS, advertiser_id, currency)


def _entries(kinds, owner_id, currency):
    accounts = Account.objects.filter(kind__in=kinds, owner_id=owner_id)
    if currency:
        accounts = accounts.filter(currency=currency)
    return all_entries().filter(account__in=list(accounts))


def all_entries():
    """Every entry of the network, newest first, with journal and account loaded."""
    return Entry.objects.select_related("journal", "account").order_by("-id")


def currencies_of_owner(*, kinds, owner_id: int, default: str) -> list[str]:
    """The currencies of the accounts of these kinds that an owner has used, `default` first."""
    used = set(
        Account.objects.filter(kind__in=kinds, owner_id=owner_id, version__gt=0).values_list("currency", flat=True)
    )
    return [default, *sorted(used - {default})]


def trial_balance() -> list[dict]:
    """The sums of all accounts by kind and currency: kind, label, currency, units (natural). Zeros are left out."""
    rows = Account.objects.order_by().values("kind", "currency").annotate(units=Sum("balance")).exclude(units=0)
    order = {kind: place for place, kind in enumerate(AccountKind.values)}
    return [
        {**row, "label": AccountKind(row["kind"]).label, "units": natural(row["kind"], int(row["units"]))}
        for row in sorted(rows, key=lambda row: (row["currency"], order[row["kind"]]))
    ]


def entries_of_subject(subject: str):
    """All entries that one business object has caused, oldest first."""
    return Entry.objects.filter(journal__subject=subject).select_related("journal", "account").order_by("id")
