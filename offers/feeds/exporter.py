"""Rows → a YML feed in which every product carries the webmaster's own link. Written as a stream."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BATCH = 64 * 1024


class Product(Protocol):
    """What the exporter reads of a row: a FeedItem, or a stored product with the same names."""

    offer_id: str
    name: str
    price: Decimal
    old_price: Decimal | None
    currency: str
    available: bool
    category_path: tuple[str, ...]
    pictures: tuple[str, ...]
    vendor: str
    vendor_code: str
    barcode: str
    group_id: str
    description: str
    params: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ExportHead:
    """The head of the feed. `category_paths` are the distinct paths of the products, from the root; `currencies` are
    ISO codes, the main one first; `generated_at` is aware."""

    name: str
    company: str
    url: str
    generated_at: datetime
    currencies: tuple[str, ...] = ()
    category_paths: tuple[tuple[str, ...], ...] = ()


def export_yml(products: Iterable[Product], head: ExportHead, link_maker: Callable[[Product], str]) -> Iterator[bytes]:
    """A well-formed YML document in UTF-8, in pieces of about 64 KB. `link_maker(product)` gives the address that
    stands in <url>; "" leaves the element out."""
    return _batched(_document(products, head, link_maker))


def _document(products: Iterable[Product], head: ExportHead, link_maker: Callable[[Product], str]) -> Iterator[str]:
    ids = _category_ids(head.category_paths)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n'
    yield f'<yml_catalog date="{head.generated_at:%Y-%m-%d %H:%M}">\n<shop>\n'
    yield from (_element(name, getattr(head, name)) for name in ("name", "company", "url"))
    yield from _currencies(head.currencies)
    yield from _categories(ids)
    yield "<offers>\n"
    for product in products:
        yield _offer(product, ids, link_maker(product))
    yield "</offers>\n</shop>\n</yml_catalog>\n"


def _offer(product: Product, ids: dict[tuple[str, ...], int], link: str) -> str:
    available = "true" if product.available else "false"
    group = f' group_id="{_escape(product.group_id)}"' if product.group_id else ""
    parts = [
        f'<offer id="{_escape(product.offer_id)}" available="{available}"{group}>\n',
        _element("url", link),
        _element("price", _plain(product.price)),
        _element("oldprice", _plain(product.old_price)),
        _element("currencyId", product.currency),
        _element("categoryId", str(ids.get(tuple(product.category_path), ""))),
        *(_element("picture", address) for address in product.pictures),
        _element("name", product.name),
        _element("vendor", product.vendor),
        _element("vendorCode", product.vendor_code),
        _element("barcode", product.barcode),
        _element("description", product.description),
        *(_param(*param) for param in product.params),
        "</offer>\n",
    ]
    return "".join(parts)


def _currencies(codes: tuple[str, ...]) -> Iterator[str]:
    if codes:
        rates = ("1", *("CB" for _other in codes[1:]))
        rows = (f'<currency id="{_escape(code)}" rate="{rate}"/>' for code, rate in zip(codes, rates, strict=True))
        yield f"<currencies>{''.join(rows)}</currencies>\n"


def _categories(ids: dict[tuple[str, ...], int]) -> Iterator[str]:
    yield "<categories>\n"
    for path, number in ids.items():
        parent = f' parentId="{ids[path[:-1]]}"' if len(path) > 1 else ""
        yield f'<category id="{number}"{parent}>{_escape(path[-1])}</category>\n'
    yield "</categories>\n"


def _category_ids(paths: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Every path and all its beginnings, parents first, numbered from 1 in a stable order."""
    prefixes = {tuple(path[:length]) for path in paths for length in range(1, len(path) + 1)}
    return {path: number for number, path in enumerate(sorted(prefixes), start=1)}


def _element(name: str, text: str) -> str:
    return f"<{name}>{_escape(text)}</{name}>\n" if text else ""


def _param(name: str, value: str, unit: str) -> str:
    extra = f' unit="{_escape(unit)}"' if unit else ""
    return f'<param name="{_escape(name)}"{extra}>{_escape(value)}</param>\n'


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount, "f")


def _escape(text: str) -> str:
    text = _NOT_IN_XML.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _batched(texts: Iterable[str]) -> Iterator[bytes]:
    waiting, size = [], 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= _BATCH:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()
