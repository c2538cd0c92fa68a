"""The journals of the business: what each event moves. Amounts are ledger units ≥ 0 unless said otherwise.

The ledger knows nobody: owners are ids, subjects are strings such as `conversion:17`.
"""

from dataclasses import astuple, dataclass
from datetime import datetime

from cpanet.ledger.journal import Lines, NotEnough, post
from cpanet.ledger.kinds import AccountKind as Kind
from cpanet.ledger.kinds import Balances, Ref
from cpanet.ledger.models import Journal


def _not_negative(*amounts: int) -> None:
    """A negative amount would run an event backwards, past its rules: a fault of the caller, not of a person."""
    if min(amounts) < 0:
        raise ValueError(f"negative amount in {amounts}")


@dataclass(frozen=True)
class Share:
    """What one webmaster's part of a conversion changes by. `hold`, signed: his money on hold. `released` ≤ 0: what is
    taken back of money that has left its hold; what he has no longer becomes debt."""

    affiliate_id: int
    hold: int
    released: int = 0


def recognise(
    *, key: str, subject: str, advertiser_id: int, affiliate_id: int, currency: str,
    revenue_change: int, hold_change: int, released_change: int, actor, effective_at: datetime,
    referral: Share | None = None,
) -> Journal:  # fmt: skip
    """A conversion is worth more or less than was recognised before ("target minus current").

    `revenue_change`, signed: what the advertiser owes more (or less). `hold_change` and `released_change`: the
    webmaster's Share; `referral`: that of the one who referred him, at the network's own cost.
    """
    own = Share(affiliate_id, hold_change, released_change)
    _not_negative(-own.released, -referral.released if referral else 0)
    deposit, receivable = Ref(Kind.DEPOSIT, advertiser_id, currency), Ref(Kind.RECEIVABLE, advertiser_id, currency)
    revenue = Ref(Kind.REVENUE, 0, currency)
    shares = [(own, Kind.COST), *([(referral, Kind.REFERRAL_COST)] if referral else [])]

    def lines(balances: Balances) -> Lines:
        charged = charge_advertiser(balances, deposit, receivable, revenue_change)
        booked = [line for share, cost in shares for line in _share_lines(balances, share, cost, currency)]
        return [*charged, (revenue, revenue_change), *booked]

    body = {
        "advertiser": advertiser_id, "affiliate": affiliate_id, "currency": currency,
        "revenue": revenue_change, "hold": hold_change, "released": released_change,
    }  # fmt: skip
    if referral:
        body["referral"] = list(astuple(referral))
    refs = [ref for share, cost in shares for ref in _share_refs(share, cost, currency)]
    return post(
        key=key, kind="recognise", subject=subject, actor=actor, effective_at=effective_at, body=body,
        refs=[deposit, receivable, revenue, *refs], lines=lines,
    )  # fmt: skip


def _share_refs(share: Share, cost: str, currency: str) -> list[Ref]:
    return [Ref(cost, 0, currency), Ref(Kind.HOLD, share.affiliate_id, currency), *_purse(share.affiliate_id, currency)]


def _share_lines(balances: Balances, share: Share, cost: str, currency: str) -> Lines:
    """What a webmaster gets more (or less) of a conversion, and the cost account that bears it."""
    return [
        (Ref(cost, 0, currency), -share.hold - share.released),
        (Ref(Kind.HOLD, share.affiliate_id, currency), share.hold),
        *take_back(balances, *_purse(share.affiliate_id, currency), -share.released),
    ]


def _purse(affiliate_id: int, currency: str) -> tuple[Ref, Ref]:
    """(available, debt) of a webmaster."""
    return Ref(Kind.AVAILABLE, affiliate_id, currency), Ref(Kind.DEBT, affiliate_id, currency)


def charge_advertiser(balances: Balances, deposit: Ref, receivable: Ref, amount: int) -> Lines:
    """Charge (amount > 0): the deposit first, then the receivable. Give back (amount < 0): the receivable first."""
    if amount >= 0:
        from_deposit = min(amount, balances[deposit])
        return [(deposit, -from_deposit), (receivable, from_deposit - amount)]
    to_receivable = min(-amount, -balances[receivable])
    return [(receivable, to_receivable), (deposit, -amount - to_receivable)]


