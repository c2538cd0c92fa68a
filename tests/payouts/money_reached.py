"""What may happen in the random runs of money, and how far they went: which event met which state, and which never."""

import json
import os
from collections import Counter
from itertools import combinations, product
from pathlib import Path

from tests.payouts.money_model import PAYOUT_EVENTS, RAIL_SAYS

LEAD_STATES = ("pending", "hold", "due", "blocked", "unpaid_for", "released", "mixed", "after_payment", "declined")
LEAD_EVENTS = (
    "approve", "lower", "raise", "decline", "block", "unblock", "bulk_approve", "bulk_decline", "deadline", "dispute",
    "uphold", "withdraw",
)  # fmt: skip
PAYOUT_STATES = ("requested", "draft", "confirmed", "sent", "unknown", "paid", "failed", "returned", "rejected")
# What happens next is drawn from here; what leads further comes more often.
WEIGHTS = {
    "lead": 4, "approve": 5, "lower": 3, "raise": 3, "decline": 3, "block": 2, "unblock": 2, "bulk_approve": 2,
    "bulk_decline": 2, "undo": 2, "deadline": 2, "dispute": 2, "uphold": 1, "withdraw": 1, "release": 1,
    "time_passes": 2, "the_next_hold_is_over": 3, "request": 6, "deposit": 2, "refund": 1, "write_off": 1, "bonus": 1,
    "fine": 1, "exchange": 2, "wallets": 1, "gather": 5, "confirm": 5, "send": 5, "paid": 4, "failed": 2, "unknown": 2,
    "returned": 1, "cancel": 2, "reject": 2, "take_out": 2, "submit": 4, "rail_tells": 6, "invoice": 2,
    "cancel_invoice": 1,
}  # fmt: skip
EVENTS = [event for event, weight in WEIGHTS.items() for _ in range(weight)]
STORY = [
    "approve", "approve", "approve", "approve", "block", "the_next_hold_is_over", "release", "bonus", "request",
    "gather", "confirm", "send", "submit", "paid", "request", "gather", "confirm", "send", "submit", "rail_tells",
    "raise", "approve", "invoice",
]  # fmt: skip
DIMENSIONS = {
    "state": LEAD_STATES,
    "event": LEAD_EVENTS,
    "currency": [f"{code}→{wallet}" for code in ("USD", "EUR", "JPY") for wallet in ("kept", "USD", "EUR", "JPY")],
    "terms": ("prepaid", "invoiced"),
    "referral": ("not referred", "earning", "margin"),
}
# Who has which wallet is part of the set-up: Bob (EUR) is not referred, Carol (USD) by earning, Dave (JPY) by margin.
WALLET_OF = {"kept": "not referred", "EUR": "not referred", "USD": "earning", "JPY": "margin"}
MOST_NAMED = 40
GUIDED = not os.environ.get("MONEY_SHRINK")  # what shrinks may not depend on the runs before
_ASKED = ("handed", "sent", "unknown", "paid", "failed", "returned")  # what a rail can have been asked about
GRIDS = (
    ("payout", PAYOUT_STATES, tuple(PAYOUT_EVENTS)),
    ("rail", (*PAYOUT_STATES[:3], "handed", *PAYOUT_STATES[3:]), tuple(PAYOUT_EVENTS)),
    (
        "rail",
        ("handed",),
        tuple(f"→{outcome}" for outcome in ("accepted", "paid", "failed", "never_received", "no_answer")),
    ),
    ("rail", _ASKED, tuple(f"says {outcome}" for outcome in RAIL_SAYS)),
)
REACHED: Counter = Counter()  # (“lead”, …one of each dimension), (“payout” or “rail”, state, event), (“money”, …)


def recall(tally: Path) -> None:
    """Count on from what was met by the rounds before, if there were any."""
    if tally.exists():
        REACHED.update({tuple(key): count for key, count in json.loads(tally.read_text())})


def remember(tally: Path) -> None:
    """Keep what was met for the rounds to come."""
    tally.write_text(json.dumps([[list(key), count] for key, count in REACHED.items()]))


def one_of(rows, state, a, b):
    """One of the rows: a state that some of them have, then one of those; None of none."""
    states = sorted({state(row) for row in rows})
    own = [row for row in rows if state(row) == states[a % len(states)]]
    return own[b % len(own)] if own else None


def rarest(rows, key, turn):
    """One of those rows to which the same has happened least often; None of none."""
    met = [REACHED[key(row)] * GUIDED for row in rows]
    rare = [row for row, times in zip(rows, met, strict=True) if times == min(met)]
    return rare[turn % len(rare)] if rare else None


def pairs_of(facts):
    """Every pair of (dimension, value) of one event."""
    return combinations(tuple(zip(DIMENSIONS, facts, strict=True)), 2)


def missing_pairs():
    """(how many pairs there can be, those that were never reached)."""
    met = {pair for key in REACHED if key[0] == "lead" for pair in pairs_of(key[1:])}
    names = combinations(DIMENSIONS, 2)
    wanted = {
        ((one, left), (two, right))
        for one, two in names
        for left, right in product(DIMENSIONS[one], DIMENSIONS[two])
        if (one, two) != ("currency", "referral") or WALLET_OF[left.partition("→")[2]] == right
    }
    return len(wanted), sorted(wanted - met)


def met_by_lead(state, event):
    return sum(count for key, count in REACHED.items() if key[:3] == ("lead", state, event))


def table():
    """How often each event met each state, and which pairs were never reached."""
    yield from _grid("lead", LEAD_STATES, LEAD_EVENTS, met_by_lead)
    for kind, states, events in GRIDS:
        yield from _grid(kind, states, events, lambda state, event, kind=kind: REACHED[kind, state, event])
    number, missing = missing_pairs()
    yield f"pairs of {' × '.join(DIMENSIONS)}: {number - len(missing)} of {number} reached"
    if len(missing) <= MOST_NAMED:
        yield from (f"  never: {left[1]} × {right[1]}" for left, right in missing)
    for key in sorted(key for key in REACHED if key[0] == "money"):
        yield f"{REACHED[key]:>7}  {' · '.join(key[1:])}"


def _grid(kind, states, events, count):
    width = max(map(len, events)) + 2
    yield f"{kind:<14}" + "".join(f"{event:>{width}}" for event in events)
    for state in states:
        yield f"{state:<14}" + "".join(f"{count(state, event) or '–':>{width}}" for event in events)
    missing = [f"{state} × {event}" for state in states for event in events if not count(state, event)]
    yield f"not met: {', '.join(missing) or 'none'}"
