"""What a rail is asked and what it may answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What a rail knows of one reference."""

    ACCEPTED = "accepted"  # it has it, the money is not there yet
    PAID = "paid"
    FAILED = "failed"  # for certain: nothing has been or will be paid
    RETURNED = "returned"  # it was paid and came back
    NEVER_RECEIVED = "never_received"  # it does not know the reference
    NO_ANSWER = "no_answer"  # a time-out, a 5xx, nonsense: nobody knows


@dataclass(frozen=True)
class Answer:
    """An outcome as the rail tells it. `version` grows with every change of this payment at the rail (0: it has no
    such number); `rail_reference` is the rail's own name for it; `reason` says why it failed."""

    outcome: Outcome
    version: int = 0
    reason: str = ""
    rail_reference: str = ""


@dataclass(frozen=True)
class Destination:
    """Where the money goes: the account in its normal form, its holder and what else the kind asks for."""

    kind: str
    account: str
    holder: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


class RailUnreachable(Exception):
    """The rail gave no usable answer: whether it has heard the question is not known."""


class Rail(Protocol):
    """A way to send money.

    A reference names one payment for ever: submitted twice, it is still one payment. Both calls end within
    CALL_SECONDS. They raise RailUnreachable (any other exception counts the same) when nobody knows.
    """

    def submit(self, *, reference: str, amount: str, currency: str, destination: Destination) -> Answer:
        """Pay `amount` (decimal string, major units). Answers accepted, paid or failed."""

    def look_up(self, *, reference: str) -> Answer:
        """What the rail knows of the reference; never_received when it has never heard of it."""


CALL_SECONDS = 20
