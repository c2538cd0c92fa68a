"""The door for product feeds: look at the content, choose the parser, count, refuse."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from cpanet.core import charsets
from cpanet.core.files import DEFAULT_LIMITS, FileLimits, head_of, unpacked
from cpanet.core.xml import HEAD_BYTES, NotXml, XmlDocument, XmlTruncated, open_xml
from cpanet.core.xml_prolog import read_prolog
from offers.feeds import sniff
from offers.feeds.rows import EmptyFeed, FeedFacts, FeedItem, FeedRefused, RowError, UnsupportedFormat
from offers.feeds.yml import yml_rows

MAX_ROWS = 1_000_000
Rows = Iterator[FeedItem | RowError]


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """What is known about a feed beside its bytes: settings of the feed and the charset of the HTTP answer."""

    default_currency: str = ""
    fallback_encoding: str = ""
    http_charset: str = ""
    max_rows: int = MAX_ROWS
    limits: FileLimits = DEFAULT_LIMITS


# kind → reader of an opened document. A new format is a line here and a module beside this one.
PARSERS: dict[str, Callable[[XmlDocument, FeedFacts, FeedOptions], Rows]] = {"yml": yml_rows}


class Feed:
    """An opened feed. Iterate once; `facts` are complete after the last row.

    Iteration raises FileRefused (FeedRefused, XmlRefused…) when the fault shows only later in the file: take nothing
    over before the last row has come, or do it in a transaction.
    """

    def __init__(self, document: XmlDocument, kind: str, options: FeedOptions):
        self._options = options
        self.facts = FeedFacts(format=kind, encoding=charsets.display(document.encoding))
        for text in document.warnings:
            self.facts.warn(text)
        self._rows = PARSERS[kind](document, self.facts, options)

    def __iter__(self) -> Rows:
        taken: dict[str, int] = {}
        for row in self._until_cut_off():
            self.facts.seen += 1
            if self.facts.seen > self._options.max_rows:
                raise FeedRefused(_("The feed holds more than %d products: split it.") % self._options.max_rows)
            yield _once(row, taken)
        if not self.facts.seen:
            raise EmptyFeed(_("The feed holds no products, so the products known before stay as they are."))

    def _until_cut_off(self) -> Rows:
        try:
            yield from self._rows
        except XmlTruncated:
            if not self.facts.seen:
                raise
            self.facts.complete = False
            self.facts.warn(_("The file ends in the middle. The products before the cut were used, none was removed."))


@contextmanager
def read_feed(source: BinaryIO, options: FeedOptions | None = None) -> Iterator[Feed]:
    """The feed in `source` (binary, seekable; gzip and one-file zip are unpacked). Raises FileRefused with a sentence
    for the owner of the shop when the file is no feed that can be read here."""
    options = options or FeedOptions()
    with unpacked(source, options.limits) as plain:
        _refuse_what_is_no_text(plain)
        document = _open(plain, options)
        yield Feed(document, _supported(document), options)


def _once(row: FeedItem | RowError, taken: dict[str, int]) -> FeedItem | RowError:
    """The first usable product with an id stays; a repeat becomes a row error."""
    if isinstance(row, RowError):
        return row
    first = taken.setdefault(row.offer_id, row.row)
    if first == row.row:
        return row
    reason = _("The id is already used by product %(row)d of the file: each product needs its own.") % {"row": first}
    return RowError(row.row, row.offer_id, reason)


def _refuse_what_is_no_text(plain: BinaryIO) -> None:
    head = head_of(plain, HEAD_BYTES)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise EmptyFeed(_("The file is empty: the shop's export has probably failed. Nothing was changed."))
    kind = sniff.kind_of_bytes(head)
    if kind:
        raise _unsupported(kind)
    text = _readable(head)
    title = sniff.html_page(text) if not _is_feed(text) else None
    if title is not None:
        page = f" “{title}”" if title else ""
        raise FeedRefused(_("This is a web page%s and not a feed: check the address of the feed.") % page)


def _open(plain: BinaryIO, options: FeedOptions) -> XmlDocument:
    try:
        return open_xml(plain, http_charset=options.http_charset, fallback_encoding=options.fallback_encoding)
    except NotXml:
        raise _unsupported(sniff.kind_of_text(_readable(head_of(plain, HEAD_BYTES)))) from None
    except charsets.EncodingMismatch:
        text = _readable(head_of(plain, HEAD_BYTES))
        if text.lstrip("\ufeff \t\r\n").startswith("<"):
            raise
        raise _unsupported(sniff.kind_of_text(text)) from None


def _supported(document: XmlDocument) -> str:
    head = next(charsets.decoded(document.source, document.encoding, HEAD_BYTES), "")
    kind = sniff.kind_of_xml(read_prolog(head), head)
    if kind not in PARSERS:
        raise _unsupported(kind, document.root)
    return kind


def _unsupported(kind: str, root: str = "") -> UnsupportedFormat:
    known = ", ".join(sniff.label_of(slug) for slug in PARSERS)
    words = {"found": sniff.label_of(kind), "root": root[:40], "known": known}
    if kind == "xml":
        return UnsupportedFormat(
            _("The file is XML, but its outermost element <%(root)s> is of no known feed. Give a feed as %(known)s.")
            % words
        )
    return UnsupportedFormat(
        _("The file is of another format: %(found)s. It cannot be read yet: give a feed as %(known)s.") % words
    )


def _readable(head: bytes) -> str:
    """The beginning as text for a look only: wrong letters do no harm here."""
    encoding = charsets.mark_of(head)[0] or charsets.wide_without_mark(head) or "utf-8"
    return head.decode(encoding, errors="replace").lstrip("\ufeff")


def _is_feed(text: str) -> bool:
    """Whether the outermost element is one of a feed: a description may hold pieces of HTML near the top."""
    return read_prolog(text).root.lower() not in ("", "html", "head", "body")
