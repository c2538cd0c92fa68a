"""How the calls of one advertiser are to be read: his names of parameters, his words of status. Pure.

The same word means different things to different networks (1, 2, hold…), so nothing here is global: with words of his
own an advertiser's other words are unknown, except our own three.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from tracking.choices import Status

NAMES = (
    "click_id", "goal", "order_id", "amount", "currency", "status", "reason", "test", "promo_code", "cookie", "items",
)  # fmt: skip
# Words taught by the call itself, in the address (as trackers' templates do it). What is said twice stays undecided.
TAUGHT = {
    "lead_status": Status.PENDING,
    "hold_status": Status.PENDING,
    "sale_status": Status.APPROVED,
    "rejected_status": Status.DECLINED,
    "reject_status": Status.DECLINED,
    "trash_status": Status.DECLINED,
}
_OURS = {str(status): str(status) for status in Status}


@dataclass(frozen=True)
class Reading:
    """`names`: {our name: his names}, ours always work beside them unless he uses one for something else; `words`:
    {his word: our status}, () of none means that the usual words are understood; `sums_amounts`: "10,5" is 10 and 5;
    `channel`: (his parameter that names the channel, the values that mean us)."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    sums_amounts: bool = False
    channel: tuple[str, tuple[str, ...]] = ("", ())


PLAIN = Reading()


def word_of(text: str) -> str:
    """A word as it is compared: small letters, blanks and hyphens as underscores."""
    return re.sub(r"[\s-]+(?=\w)", "_", text.strip().lower()) if text.strip("- ") else text.strip()


def named(parameters: Mapping[str, str], reading: Reading) -> dict[str, str]:
    """{our name: value} of the parameters; the first of several names that has a value wins. Names in any case."""
    found: dict[str, str] = {}
    for name, value in parameters.items():
        found.setdefault(name.strip().lower(), value.strip())
    taken = {name.lower() for ours, names in reading.names.items() for name in names if name.lower() != ours}
    return {ours: _first(found, _names_of(ours, reading, taken)) for ours in NAMES}


def words_of(parameters: Mapping[str, str], reading: Reading) -> dict[str, str]:
    """{word: status} that hold for this call: the advertiser's, else those the call teaches; {} of neither."""
    if reading.words:
        return _OURS | {word_of(word): status for word, status in reading.words.items()}
    taught: dict[str, str] = {}
    for name, status in TAUGHT.items():
        for word in unquote(parameters.get(name, "")).split(","):
            if word.strip():
                taught.setdefault(word_of(word), str(status))
    return _OURS | taught if taught else {}


def other_channel(parameters: Mapping[str, str], reading: Reading) -> str:
    """The channel to which the advertiser's own system has given the action, "" when it is ours or nobody's."""
    name, ours = reading.channel
    if not name:
        return ""
    found = {key.strip().lower(): value.strip() for key, value in parameters.items()}
    value = found.get(name.lower(), "")
    return value if value and value.casefold() not in {each.casefold() for each in ours} else ""


def _names_of(ours, reading, taken):
    own = () if ours in taken else (ours,)
    return (*(name.lower() for name in reading.names.get(ours, ())), *own)


def _first(found, names):
    return next((found[name] for name in names if found.get(name)), "")
