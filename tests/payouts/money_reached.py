"""What may happen in the random runs of money, and how far they went: which event met which state, and which never."""

from collections import Counter

from tests.payouts.money_model import PAYOUT_EVENTS

LEAD_STATES = ("pending", "hold", "due", "blocked", "unpaid_for", "released", "mixed", "after_payment", "declined")
LEAD_EVENTS = ("approve", "lower", "raise", "decline", "block", "unblock")
PAYOUT_STATES = ("requested", "draft", "confirmed", "sent", "unknown", "paid", "failed", "returned", "rejected")
# What happens next is drawn from here; what leads further comes more often.
WEIGHTS = {
    "lead": 3, "approve": 5, "lower": 3, "raise": 3, "decline": 3, "block": 2, "unblock": 2, "release": 1,
    "time_passes": 2, "the_next_hold_is_over": 3, "request": 5, "deposit": 2, "refund": 1, "write_off": 1, "bonus": 1,
    "fine": 1, "exchange": 1, "gather": 4, "confirm": 4, "send": 4, "paid": 6, "failed": 2, "unknown": 2,
    "returned": 1, "cancel": 2, "reject": 2, "take_out": 2,
}  # fmt: skip
EVENTS = [event for event, weight in WEIGHTS.items() for _ in range(weight)]
STORY = [
    "approve", "approve", "approve", "block", "the_next_hold_is_over", "release", "request", "gather", "confirm",
    "send", "paid", "request", "raise", "approve",
]  # fmt: skip
REACHED: Counter = Counter()  # (“lead”, state, event), (“payout”, state, event), (“pair”, …), (“money”, event, how)


def one_of(rows, state, a, b):
    """One of the rows: a state that some of them have, then one of those; None of none."""
    states = sorted({state(row) for row in rows})
    own = [row for row in rows if state(row) == states[a % len(states)]]
    return own[b % len(own)] if own else None


def table():
    """How often each event met each state, and which pairs were never reached."""
    for kind, states, events in (("lead", LEAD_STATES, LEAD_EVENTS), ("payout", PAYOUT_STATES, tuple(PAYOUT_EVENTS))):
        yield f"{kind:<14}" + "".join(f"{event:>10}" for event in events)
        for state in states:
            yield f"{state:<14}" + "".join(f"{REACHED[kind, state, event] or '–':>10}" for event in events)
        missing = [f"{state} × {event}" for state in states for event in events if not REACHED[kind, state, event]]
        yield f"not reached: {', '.join(missing) or 'none'}"
    for key in sorted(key for key in REACHED if key[0] in ("pair", "money")):
        yield f"{REACHED[key]:>7}  {' · '.join(key[1:])}"
