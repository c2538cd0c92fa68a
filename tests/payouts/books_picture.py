"""The books of a network as a picture, to compare with those of another one to which the same has happened."""

from collections import Counter

from cpanet.ledger.models import Account, Entry
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from payouts.models import Adjustment, BankPayment, CurrencyExchange, Invoice, InvoiceRow, Payout
from tracking.models import Conversion

ROWS = (
    (Conversion, "status", "held", "released", "referral_held", "referral_released", "recognised_revenue", "revision"),
    (Payout, "status", "amount", "fee"),
    (Invoice, "status", "kind", "number", "total", "settled"),
    (InvoiceRow, "amount", "is_void", "is_correction"),
    (BankPayment, "status", "amount"),
    (Adjustment, "status", "amount"),
    (CurrencyExchange, "sold", "bought"),
)


def picture(network_id, now) -> dict:
    """Balances, entries and the rows they stand for, without a number that another network would not have too. The
    books hold."""
    with network_scope(network_id):
        findings = examine_books(network_id=network_id, now=now)
        assert [each.as_dict() for each in findings if not each.holds] == []
        return {"accounts": _accounts(), "entries": _entries()} | {row[0].__name__: _rows(*row) for row in ROWS}


def _places():
    """{(kind, owner id): his place among the owners of such accounts}: ids are another network's."""
    places, seen = {}, Counter()
    for kind, owner in Account.objects.order_by("kind", "owner_id").values_list("kind", "owner_id").distinct():
        places[kind, owner] = seen[kind]
        seen[kind] += 1
    return places


def _accounts():
    places = _places()
    rows = Account.objects.values_list("kind", "owner_id", "currency", "balance")
    return sorted((kind, places[kind, owner], *rest) for kind, owner, *rest in rows)


def _entries():
    places = _places()
    rows = Entry.objects.values_list(
        "journal__kind", "account__kind", "account__owner_id", "account__currency", "amount"
    )  # fmt: skip
    return sorted((kind, account, places[account, owner], *rest) for kind, account, owner, *rest in rows)


def _rows(model, *names):
    return sorted(model.objects.values_list(*names), key=str)
