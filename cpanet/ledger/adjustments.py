"""The journals that people decide on by hand: a refund of a deposit, an adjustment, a debt written off.

Same shape as `ledger.postings`: owners are ids, amounts are units ≥ 0.
"""

from dataclasses import astuple
from datetime import datetime

from cpanet.ledger.journal import Lines, NotEnough, post
from cpanet.ledger.kinds import AccountKind as Kind
from cpanet.ledger.kinds import Balances, Ref
from cpanet.ledger.models import Journal
from cpanet.ledger.postings import charge_advertiser, give, take_back


def deposit_refs(advertiser_id: int, currency: str) -> list[Ref]:
    """Every account that money of an advertiser coming or going touches: deposit, receivable, cash."""
    kinds = ((Kind.DEPOSIT, advertiser_id), (Kind.RECEIVABLE, advertiser_id), (Kind.CASH, 0))
    return [Ref(kind, owner, currency) for kind, owner in kinds]


def refund_deposit(
    *, key: str, subject: str, advertiser_id: int, currency: str, amount: int, actor, effective_at: datetime,
    note: str = "",
) -> Journal:  # fmt: skip
    """Deposit → cash: money goes back to the advertiser. Raises NotEnough; looked at under the lock."""
    deposit, _receivable, cash = refs = deposit_refs(advertiser_id, currency)
    _positive(amount)

    def lines(balances: Balances) -> Lines:
        if balances[deposit] < amount:
            raise NotEnough
        return [(deposit, -amount), (cash, amount)]

    return post(
        key=key, kind="deposit_refund", subject=subject, actor=actor, effective_at=effective_at, note=note,
        body={"advertiser": advertiser_id, "currency": currency, "amount": amount}, refs=refs, lines=lines,
    )  # fmt: skip


def adjust(
    *, key: str, subject: str, debit: Ref, credit: Ref, amount: int, actor, effective_at: datetime, note: str
) -> Journal:
    """Any pair of accounts, by hand. What a webmaster has not becomes his debt, what an advertiser has not he owes;
    money for them repays that first. Raises NotEnough (a hold below zero)."""
    _positive(amount)
    return post(
        key=key, kind="adjustment", subject=subject, actor=actor, effective_at=effective_at, note=note,
        body={"debit": list(astuple(debit)), "credit": list(astuple(credit)), "amount": amount},
        refs=[*_with_twin(debit), *_with_twin(credit)],
        lines=lambda balances: [*_taken(balances, debit, amount), *_given(balances, credit, amount)],
    )  # fmt: skip


def write_off(
    *, key: str, subject: str, advertiser_id: int, currency: str, amount: int, actor, effective_at: datetime, note: str
) -> Journal:
    """What an advertiser owes and will not pay becomes the network's loss. Raises NotEnough: he owes less."""
    _positive(amount)
    receivable, loss = Ref(Kind.RECEIVABLE, advertiser_id, currency), Ref(Kind.BAD_DEBT, 0, currency)

    def lines(balances: Balances) -> Lines:
        if -balances[receivable] < amount:
            raise NotEnough
        return [(loss, -amount), (receivable, amount)]

    return post(
        key=key, kind="bad_debt", subject=subject, actor=actor, effective_at=effective_at, note=note,
        body={"advertiser": advertiser_id, "currency": currency, "amount": amount},
        refs=[receivable, loss], lines=lines,
    )  # fmt: skip


def _positive(amount: int) -> None:
    """An amount of nothing or less would be no event: a fault of the caller, not of a person."""
    if amount <= 0:
        raise ValueError(f"amount {amount} is not above zero")


_TWINS = {Kind.AVAILABLE: Kind.DEBT, Kind.DEPOSIT: Kind.RECEIVABLE}


def _with_twin(ref: Ref) -> list[Ref]:
    """The account, and the one that goes on where it ends at zero."""
    twin = _TWINS.get(ref.kind)
    return [ref, Ref(twin, ref.owner_id, ref.currency)] if twin else [ref]


def _taken(balances: Balances, ref: Ref, amount: int) -> Lines:
    if ref.kind == Kind.AVAILABLE:
        return take_back(balances, *_with_twin(ref), amount)
    if ref.kind == Kind.DEPOSIT:
        return charge_advertiser(balances, *_with_twin(ref), amount)
    if ref.kind == Kind.HOLD and balances[ref] < amount:
        raise NotEnough
    return [(ref, -amount)]


def _given(balances: Balances, ref: Ref, amount: int) -> Lines:
    if ref.kind == Kind.AVAILABLE:
        return give(balances, *_with_twin(ref), amount)
    if ref.kind == Kind.DEPOSIT:
        return charge_advertiser(balances, *_with_twin(ref), -amount)
    return [(ref, amount)]
