"""The products of an offer as a feed in which every product leads through one webmaster's link."""

import hashlib
from collections.abc import Iterator
from itertools import islice

from django.db.models import Max
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from cpanet.tenancy.scope import network_scope
from offers.feeds.exporter import ExportHead, export_yml
from offers.models import Offer, ProductFeed
from offers.selectors import has_access
from offers.selectors.feeds import ExportedProduct, category_paths, currencies_of, exported_products
from tracking.edge.addresses import safe_deep_link
from tracking.link_address import link_url
from tracking.models import TrackingLink

CHUNK = 2000
FRESH_SECONDS = 600


def _last_import(request, code):
    """When the products changed last; also answers 404 for whatever has no feed, and keeps both on the request."""
    if hasattr(request, "imported_at"):
        return request.imported_at
    link = _link(request, code)
    feeds = ProductFeed.objects.filter(offer=link.offer, is_active=True)
    imported_at = feeds.aggregate(last=Max("imported_at"))["last"]
    if imported_at is None:
        raise Http404
    request.feed_link, request.imported_at = link, imported_at
    return imported_at


def _etag(request, code):
    imported_at = _last_import(request, code)
    link = request.feed_link
    facts = f"{code} {imported_at.isoformat()} {link.offer.updated_at.isoformat()} {request.network.click_host}"
    return f'"{hashlib.sha256(facts.encode()).hexdigest()[:32]}"'


def _link(request, code):
    if request.network is None:
        raise Http404
    link = TrackingLink.objects.select_related("offer", "affiliate").filter(code=code, is_active=True).first()
    if link is None or link.offer.status != Offer.Status.ACTIVE or not has_access(link.offer, link.affiliate):
        raise Http404
    return link


@require_safe
@condition(etag_func=_etag, last_modified_func=_last_import)
def affiliate_feed(request, code):
    """YML, streamed: the answer runs outside the request's transaction, so each chunk of rows opens its own."""
    link, network = request.feed_link, request.network
    head = ExportHead(
        name=link.offer.name,
        company=network.name,
        url=link_url(network.click_host, link.code),
        generated_at=timezone.localtime(request.imported_at),
        currencies=tuple(currencies_of(link.offer)),
        category_paths=tuple(category_paths(link.offer)),
    )
    products = _in_scope(network.pk, exported_products(link.offer, chunk=CHUNK))
    body = export_yml(products, head, _link_maker(link, network.click_host))
    response = StreamingHttpResponse(body, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    response["Content-Disposition"] = f'inline; filename="{link.code}.xml"'
    return response


def _in_scope(network_id: int, products: Iterator[ExportedProduct]) -> Iterator[ExportedProduct]:
    while True:
        with network_scope(network_id):
            chunk = list(islice(products, CHUNK))
        if not chunk:
            return
        yield from chunk


def _link_maker(link: TrackingLink, host: str):
    """Product → its address through the link; one that lies outside the deep-link domains leads to the landing."""
    domains = tuple(link.offer.deep_link_domains)

    def address(product: ExportedProduct) -> str:
        return link_url(host, link.code, deep_link=safe_deep_link(product.url, domains))

    return address
