"""What checking an account gives. Pure."""

from dataclasses import dataclass

from cpanet.core.errors import DomainError

HIDDEN = "••••"


class BadAccount(DomainError):
    """This account cannot be paid to."""

    code = "bad_account"
    field = "account"


@dataclass(frozen=True)
class Account:
    """An account that passed its check: `value` in the form that is sent to the bank, `masked` for pages."""

    value: str
    masked: str


def compact(text: str) -> str:
    """`text` without any white space."""
    return "".join(text.split())