def take_back(balances: Balances, available: Ref, debt: Ref, amount: int) -> Lines:
    """A clawback of released money: from what is available, the rest becomes debt. A fact is never refused."""
    from_available = min(amount, balances[available])
    return [(available, -from_available), (debt, from_available - amount)]


def give(balances: Balances, available: Ref, debt: Ref, amount: int) -> Lines:
    """Money for the webmaster: debt is repaid first, the rest becomes available."""
    to_debt = min(amount, -balances[debt])
    return [(debt, to_debt), (available, amount - to_debt)]


def release(
    *, key: str, subject: str, affiliate_id: int, currency: str, amount: int, actor, effective_at: datetime,
    referral: Share | None = None,
) -> Journal:  # fmt: skip
    """The hold is over: of the webmaster's `amount`, and of `referral.hold` (≥ 0), which is his referrer's."""
    shares = [Share(affiliate_id, amount), *([referral] if referral else [])]
    _not_negative(*(share.hold for share in shares))
    body: dict = {"affiliate": affiliate_id, "currency": currency, "amount": amount}
    if referral:
        body["referral"] = list(astuple(referral))

    def lines(balances: Balances) -> Lines:
        return [line for share in shares for line in _release_lines(balances, share, currency)]

    refs = [Ref(Kind.HOLD, share.affiliate_id, currency) for share in shares]
    purses = [ref for share in shares for ref in _purse(share.affiliate_id, currency)]
    return post(
        key=key, kind="release", subject=subject, actor=actor, effective_at=effective_at, body=body,
        refs=[*refs, *purses], lines=lines,
    )  # fmt: skip


def _release_lines(balances: Balances, share: Share, currency: str) -> Lines:
    hold = Ref(Kind.HOLD, share.affiliate_id, currency)
    return [(hold, -share.hold), *give(balances, *_purse(share.affiliate_id, currency), share.hold)]


def request_payout(
    *, key: str, subject: str, affiliate_id: int, currency: str, amount: int, actor, effective_at: datetime
) -> Journal:
    """Available → in payout. Raises NotEnough; the balance is looked at under its lock."""
    _not_negative(amount)
    available, in_payout = Ref(Kind.AVAILABLE, affiliate_id, currency), Ref(Kind.IN_PAYOUT, affiliate_id, currency)

    def lines(balances: Balances) -> Lines:
        if balances[available] < amount:
            raise NotEnough
        return [(available, -amount), (in_payout, amount)]

    return post(
        key=key, kind="payout_request", subject=subject, actor=actor, effective_at=effective_at,
        body={"affiliate": affiliate_id, "currency": currency, "amount": amount},
        refs=[available, in_payout], lines=lines,
    )  # fmt: skip


def reject_payout(
    *, key: str, subject: str, affiliate_id: int, currency: str, amount: int, actor, effective_at: datetime
) -> Journal:
    """In payout → back to available (debt first, should one have come up meanwhile)."""
    return _give_from(
        [(Ref(Kind.IN_PAYOUT, affiliate_id, currency), amount)], key=key, kind="payout_reject", subject=subject,
        affiliate_id=affiliate_id, currency=currency, actor=actor, effective_at=effective_at,
    )  # fmt: skip


def send_payout(
    *,
    key: str,
    subject: str,
    affiliate_id: int,
    currency: str,
    amount: int,
    fee: int,
    rail: int,
    actor,
    effective_at: datetime,
) -> Journal:
    """In payout → clearing of the rail (its id), less the fee that the network keeps. 0 ≤ fee ≤ amount."""
    _not_negative(fee, amount - fee)
    in_payout, clearing, fees = (
        Ref(Kind.IN_PAYOUT, affiliate_id, currency),
        Ref(Kind.CLEARING, rail, currency),
        Ref(Kind.FEES, 0, currency),
    )
    return post(
        key=key, kind="payout_send", subject=subject, actor=actor, effective_at=effective_at,
        body={"affiliate": affiliate_id, "currency": currency, "amount": amount, "fee": fee, "rail": rail},
        refs=[in_payout, clearing, fees],
        lines=lambda balances: [(in_payout, -amount), (clearing, amount - fee), (fees, fee)],
    )  # fmt: skip


