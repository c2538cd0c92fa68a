"""Which column means what, and which word means which status: suggested from the heading, decided by a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reconciliation.vocabulary import FIELD_OF_WORD, FIELD_WORDS, STATUS_OF_WORD, field_of, normal_heading, normal_word

APPROVED, DECLINED, PENDING = "approved", "declined", "pending"
STATUSES = (PENDING, APPROVED, DECLINED)
SUB_FIELDS = tuple(f"sub{n}" for n in range(1, 11))
# Names of a column only when they stand alone: "date of order" is no order id.
TOO_GENERAL = {"order", "заказ", "заказа", "замовлення", "sipariş", "siparis", "номер", "value", "time", "click", "час"}
# `refunded` is taken off the amount; anything in `cancelled_at` makes a row declined.
FIELDS = (*FIELD_WORDS, "refunded", "cancelled_at")


@dataclass(frozen=True, slots=True)
class StatementMapping:
    """How one source writes its statements. Plain enough to be kept as JSON (`as_dict`, `from_dict`).

    `columns` are field → heading. `status_words` (normal form → pending, approved, declined) come before the built-in
    words. `default_status` is for files without a status column. `merge_follow_ups` joins rows that only repeat the
    order of the row above and have neither status nor amount. Map `row_id` to the order's column where a source has
    one row per order: a later file then revises the row instead of adding one.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    status_words: Mapping[str, str] = field(default_factory=dict)
    default_status: str = ""
    default_currency: str = ""
    decimal_separator: str = "."
    timezone: str = "UTC"
    day_first: bool = True
    merge_follow_ups: bool = False
    strip_leading_zeros: bool = False

    def as_dict(self) -> dict:
        """For storing as JSON."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def from_dict(cls, stored: Mapping) -> "StatementMapping":
        """The mapping that `as_dict` gave; unknown keys are ignored."""
        return cls(**{name: stored[name] for name in cls.__slots__ if name in stored})

    def missing(self, heading: Iterable[str]) -> list[str]:
        """Mapped columns that a file does not have: the source has changed its heading."""
        there = set(heading)
        return [column for column in self.columns.values() if column not in there]


def suggest_columns(heading: Iterable[str]) -> dict[str, str]:
    """field → heading for what can be told from the words; every column at most once, exact names before partial."""
    heading = list(heading)
    scored = sorted(
        (-score, place, name, column) for place, column in enumerate(heading) for name, score in _scores(column).items()
    )
    chosen: dict[str, str] = {}
    for _score, _place, name, column in scored:
        if name not in chosen and column not in chosen.values():
            chosen[name] = column
    return {name: chosen[name] for name in FIELDS if name in chosen}


def suggest_mapping(heading: Iterable[str], base: StatementMapping | None = None) -> StatementMapping:
    """A mapping to start from: the preset of a known export, else the suggested columns on top of `base`."""
    heading = list(heading)
    preset = next((preset for signs, preset in PRESETS if signs <= set(heading)), None)
    base = base or StatementMapping()
    if preset:
        return replace(preset, timezone=base.timezone, default_currency=base.default_currency)
    return replace(base, columns=suggest_columns(heading))


def status_of(word: str, own_words: Mapping[str, str] | None = None) -> str:
    """pending, approved or declined for the word of a statement; "" when nobody has said what it means."""
    normal = normal_word(word)
    return (own_words or {}).get(normal) or STATUS_OF_WORD.get(normal, "")


def _scores(column: str) -> dict[str, int]:
    """How well a column fits each field: 100 for the very name, less for a name within a longer one."""
    exact = field_of(column)
    if exact:
        rank = FIELD_WORDS[exact]
        place = next((i for i, word in enumerate(rank) if normal_word(word) == normal_heading(column)), len(rank))
        return {exact: 1000 - place}
    words = f" {normal_heading(column)} "
    found: dict[str, int] = {}
    for word, name in FIELD_OF_WORD.items():
        if len(word) > 3 and word not in TOO_GENERAL and f" {word} " in words:
            found[name] = max(found.get(name, 0), len(word) - len(words) + 100)
    return found


def _plain(value):
    return dict(value) if isinstance(value, Mapping) else value


SHOPIFY = StatementMapping(
    columns={
        "order_id": "Name",
        "row_id": "Id",
        "status": "Financial Status",
        "amount": "Total",
        "refunded": "Refunded Amount",
        "cancelled_at": "Cancelled at",
        "currency": "Currency",
        "occurred_at": "Created at",
    },
    status_words={
        "paid": APPROVED,
        "partially refunded": APPROVED,
        "pending": PENDING,
        "authorized": PENDING,
        "partially paid": PENDING,
        "refunded": DECLINED,
        "voided": DECLINED,
        "expired": DECLINED,
    },
    day_first=False,
    merge_follow_ups=True,
)
PRESETS = ((frozenset({"Name", "Financial Status", "Lineitem quantity", "Total", "Created at"}), SHOPIFY),)
