"""What a feed becomes: one FeedItem per product, one RowError per product that cannot be used, facts of the whole."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from cpanet.core.files import FileRefused

MAX_WARNINGS = 50


class FeedRefused(FileRefused):
    """The feed cannot be used, and nothing of it is."""

    code = "feed_refused"


class EmptyFeed(FeedRefused):
    """The feed holds no products."""

    code = "feed_empty"


class UnsupportedFormat(FeedRefused):
    """The file is not a feed of a known format."""

    code = "feed_format"


class BadField(Exception):
    """One field of a product cannot be read; the text says why, for the shop."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One product. `row` counts the products of the file from 1. Texts are cleaned and bounded; `description` is safe
    HTML; `price` is in major units of `currency`, which is "" when neither product nor shop names one; `old_price`
    is above the price or None; `url` is the shop's own address, "" when the feed has none; `params` are
    (name, value, unit). `content_hash` is equal exactly when everything but `row` is equal."""

    row: int
    offer_id: str
    name: str
    url: str
    price: Decimal
    old_price: Decimal | None
    currency: str
    available: bool
    category_id: str = ""
    category_path: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    vendor: str = ""
    vendor_code: str = ""
    barcode: str = ""
    group_id: str = ""
    description: str = ""
    params: tuple[tuple[str, str, str], ...] = ()
    content_hash: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class RowError:
    """A product that was left out. `id` is "" when it has none; `reason` is a sentence for the shop."""

    row: int
    id: str
    reason: str


@dataclass(slots=True)
class FeedFacts:
    """What is true of the whole file. `format` and `encoding` are known before the first row, the rest after the last.

    `complete` is False when the file was cut off: then what is missing in it must not be taken as removed.
    `generated_at` is naive when the feed names no zone; `categories` are id → path from the root."""

    format: str
    encoding: str
    shop_name: str = ""
    shop_url: str = ""
    date: str = ""
    generated_at: datetime | None = None
    currencies: tuple[str, ...] = ()
    categories: dict[str, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = True
    seen: int = 0
    _warnings: Counter = field(default_factory=Counter)

    def warn(self, text: str) -> None:
        """Remember a sentence once, with the number of times it was true."""
        if text in self._warnings or len(self._warnings) < MAX_WARNINGS:
            self._warnings[text] += 1

    @property
    def warnings(self) -> list[str]:
        """The sentences; "(12 times)" is added to those that came more than once."""
        return [
            text if times == 1 else _("%(text)s (%(times)d times)") % {"text": text, "times": times}
            for text, times in self._warnings.items()
        ]


def hash_of(item: FeedItem) -> str:
    """32 hex digits over everything a webmaster could see change: the row number and the spelling of prices are not
    part of it."""
    parts = (
        item.offer_id,
        item.name,
        item.url,
        _plain(item.price),
        _plain(item.old_price),
        item.currency,
        "1" if item.available else "0",
        item.category_id,
        _joined(item.category_path),
        _joined(item.pictures),
        item.vendor,
        item.vendor_code,
        item.barcode,
        item.group_id,
        item.description,
        "\x1d".join(_joined(param) for param in item.params),
    )
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def suspicious_drop(previous: int, now: int, share: Decimal = Decimal("0.5")) -> bool:
    """Whether a feed lost so much that its export has probably failed: nothing is left of something, or more than
    `share` (0…1) of `previous` products is gone."""
    if previous <= 0:
        return False
    return now <= 0 or Decimal(previous - now) > share * previous


def _joined(values: tuple[str, ...]) -> str:
    return "\x1e".join(values)


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount.normalize(), "f")