def recall_payout(
    *, key: str, subject: str, affiliate_id: int, currency: str, amount: int, fee: int, rail: int, actor,
    effective_at: datetime,
) -> Journal:  # fmt: skip
    """The rail has never heard of it, so it was not sent after all: clearing, fees → in payout."""
    _not_negative(fee, amount - fee)
    in_payout = Ref(Kind.IN_PAYOUT, affiliate_id, currency)
    clearing, fees = Ref(Kind.CLEARING, rail, currency), Ref(Kind.FEES, 0, currency)
    return post(
        key=key, kind="payout_recall", subject=subject, actor=actor, effective_at=effective_at,
        body={"affiliate": affiliate_id, "currency": currency, "amount": amount, "fee": fee, "rail": rail},
        refs=[in_payout, clearing, fees],
        lines=lambda balances: [(clearing, fee - amount), (fees, -fee), (in_payout, amount)],
    )  # fmt: skip


def confirm_payout(
    *, key: str, subject: str, currency: str, amount: int, rail: int, actor, effective_at: datetime
) -> Journal:
    """Clearing → cash: the rail says it has paid `amount` (without the fee)."""
    _not_negative(amount)
    clearing, cash = Ref(Kind.CLEARING, rail, currency), Ref(Kind.CASH, 0, currency)
    return post(
        key=key, kind="payout_confirm", subject=subject, actor=actor, effective_at=effective_at,
        body={"currency": currency, "amount": amount, "rail": rail},
        refs=[clearing, cash], lines=lambda balances: [(clearing, -amount), (cash, amount)],
    )  # fmt: skip


def fail_payout(
    *, key: str, subject: str, affiliate_id: int, currency: str, amount: int, rail: int, was_paid: bool, actor,
    effective_at: datetime, fee: int = 0,
) -> Journal:  # fmt: skip
    """Failed for certain, or returned after it was paid: clearing (or cash) → available, debt first.

    `amount` is what had been on its way (without the fee); `fee` is what the network gives back of its fee.
    """
    source = Ref(Kind.CASH, 0, currency) if was_paid else Ref(Kind.CLEARING, rail, currency)
    return _give_from(
        [(source, amount), (Ref(Kind.FEES, 0, currency), fee)],
        key=key, kind="payout_return" if was_paid else "payout_fail", subject=subject,
        affiliate_id=affiliate_id, currency=currency, actor=actor, effective_at=effective_at,
    )  # fmt: skip


def record_deposit(
    *,
    key: str,
    subject: str,
    advertiser_id: int,
    currency: str,
    amount: int,
    actor,
    effective_at: datetime,
    note: str = "",
) -> Journal:
    """Money of the advertiser has arrived: what he owes is settled first, the rest is his deposit."""
    _not_negative(amount)
    deposit, receivable = Ref(Kind.DEPOSIT, advertiser_id, currency), Ref(Kind.RECEIVABLE, advertiser_id, currency)
    cash = Ref(Kind.CASH, 0, currency)
    return post(
        key=key, kind="deposit", subject=subject, actor=actor, effective_at=effective_at, note=note,
        body={"advertiser": advertiser_id, "currency": currency, "amount": amount},
        refs=[deposit, receivable, cash],
        lines=lambda balances: [(cash, -amount), *charge_advertiser(balances, deposit, receivable, -amount)],
    )  # fmt: skip


def _give_from(sources: Lines, *, key, kind, subject, affiliate_id, currency, actor, effective_at) -> Journal:
    """From each (account, amount) of `sources` to the webmaster, debt first."""
    _not_negative(*(amount for _, amount in sources))
    available, debt = Ref(Kind.AVAILABLE, affiliate_id, currency), Ref(Kind.DEBT, affiliate_id, currency)
    total, told = sum(amount for _, amount in sources), [[*astuple(ref), amount] for ref, amount in sources]
    return post(
        key=key, kind=kind, subject=subject, actor=actor, effective_at=effective_at,
        body={"affiliate": affiliate_id, "currency": currency, "from": told},
        refs=[*(ref for ref, _ in sources), available, debt],
        lines=lambda balances: [*((ref, -amount) for ref, amount in sources), *give(balances, available, debt, total)],
    )  # fmt: skip
