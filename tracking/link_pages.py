"""What the page of a link shows beside its settings: where it leads, banners, the QR code."""

from dataclasses import dataclass
from html import escape  # gives plain text, which the page escapes once more to show it

import segno
from django.urls import reverse

from cpanet.core.macros import render
from offers.models import Creative, Offer
from tracking.edge.addresses import with_query
from tracking.link_address import subs_of
from tracking.models import TrackingLink

SAMPLE_CLICK = "019a0000c0de7000a000000000000000"


@dataclass(frozen=True)
class BannerCode:
    """A creative and the HTML that shows it and leads to the link."""

    creative: Creative
    image: str
    html: str

    @property
    def shown_size(self) -> tuple[int, int]:
        """The size in which the page shows it: its own, no wider than 480 and no higher than 160 pixels."""
        width, height = self.creative.width or 1, self.creative.height or 1
        scale = min(1, 480 / width, 160 / height)
        return round(width * scale), round(height * scale)


def destination_of(link: TrackingLink) -> str:
    """The page a visitor from Germany with a computer would land on; "" when the offer has no landing."""
    landing = link.landing or link.offer.landings.filter(is_active=True, weight__gt=0).first()
    if landing is None:
        return ""
    values = {
        "click_id": SAMPLE_CLICK, "link_id": link.pk or "…", "offer_id": link.offer_id, "landing_id": landing.pk,
        "affiliate_id": link.affiliate_id, "country": "DE", "device": "desktop", "deep_link": link.deep_link,
        "source": link.traffic_source, **subs_of(link),
    }  # fmt: skip
    if link.deep_link and "{deep_link}" not in landing.url:
        query = landing.url.partition("#")[0].partition("?")[2]
        return with_query(link.deep_link, render(query, values))
    return render(landing.url, values)


def banner_codes(offer: Offer, address: str, absolute) -> list[BannerCode]:
    """HTML of every active creative of the offer; `absolute` makes an address of this site complete."""
    creatives = offer.creatives.filter(is_active=True)
    return [_banner_code(creative, address, absolute) for creative in creatives]


def _banner_code(creative, address, absolute):
    if not creative.image:
        return BannerCode(creative, "", f'<a href="{escape(address)}">{escape(creative.text or creative.name)}</a>')
    image = absolute(reverse("creative_image", args=[creative.pk]))
    size = f' width="{creative.width}" height="{creative.height}"' if creative.width else ""
    picture = f'<img src="{escape(image)}"{size} alt="{escape(creative.name)}">'
    return BannerCode(creative, image, f'<a href="{escape(address)}">{picture}</a>')


def qr_image(address: str) -> str:
    """The QR code of the address as a data address of an SVG picture."""
    return segno.make(address, error="m").svg_data_uri(scale=4, border=2)


def has_products(offer: Offer) -> bool:
    """Whether the offer has a product feed that was imported."""
    return offer.feeds.filter(is_active=True, imported_at__isnull=False).exists()
