"""Rows of a feed → products of the database, all of them or nothing.

The content hash of a row says whether anything changed; a product that is no longer in the feed stays, unlisted; one
that returns is the same row. The feed's own row is locked, so two imports of one feed come one after the other.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.core.files import FileRefused
from cpanet.core.money import BadAmount, round_to_units
from offers.feeds.intake import Feed, FeedOptions, read_feed
from offers.feeds.rows import EmptyFeed, FeedItem, FeedRefused, RowError, suspicious_drop
from offers.models import Product, ProductFeed

CHUNK = 500
DONE, PARTIAL, REFUSED = "done", "partial", "refused"
_WRITTEN = [
    "name", "url", "price", "old_price", "currency", "category_path", "vendor", "vendor_code", "barcode", "pictures",
    "description", "params", "group_id", "is_available", "is_listed", "content_hash", "changed_at",
]  # fmt: skip


class SuspiciousDrop(FeedRefused):
    """The feed has lost most of its products."""

    code = "feed_drop"


@dataclass(slots=True)
class ImportResult:
    """What an import did. `rejected` are {"row", "id", "reason"}; a refusal's sentence is the last of `warnings`."""

    status: str = DONE
    format: str = ""
    encoding: str = ""
    seen: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    disabled: int = 0
    rejected: list[dict] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict:
        return asdict(self)

    @classmethod
    def refusal(cls, error: Exception, seen_of: "ImportResult | None" = None) -> "ImportResult":
        """Nothing was changed, and why; format and encoding as far as they were known."""
        known = seen_of or cls()
        warnings = [*known.warnings, str(error)]
        return cls(REFUSED, known.format, known.encoding, known.seen, rejected=known.rejected, warnings=warnings)


def import_products(
    *,
    feed: ProductFeed,
    source: BinaryIO,
    now: datetime,
    options: FeedOptions,
    force: bool = False,
    on_progress: Callable[[int], None] = lambda seen: None,
) -> ImportResult:
    """Make the products of `feed` those of `source` (binary, seekable) in one transaction; `on_progress` hears how many
    rows were read. A file that cannot be used, or (without `force`) has lost more than half of the listed products,
    is refused: then nothing has changed, and the result says why."""
    result = ImportResult()
    try:
        with transaction.atomic(), read_feed(source, options) as rows:
            _Import(_locked(feed), rows, result, now).run(force, on_progress)
    except FileRefused as error:
        return ImportResult.refusal(error, result)
    return result


def _locked(feed: ProductFeed) -> ProductFeed:
    return ProductFeed.objects.select_for_update(of=("self",)).select_related("offer").get(pk=feed.pk)


class _Import:
    """One run: compares every row with what is known, writes in chunks, unlists what is missing."""

    def __init__(self, feed: ProductFeed, rows: Feed, result: ImportResult, now: datetime):
        self.feed, self.rows, self.result, self.now = feed, rows, result, now
        known = Product.objects.filter(feed=feed).values_list("external_id", "pk", "content_hash", "is_listed")
        self.known = {external_id: rest for external_id, *rest in known.iterator(10_000)}
        self.previously_listed = sum(1 for _pk, _hash, is_listed in self.known.values() if is_listed)
        self.met: set[int] = set()
        self.usable = 0
        self.waiting: list[Product] = []

    def run(self, force: bool, on_progress: Callable[[int], None]) -> None:
        try:
            for row in self.rows:
                self._take(row)
                if self.rows.facts.seen % CHUNK == 0:
                    on_progress(self.rows.facts.seen)
        except EmptyFeed:
            if not force:
                raise
        finally:
            self._note_facts()
        self._write()
        self._refuse_loss(force)
        if self.rows.facts.complete:
            self._unlist_missing()
        self._finish()

    def _note_facts(self) -> None:
        facts, result = self.rows.facts, self.result
        result.format, result.encoding, result.seen = facts.format, facts.encoding, facts.seen
        result.warnings = list(facts.warnings)

    def _take(self, row: FeedItem | RowError) -> None:
        if isinstance(row, RowError):
            self._reject(row.row, row.id, row.reason)
            return
        try:
            product = self._product(row)
        except BadAmount as error:
            self._reject(row.row, row.offer_id, str(error))
            return
        self.usable += 1
        if self._has_changed(row):
            self.waiting.append(product)
        if len(self.waiting) >= CHUNK:
            self._write()

    def _has_changed(self, row: FeedItem) -> bool:
        """Compare with what is known, and count it."""
        if row.offer_id not in self.known:
            self.result.created += 1
            return True
        pk, content_hash, is_listed = self.known[row.offer_id]
        self.met.add(pk)
        is_same = is_listed and content_hash == row.content_hash
        if is_same:
            self.result.unchanged += 1
        else:
            self.result.updated += 1
        return not is_same

    def _product(self, row: FeedItem) -> Product:
        currency = row.currency or self.feed.offer.currency
        return Product(
            network_id=self.feed.network_id,
            feed=self.feed,
            external_id=row.offer_id,
            name=row.name,
            url=row.url,
            price=round_to_units(row.price, currency),
            old_price=None if row.old_price is None else round_to_units(row.old_price, currency),
            currency=currency,
            category_path=list(row.category_path),
            vendor=row.vendor,
            vendor_code=row.vendor_code,
            barcode=row.barcode,
            pictures=list(row.pictures),
            description=row.description,
            params=[list(param) for param in row.params],
            group_id=row.group_id,
            is_available=row.available,
            content_hash=row.content_hash,
            first_seen_at=self.now,
            changed_at=self.now,
        )

    def _reject(self, row: int, external_id: str, reason: str) -> None:
        self.result.rejected.append({"row": row, "id": external_id, "reason": reason})

    def _write(self) -> None:
        Product.objects.bulk_create(
            self.waiting,
            update_conflicts=True,
            unique_fields=["network", "feed", "external_id"],
            update_fields=_WRITTEN,
        )
        self.waiting = []

    def _refuse_loss(self, force: bool) -> None:
        if force:
            return
        if not self.usable and not self.previously_listed:
            raise FeedRefused(_("None of the products of the feed can be used: see the reasons below."))
        if self.rows.facts.complete and suspicious_drop(self.previously_listed, self.usable):
            words = {"before": self.previously_listed, "now": self.usable}
            raise SuspiciousDrop(
                _(
                    "The feed had %(before)d products and now has %(now)d: its export has probably failed, so the "
                    "products stay as they were. If it is right, import it again and confirm the loss."
                )
                % words
            )

    def _unlist_missing(self) -> None:
        gone = [pk for pk, _hash, is_listed in self.known.values() if is_listed and pk not in self.met]
        for start in range(0, len(gone), CHUNK * 10):
            chunk = gone[start : start + CHUNK * 10]
            Product.objects.filter(pk__in=chunk).update(is_listed=False, changed_at=self.now)
        self.result.disabled = len(gone)

    def _finish(self) -> None:
        facts = self.rows.facts
        self.result.status = DONE if facts.complete and not self.result.rejected else PARTIAL
        self.feed.format, self.feed.encoding = facts.format, facts.encoding
        self.feed.shop_name, self.feed.imported_at = facts.shop_name[:200], self.now
        self.feed.save(update_fields=["format", "encoding", "shop_name", "imported_at"])
