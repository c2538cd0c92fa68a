"""Everything that can happen to money, in random order, against an independent model; the books are asked each time.

MONEY_RUNS, MONEY_STEPS, MONEY_SEED: size and seed. A short round each time, 200 × 50 with `--run-slow`. MONEY_TALLY: a
file that is read before and written after, so that many rounds count as one (`bench/money_machine.py`).
"""

import os
import random
import time
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from payouts.services import sending
from tests.payouts.money_model import PAYOUT_EVENTS
from tests.payouts.money_of_leads import LeadEvents
from tests.payouts.money_of_payouts import RAIL, PayoutEvents
from tests.payouts.money_of_purses import PurseEvents, ShopEvents
from tests.payouts.money_reached import (
    EVENTS,
    LEAD_EVENTS,
    REACHED,
    STORY,
    missing_pairs,
    recall,
    remember,
    table,
)
from tests.payouts.money_world import CURRENCIES, Stage, World

RUNS, STEPS, SEED = (int(os.environ.get(f"MONEY_{name}", usual)) for name, usual in
                     (("RUNS", 6), ("STEPS", 30), ("SEED", 20_261_122)))  # fmt: skip
seeds = st.integers(0, 2**32 - 1)
MANY = 1_000  # runs that must have met every pair; fewer must have met nine of ten
COUNTED = {"runs": 0, "steps": 0}


@pytest.fixture(autouse=True)
def rail(monkeypatch, settings):
    settings.SIMULATED_RAIL = True
    monkeypatch.setattr(sending, "rail_of", lambda method: RAIL)


def _draw(chance):
    return chance.randrange(1000), chance.randrange(1000), chance.randint(1, 900_000)


class MoneyMachine(World, LeadEvents, PayoutEvents, ShopEvents, PurseEvents, RuleBasedStateMachine):
    """One network with its people, to which everything happens that somebody, or the clock, may do."""

    def teardown(self):
        self.stack.close()

    @initialize(number=seeds)
    def begin(self, number):
        """Some leads to decide about, and a part of the usual story, so that runs start at every age."""
        COUNTED["runs"] += 1
        chance = random.Random(f"begin {number}")
        for who in range(6):
            self.happens("lead", chance.randrange(1000), who, 1, False)
        for event in STORY[: chance.choice((0, 8, len(STORY), len(STORY), len(STORY)))]:
            self.happens(event, *_draw(chance), True)

    @rule(number=seeds)
    def next_event(self, number):
        """Drawn evenly: hypothesis by itself likes few events and the same numbers."""
        self.steps += 1
        COUNTED["steps"] += 1
        chance = random.Random(f"{self.steps} {number}")
        self.happens(chance.choice(EVENTS), *_draw(chance), chance.random() < 0.6)

    def happens(self, event, a, b, size, again):
        """One event. `a` and `b` say to whom, `size` how much, `again` whether a second time or where it may be."""
        hypothesis.note(f"{event}: {a}, {b}, {size}, {again}")
        if event in LEAD_EVENTS:
            self.of_lead(event, a, b, size, again)
        elif event in PAYOUT_EVENTS:
            self.payout(event, a, again)
        else:
            self._of_money(event, a, b, size, again)
        self.check()

    def _of_money(self, event, a, b, size, again):
        code = CURRENCIES[b % 3]
        calls = {
            "lead": lambda: self.lead(a, b),
            "undo": lambda: self.undo(a),
            "release": self.release,
            "time_passes": lambda: self.time_passes((1, 24, 24 * 8, 24 * 15)[a % 4]),
            "the_next_hold_is_over": self.the_next_hold_is_over,
            "request": lambda: self.request(a, code, (1, 2, 2, 3)[size % 4], again, a % 2 == 0),
            "submit": lambda: self.submit(size),
            "rail_tells": lambda: self.rail_tells(a, size),
            "deposit": lambda: self.deposit(a, code, size // 100 + 1, again),
            "refund": lambda: self.refund(a, code, size // 200 + 1),
            "write_off": lambda: self.write_off(a, code, size),
            "invoice": lambda: self.invoice(a, code),
            "cancel_invoice": lambda: self.cancel_invoice(a, again),
            "bonus": lambda: self.adjust(a, code, size // 3 + 1, True),
            "fine": lambda: self.adjust(a, code, size // 3 + 1, False),
            "exchange": lambda: self.exchange(a, b, 1 + size % 3),
            "wallets": self.exchange_into_wallets,
        }
        calls[event]()


def play(runs, steps, report):
    """So many runs; then the table of what was reached."""
    hypothesis.seed(SEED)(MoneyMachine)
    quick = hypothesis.settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, database=None, print_blob=True,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate, *([hypothesis.Phase.shrink] if os.environ.get("MONEY_SHRINK") else [])],
    )  # fmt: skip
    report(f"\nmoney machine: MONEY_SEED={SEED} MONEY_RUNS={runs} MONEY_STEPS={steps}")
    tally = os.environ.get("MONEY_TALLY")
    if tally:
        recall(Path(tally))
    begin, World.stage = time.monotonic(), Stage()
    try:
        run_state_machine_as_test(MoneyMachine, settings=quick)
    finally:
        World.stage.close()
    report(f"{COUNTED['runs']} runs, {COUNTED['steps']} steps in {time.monotonic() - begin:.0f} s")
    if tally:
        remember(Path(tally))
    for line in table():
        report(line)


def test_any_order_of_events_ends_with_the_models_balances(db, capsys):
    with capsys.disabled():
        play(RUNS, STEPS, print)
    assert len([key for key in REACHED if key[0] == "lead"]) >= RUNS * STEPS // 20  # it has gone somewhere at all


@pytest.mark.slow
def test_many_runs_meet_the_pairs(db, capsys):
    with capsys.disabled():
        play(max(RUNS, 200), max(STEPS, 50), print)
    number, missing = missing_pairs()
    assert len(missing) <= (0 if RUNS >= MANY else number // 10), missing
