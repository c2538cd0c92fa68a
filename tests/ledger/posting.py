"""Short words for the ledger tests: post an event, read balances. Call them inside a network scope."""

import itertools

from cpanet.ledger import postings
from cpanet.ledger.kinds import AccountKind, Ref, natural
from cpanet.ledger.selectors import balances
from tests.factories import NOW

WEBMASTER, ADVERTISER, RAIL = 7, 3, 1
_numbers = itertools.count(1)


def did(event, *, key=None, **amounts):
    """Post `event` (a function of ledger.postings) about the one webmaster and advertiser of these tests."""
    given = {"key": key or f"test:{next(_numbers)}", "subject": "test:1", "currency": "USD", "actor": None}
    return getattr(postings, event)(**given, effective_at=NOW, **_owners(event), **amounts)


def _owners(event):
    webmaster, advertiser, rail = {"affiliate_id": WEBMASTER}, {"advertiser_id": ADVERTISER}, {"rail": RAIL}
    return {
        "recognise": webmaster | advertiser,
        "record_deposit": advertiser,
        "send_payout": webmaster | rail,
        "fail_payout": webmaster | rail,
        "confirm_payout": rail,
    }.get(event, webmaster)


def approved(*, revenue, earning, **more):
    return did("recognise", revenue_change=revenue, hold_change=earning, released_change=0, **more)


def clawed_back(*, revenue, hold=0, released=0):
    return did("recognise", revenue_change=-revenue, hold_change=-hold, released_change=-released)


def money() -> dict[str, int]:
    """Every balance that is not zero, with the sign people expect."""
    owner = {"hold": WEBMASTER, "available": WEBMASTER, "debt": WEBMASTER, "in_payout": WEBMASTER, "clearing": RAIL}
    owner |= {"deposit": ADVERTISER, "receivable": ADVERTISER}
    refs = [Ref(kind, owner.get(kind, 0), "USD") for kind in AccountKind.values]
    return {ref.kind: natural(ref.kind, balance) for ref, balance in balances(refs).items() if balance}
