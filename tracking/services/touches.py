"""What brought the customer: a click, a promo code, or a webmaster's link without a click."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from offers.models import Coupon
from tracking.choices import AttributedBy
from tracking.models import Click, TrackingLink
from tracking.models.clicks import SUB_IDS

COPIED_SUBS = SUB_IDS[:5]


@dataclass(frozen=True)
class Touch:
    """Whose the action is, and what is copied onto it. `at` begins the attribution window; without a click it is the
    time of the action. `click_id` is None without a click, `link_id` is None by promo code."""

    affiliate_id: int
    at: datetime
    by: str
    link_id: int | None = None
    click_id: uuid.UUID | None = None
    country: str = ""
    device: str = ""
    coupon: Coupon | None = None
    subs: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes an action without an order id the same one: the click. Empty without a click."""
        return f"click:{self.click_id}" if self.click_id else ""


def touch_of_click(click: Click, by: str = AttributedBy.CLICK) -> Touch:
    """The customer came by this click."""
    return Touch(
        affiliate_id=click.affiliate_id, at=click.clicked_at, by=by, link_id=click.link_id, click_id=click.id,
        country=click.country[:2], device=click.device[:16],
        subs={name: getattr(click, name)[:600] for name in COPIED_SUBS},
    )  # fmt: skip


def touch_of_coupon(coupon: Coupon, at: datetime) -> Touch:
    """The customer used this promo code, which is somebody's."""
    return Touch(affiliate_id=coupon.affiliate_id, at=at, by=AttributedBy.CODE, coupon=coupon)


def touch_of_link(link: TrackingLink, at: datetime, *, country: str = "", subs: dict[str, str] | None = None) -> Touch:
    """A webmaster's server submitted the lead by this link."""
    marks = {name: getattr(link, name) for name in COPIED_SUBS} | (subs or {})
    return Touch(
        affiliate_id=link.affiliate_id, at=at, by=AttributedBy.LINK, link_id=link.pk, country=country[:2],
        subs={name: value[:600] for name, value in marks.items()},
    )  # fmt: skip
