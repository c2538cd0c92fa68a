"""Products of feeds: lists, the facts a card shows, and rows for the exporter."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from cpanet.core.money import to_decimal
from cpanet.jobs.models import Job
from offers.models import Offer, Product, ProductFeed

JOB_KIND = "feed_import"


@dataclass(frozen=True, slots=True)
class ExportedProduct:
    """A stored product as offers.feeds.exporter reads it; `url` is the shop's own address of the product."""

    offer_id: str
    name: str
    url: str
    price: Decimal | None
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


def feeds_of(offer: Offer) -> QuerySet[ProductFeed]:
    """The feeds of an offer with `listed` and `available`: how many products they have now."""
    listed = Q(products__is_listed=True)
    return (
        ProductFeed.objects.filter(offer=offer)
        .select_related("last_job", "offer")
        .annotate(
            listed=Count("products", filter=listed),
            available=Count("products", filter=listed & Q(products__is_available=True)),
        )
    )


def products_of(offer: Offer) -> QuerySet[Product]:
    """The products webmasters get: listed ones of the offer's active feeds."""
    return Product.objects.filter(feed__offer=offer, feed__is_active=True, is_listed=True).order_by("id")


def imports_of(feed: ProductFeed) -> QuerySet[Job]:
    """The imports of a feed, the newest first."""
    return Job.objects.filter(kind=JOB_KIND, arguments__feed_id=feed.pk).select_related("started_by").order_by("-id")


def exported_products(offer: Offer, *, chunk: int = 2_000) -> Iterator[ExportedProduct]:
    """`products_of` as the exporter reads them, in chunks: a feed of any length stays a stream."""
    last = 0
    while rows := list(products_of(offer).filter(pk__gt=last)[:chunk]):
        last = rows[-1].pk
        yield from map(_exported, rows)


def category_paths(offer: Offer) -> list[tuple[str, ...]]:
    """The distinct categories of `products_of`, each as its path from the root, in order."""
    paths = products_of(offer).order_by().values_list("category_path", flat=True).distinct()
    return sorted(tuple(path) for path in paths if path)


def currencies_of(offer: Offer) -> list[str]:
    """Currencies of `products_of`, the most frequent first."""
    counted = products_of(offer).order_by().values("currency").annotate(n=Count("pk")).order_by("-n", "currency")
    return [row["currency"] for row in counted if row["currency"]]


def deep_link_warning(feed: ProductFeed) -> list[str]:
    """A sentence when products lead to a site that links of the offer may not lead to."""
    sample = Product.objects.filter(feed=feed, is_listed=True).exclude(url="").values_list("url", flat=True)[:50]
    hosts = {(urlsplit(url).hostname or "").removeprefix("www.") for url in sample}
    foreign = sorted(host for host in hosts if host and not _is_allowed(host, feed.offer.deep_link_domains))
    if not foreign:
        return []
    words = _(
        "Products lead to %s, which is not among the domains for deep links of the offer: add it, or links to them "
        "lead to the landing."
    )
    return [words % ", ".join(foreign[:3])]


def _is_allowed(host: str, domains: list[str]) -> bool:
    return any(host == domain.removeprefix("www.") or host.endswith(f".{domain}") for domain in domains)


def _exported(product: Product) -> ExportedProduct:
    return ExportedProduct(
        offer_id=product.external_id,
        name=product.name,
        url=product.url,
        price=_decimal(product.price, product.currency),
        old_price=_decimal(product.old_price, product.currency),
        currency=product.currency,
        available=product.is_available,
        category_path=tuple(product.category_path),
        pictures=tuple(product.pictures),
        vendor=product.vendor,
        vendor_code=product.vendor_code,
        barcode=product.barcode,
        group_id=product.group_id,
        description=product.description,
        params=tuple(tuple(param) for param in product.params),
    )


def _decimal(units: int | None, currency: str) -> Decimal | None:
    return None if units is None else to_decimal(units, currency)
