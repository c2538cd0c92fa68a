"""What networks call things: macros and status words of those an advertiser may have in front of us. Pure.

The table is data (networks.csv): one line per network. `landing` is how it takes the click id, `click`, `order`,
`amount`, `currency` and `status` are its own macros, the last three columns its words, separated by blanks.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from tracking.choices import Status
from tracking.incoming.reading import Reading

_TABLE = Path(__file__).parent / "networks.csv"
# Names that trackers' templates carry, so that an address written for one works here as it is.
TRACKER_NAMES = {"click_id": ("subid",), "order_id": ("tid",), "amount": ("payout",)}
_SAFE = "{}[]#$%<>=():.,№"


@dataclass(frozen=True)
class Preset:
    """One network: macros as it writes them ("" where it has none), words as {word: status}."""

    slug: str
    title: str
    landing: str
    click: str
    order: str
    amount: str
    currency: str
    status: str
    words: tuple[tuple[str, str], ...]

    @property
    def reading(self) -> Reading:
        """How its calls are read."""
        return Reading(names=TRACKER_NAMES, words=dict(self.words), sums_amounts="," in self.amount)

    @property
    def needs_one_address_per_status(self) -> bool:
        """It has no macro for the status: the word is written into the address by hand."""
        return not self.status

    def address(self, base: str, token: str) -> str:
        """The postback address to be put into this network, with its macros in place of values."""
        pairs = [("token", token), ("click_id", self.click), ("order_id", self.order), ("amount", self.amount)]
        pairs += [("currency", self.currency), ("status", self.status or "pending")]
        return base + "?" + "&".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in pairs if value)


@lru_cache(maxsize=1)
def presets() -> dict[str, Preset]:
    """Every preset by its slug, in the order of the titles."""
    with _TABLE.open(newline="", encoding="utf-8") as file:
        found = [_preset(row) for row in csv.DictReader(file)]
    return {preset.slug: preset for preset in sorted(found, key=lambda preset: preset.title.casefold())}


def _preset(row) -> Preset:
    kinds = ((Status.PENDING, "pending"), (Status.APPROVED, "approved"), (Status.DECLINED, "declined"))
    words: dict[str, str] = {}
    for status, column in kinds:  # a word in two lists stays undecided: pending comes first
        for word in row.pop(column).split():
            words.setdefault(word, str(status))
    return Preset(**row, words=tuple(words.items()))
