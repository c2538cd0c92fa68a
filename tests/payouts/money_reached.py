"""How far the random runs of money went: which event met which state, and which pairs nobody has seen."""

from collections import Counter

from tests.payouts.money_model import PAYOUT_EVENTS

LEAD_STATES = ("pending", "hold", "due", "blocked", "unpaid_for", "released", "mixed", "after_payment", "declined")
LEAD_EVENTS = ("approve", "lower", "raise", "decline", "block", "unblock")
PAYOUT_STATES = ("requested", "draft", "confirmed", "sent", "unknown", "paid", "failed", "returned", "rejected")
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
