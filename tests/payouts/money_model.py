"""Money told a second time, in plain Python and without an account: a list of facts, every balance is a sum over it.

Nothing of the product is imported but the names of its accounts. Amounts are units; credits are positive.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

COIN = 100
STRENGTH = {"": 0, "auto": 1, "advertiser": 2, "manager": 3}
WAITING, UNDERWAY = ("requested", "draft", "confirmed", "handed"), ("sent", "unknown")
# event → {state: what it comes to}; a state that is no key refuses the event, unless it is there already.
PAYOUT_EVENTS = {
    "cancel": {"requested": "rejected"},
    "reject": {"requested": "rejected", "draft": "rejected"},
    "gather": {"requested": "draft"},
    "take_out": {"draft": "requested"},
    "confirm": {"draft": "confirmed"},
    "send": {"confirmed": "sent"},
    "paid": {"sent": "paid", "unknown": "paid"},
    "failed": {"sent": "failed", "unknown": "failed"},
    "unknown": {"sent": "unknown"},
    "returned": {"paid": "returned"},
}
# What a rail may say → {state: what the payout comes to}; of any other state it changes nothing.
RAIL_SAYS = {
    "accepted": {"handed": "sent", "unknown": "sent"},
    "paid": {"handed": "paid", "sent": "paid", "unknown": "paid"},
    "failed": {"sent": "failed", "unknown": "failed", "paid": "returned"},
    "returned": {"handed": "returned", "sent": "returned", "unknown": "returned", "paid": "returned"},
    "never_received": {"unknown": "handed"},
    "no_answer": {},
}
NEVER_COUNTS_AFTER, MOST_ATTEMPTS = timedelta(minutes=30), 5
DISPUTABLE = timedelta(days=60)


@dataclass
class Part:
    """What one webmaster has of a lead: on hold, and released."""

    owner: int
    held: int = 0
    released: int = 0

    def become(self, worth: int) -> None:
        """Less comes off the hold first; more goes on hold, whatever was released before."""
        off_hold = max(worth - self.held - self.released, -self.held)
        self.released += worth - self.held - self.released - off_hold
        self.held += off_hold

    def release(self) -> None:
        self.held, self.released = 0, self.released + self.held


@dataclass(eq=False)
class Lead:
    """One lead. `own` and `referral` are the parts of the webmaster and of his referrer; `past` is what it was before
    each of its revisions; `invoiced` what invoices hold of it."""

    pk: int
    shop: int
    currency: str
    revenue: int
    earning: int
    hold_until: object
    own: Part
    referral: Part | None
    percent: int
    base: str = "earning"
    status: str = "pending"
    reason: str = ""
    word: str = ""
    is_blocked: bool = False
    needs_funding: bool = False
    is_funded: bool = False
    recognised: int = 0
    invoiced: int = 0
    decided_at: object = None
    past: list = field(default_factory=list)
    disputes: dict = field(default_factory=dict)  # of those that are open: id → about what
    disputed: set = field(default_factory=set)  # revisions

    def decide(self, status: str, source: str, revenue: int | None, earning: int | None, reason: str, now) -> bool:
        """The same again is nothing; a weaker word than the one before is nothing either."""
        revenue = self.revenue if revenue is None else revenue
        earning = self.earning if earning is None else earning
        if (status, reason, revenue, earning) == (self.status, self.reason, self.revenue, self.earning):
            return False
        if STRENGTH[source] < STRENGTH[self.word]:
            return False
        self._become((status, reason, source, revenue, earning), now)
        return True

    def put_back(self, now) -> None:
        """What it was before its last revision, and by whose word."""
        self._become(self.past[-1], now)

    def _become(self, facts, now) -> None:
        earning_before = self.earning
        self.past.append((self.status, self.reason, self.word, self.revenue, self.earning))
        self.status, self.reason, self.word, self.revenue, self.earning = facts
        self.decided_at = now
        is_good = self.status == "approved"
        self.recognised = self.revenue if is_good else 0
        self.own.become(self.earning if is_good else 0)
        if self.referral:
            self.referral.become(self._referrers_part() if is_good else 0)
        if is_good and self.revision > 1:
            gone = [pk for pk, about in self.disputes.items() if about == "decline" or self.earning > earning_before]
            for pk in gone:
                del self.disputes[pk]

    def _referrers_part(self) -> int:
        base = self.earning if self.base == "earning" else max(0, self.revenue - self.earning)
        return base * self.percent // 10_000

    @property
    def revision(self) -> int:
        return len(self.past)

    def may_be_disputed(self, now) -> bool:
        """Each decision once, and one at a time."""
        is_decided = self.status != "pending" and self.revision not in self.disputed
        return is_decided and not self.disputes and now - self.decided_at <= DISPUTABLE

    @property
    def is_on_hold(self) -> bool:
        return bool(self.own.held or (self.referral and self.referral.held))

    def is_due(self, now) -> bool:
        waits = self.is_blocked or (self.needs_funding and not self.is_funded)
        return self.is_on_hold and self.hold_until <= now and not waits

    def release(self) -> None:
        for part in self.parts:
            part.release()

    @property
    def parts(self) -> list[Part]:
        return [part for part in (self.own, self.referral) if part]


@dataclass(eq=False)
class Payout:
    """One payout; its fee is the model's own calculation. `is_rails`: it leaves by a call, not by a register."""

    pk: int
    owner: int
    currency: str
    method: int
    amount: int
    is_rails: bool = False
    batch: int | None = None
    state: str = "requested"
    attempt: int = 0
    asked_at: object = None
    is_doubted: bool = False
    fee: int = field(init=False)

    def __post_init__(self):
        exact = Fraction(10_000 + Fraction(self.amount, 100), COIN)  # 1.00 and one percent, in coins
        self.fee = int(exact + Fraction(1, 2)) * COIN

    @property
    def net(self) -> int:
        return self.amount - self.fee

    def may(self, event: str) -> bool:
        """What is under way with a rail is the rail's, until it asks for a person."""
        is_the_rails = self.is_rails and self.state in UNDERWAY and not self.is_doubted
        return self.state in PAYOUT_EVENTS[event] and not is_the_rails

    def do(self, event: str) -> None:
        target = PAYOUT_EVENTS[event].get(self.state, self.state)
        self.state = "handed" if event == "send" and self.is_rails else target

    def submit(self, outcome: str, now) -> None:
        """The next attempt, and what the rail answers to it at once."""
        self.attempt, self.asked_at = self.attempt + 1, now
        self.state = {"no_answer": "unknown", "never_received": "unknown", "accepted": "sent"}.get(outcome, outcome)

    def told(self, outcome: str, now) -> None:
        """The rail's answer about the present attempt."""
        is_early = now - self.asked_at < NEVER_COUNTS_AFTER or self.attempt >= MOST_ATTEMPTS
        if outcome != "never_received" or not is_early:
            self.state = RAIL_SAYS[outcome].get(self.state, self.state)


