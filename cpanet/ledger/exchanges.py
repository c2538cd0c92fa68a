"""The journal of an exchange: two legs over the network's currency position."""

from datetime import datetime

from cpanet.ledger.journal import Lines, NotEnough, post
from cpanet.ledger.kinds import AccountKind as Kind
from cpanet.ledger.kinds import Balances, Ref
from cpanet.ledger.models import Journal
from cpanet.ledger.postings import give


def exchange(
    *, key: str, subject: str, affiliate_id: int, source: str, target: str, sold: int, bought: int, price: str, actor,
    effective_at: datetime,
) -> Journal:  # fmt: skip
    """`sold` units of the webmaster's available money in `source` become `bought` units in `target` (debt first).

    Raises NotEnough; the balance is looked at under its lock.
    """
    if min(sold, bought) <= 0 or source == target:
        raise ValueError(f"no exchange: {sold} {source} for {bought} {target}")
    available, position = Ref(Kind.AVAILABLE, affiliate_id, source), Ref(Kind.POSITION, 0, source)
    wanted, debt = Ref(Kind.AVAILABLE, affiliate_id, target), Ref(Kind.DEBT, affiliate_id, target)
    counter = Ref(Kind.POSITION, 0, target)

    def lines(balances: Balances) -> Lines:
        if balances[available] < sold:
            raise NotEnough
        return [
            (available, -sold), (position, sold), (counter, -bought), *give(balances, wanted, debt, bought),
        ]  # fmt: skip

    return post(
        key=key, kind="exchange", subject=subject, actor=actor, effective_at=effective_at,
        body={"affiliate": affiliate_id, "sold": [sold, source], "bought": [bought, target], "price": price},
        refs=[available, position, wanted, debt, counter], lines=lines,
    )  # fmt: skip
