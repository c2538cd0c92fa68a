"""A rail that moves no money but keeps a book of its own, in a file of its own: whatever is rolled back here, it does
not forget. Its switches make it behave as badly as real ones do; tests compare its book with ours.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from payouts.rails.words import Answer, Destination, Outcome, RailUnreachable

# What may happen to one submission; each account may be given a list of them, one for each of its submissions.
ACCEPT = "accept"  # accepted, paid when the rail gets to work
PAY = "pay"  # paid at once
LOSE_ANSWER = "lose_answer"  # it has it, but the caller sees a time-out
LOSE_ANSWER_PAID = "lose_answer_paid"  # it has paid at once, and the caller sees a time-out
LOSE_REQUEST = "lose_request"  # the caller sees a time-out, and it has heard nothing
REFUSE = "refuse"  # failed at once
FAIL = "fail"  # accepted, failed when the rail gets to work
RETURN = "return"  # accepted, paid, and back when it gets to work a second time
REVERSE = "reverse"  # accepted, paid, and then said to have failed after all
BEHAVIOURS = (ACCEPT, PAY, LOSE_ANSWER, LOSE_ANSWER_PAID, LOSE_REQUEST, REFUSE, FAIL, RETURN, REVERSE)
_FIRST_STATE = {PAY: Outcome.PAID, LOSE_ANSWER_PAID: Outcome.PAID, REFUSE: Outcome.FAILED}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (
  reference TEXT PRIMARY KEY, account TEXT NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL,
  behaviour TEXT NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, money_out INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS plan (account TEXT PRIMARY KEY, behaviours TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notice (id INTEGER PRIMARY KEY, reference TEXT NOT NULL, state TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Payment:
    """A line of the rail's book. `times_paid`: how often money has left for it."""

    reference: str
    account: str
    amount: str
    currency: str
    state: str
    times_paid: int


class SimulatedRail:
    """A Rail whose book is the SQLite file `path`. `works_by_itself`: whoever looks up finds what was accepted paid."""

    def __init__(self, path: Path, *, works_by_itself: bool = True):
        self.path, self.works_by_itself = path, works_by_itself
        with self._book() as book:
            book.executescript(_SCHEMA)

    @contextmanager
    def _book(self):
        book = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        book.execute("PRAGMA journal_mode=WAL")
        book.execute("PRAGMA synchronous=OFF")  # a simulation need not outlive the machine
        try:
            yield book
        finally:
            book.close()

    @contextmanager
    def _writing(self):
        with self._book() as book:
            book.execute("BEGIN IMMEDIATE")
            yield book
            book.execute("COMMIT")

    def plan(self, account: str, behaviours: Sequence[str]) -> None:
        """How the next submissions to this account go; when the list is used up they are accepted."""
        with self._writing() as book:
            book.execute("INSERT OR REPLACE INTO plan VALUES (?, ?)", [account, json.dumps(list(behaviours))])

    def submit(self, *, reference: str, amount: str, currency: str, destination: Destination) -> Answer:
        """See Rail."""
        with self._writing() as book:
            if stored := _answer_about(book, reference):
                return stored
            behaviour = _next_behaviour(book, destination.account)
            if behaviour != LOSE_REQUEST:
                state = _FIRST_STATE.get(behaviour, Outcome.ACCEPTED)
                book.execute(
                    "INSERT INTO payment (reference, account, amount, currency, behaviour, state, money_out) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [reference, destination.account, amount, currency, behaviour, state, state == Outcome.PAID],
                )
                _notice(book, reference, state)
            answer = _answer_about(book, reference)
        if behaviour in (LOSE_REQUEST, LOSE_ANSWER, LOSE_ANSWER_PAID):
            raise RailUnreachable("time-out")
        return answer

    def look_up(self, *, reference: str) -> Answer:
        """See Rail."""
        if self.works_by_itself:
            self.work()
        with self._book() as book:
            return _answer_about(book, reference) or Answer(Outcome.NEVER_RECEIVED)

    def work(self) -> int:
        """Take every payment a step on: accepted ones are paid or fail, those to be returned come back."""
        with self._writing() as book:
            steps = book.execute(
                "SELECT reference, state, behaviour FROM payment "
                "WHERE state = ? OR (state = ? AND behaviour IN (?, ?))",
                [Outcome.ACCEPTED, Outcome.PAID, RETURN, REVERSE],
            ).fetchall()
            for reference, state, behaviour in steps:
                _step(book, reference, state, behaviour)
        return len(steps)

    def notices(self) -> list[tuple[int, str, str]]:
        """(id, reference, state) of everything the rail has to tell, in its order; nothing is forgotten."""
        with self._book() as book:
            return book.execute("SELECT id, reference, state FROM notice ORDER BY id").fetchall()

    def payments(self) -> list[Payment]:
        """The whole book."""
        with self._book() as book:
            rows = book.execute("SELECT reference, account, amount, currency, state, money_out FROM payment")
            return [Payment(*row) for row in rows]


def _step(book, reference, state, behaviour):
    paid = state == Outcome.ACCEPTED and behaviour != FAIL
    after = Outcome.PAID if paid else Outcome.RETURNED if behaviour == RETURN else Outcome.FAILED
    book.execute(
        "UPDATE payment SET state = ?, version = version + 1, money_out = money_out + ? WHERE reference = ?",
        [after, int(paid), reference],
    )
    _notice(book, reference, after)


def _notice(book, reference, state):
    book.execute("INSERT INTO notice (reference, state) VALUES (?, ?)", [reference, state])


def _next_behaviour(book, account) -> str:
    row = book.execute("SELECT behaviours FROM plan WHERE account = ?", [account]).fetchone()
    behaviours = json.loads(row[0]) if row else []
    if not behaviours:
        return ACCEPT
    book.execute("UPDATE plan SET behaviours = ? WHERE account = ?", [json.dumps(behaviours[1:]), account])
    return behaviours[0]


def _answer_about(book, reference) -> Answer | None:
    row = book.execute("SELECT state, version FROM payment WHERE reference = ?", [reference]).fetchone()
    if row is None:
        return None
    reason = "the account does not exist" if row[0] in (Outcome.FAILED, Outcome.RETURNED) else ""
    return Answer(Outcome(row[0]), row[1], reason, f"sim-{reference}")