class Model:
    """All facts of one network; `balances` answers {(kind, owner, currency): units} of what is not zero."""

    def __init__(self):
        self.leads: list[Lead] = []
        self.payouts: list[Payout] = []
        self.shops: Counter = Counter()  # what advertisers brought, less refunds, with what was written off
        self.moved: Counter = Counter()  # by hand and by exchange: straight to an account
        self.free: Counter = Counter()  # the same of webmasters' own money

    def release(self, now) -> None:
        for lead in self.leads:
            if lead.is_due(now):
                lead.release()

    def free_money(self) -> Counter:
        """Available less debt, of each webmaster and currency."""
        free = Counter(self.free)
        for lead in self.leads:
            for part in lead.parts:
                free[part.owner, lead.currency] += part.released
        for payout in self.payouts:
            free[payout.owner, payout.currency] -= _spent(payout)
        return free

    def shop_money(self) -> Counter:
        """Deposit less what is owed, of each advertiser and currency."""
        net = Counter(self.shops)
        for lead in self.leads:
            net[lead.shop, lead.currency] -= lead.recognised
        return net

    def balances(self) -> dict:
        found = Counter(self.moved)
        for (owner, currency), units in self.free_money().items():
            found["available" if units > 0 else "debt", owner, currency] += units
        for (owner, currency), units in self.shop_money().items():
            found["deposit" if units > 0 else "receivable", owner, currency] += units
        for lead in self.leads:
            _book_lead(found, lead)
        for payout in self.payouts:
            _book_payout(found, payout)
        return {key: units for key, units in found.items() if units}


def _spent(payout):
    """What of a webmaster's money a payout has taken for good or holds now."""
    if payout.state == "returned":
        return payout.fee
    return payout.amount if payout.state in (*WAITING, *UNDERWAY, "paid") else 0


def _book_lead(found, lead):
    found["revenue", 0, lead.currency] += lead.recognised
    found["cost", 0, lead.currency] -= lead.own.held + lead.own.released
    if lead.referral:
        found["referral_cost", 0, lead.currency] -= lead.referral.held + lead.referral.released
    for part in lead.parts:
        found["hold", part.owner, lead.currency] += part.held


def _book_payout(found, payout):
    if payout.state in WAITING:
        found["in_payout", payout.owner, payout.currency] += payout.amount
    if payout.state in UNDERWAY:
        found["clearing", payout.method, payout.currency] += payout.net
    if payout.state == "paid":
        found["cash", 0, payout.currency] += payout.net
    if payout.state in (*UNDERWAY, "paid", "returned"):
        found["fees", 0, payout.currency] += payout.fee
