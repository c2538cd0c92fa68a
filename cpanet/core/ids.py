"""Identifiers: time-ordered UUIDs, and the prefixed form shown in public."""

import secrets
import uuid
from datetime import UTC, datetime

import uuid_utils

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def uuid7() -> uuid.UUID:
    """A new UUID version 7 (RFC 9562): sorts by its time of making."""
    return uuid.UUID(int=uuid_utils.uuid7().int)


def uuid7_at(moment: datetime) -> uuid.UUID:
    """A UUID version 7 whose time is `moment` (aware, to the millisecond)."""
    milliseconds = int(moment.timestamp() * 1000)
    random = (secrets.randbits(12) << 64) | secrets.randbits(62)
    return uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62) | random)


def time_of(uid: uuid.UUID) -> datetime:
    """When the version 7 `uid` was made, to the millisecond, in UTC. Raises ValueError for another version."""
    if uid.version != 7:
        raise ValueError("not a version 7 UUID")
    return datetime.fromtimestamp((uid.int >> 80) / 1000, tz=UTC)


def public_id(prefix: str, uid: uuid.UUID) -> str:
    """`conv_` + 26 letters: sorts like the UUID and can be read aloud."""
    number, letters = uid.int, []
    for _ in range(26):
        number, digit = divmod(number, 32)
        letters.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(letters))}"


def parse_public_id(prefix: str, text: str) -> uuid.UUID:
    """The UUID behind a public id. Raises ValueError if it is not one of this prefix."""
    head, _, tail = text.strip().lower().partition("_")
    if head != prefix or len(tail) != 26 or any(letter not in _VALUES for letter in tail):
        raise ValueError(f"not an id of the form {prefix}_…")
    number = 0
    for letter in tail:
        number = number * 32 + _VALUES[letter]
    if number >= 1 << 128:
        raise ValueError(f"not an id of the form {prefix}_…")
    return uuid.UUID(int=number)


def short_code(length: int = 8) -> str:
    """A random code without look-alike letters, for links: 31**8 ≈ 8.5e11 of them."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(length))
