"""Orders that came in other ways than by a plain postback: promo codes with lines and rates by category, the pixel,
calls that went wrong."""

import json
from datetime import datetime, timedelta

from cpanet.accounts.roles import Role
from cpanet.core.ids import uuid7_at
from offers.choices import PaymentModel
from offers.models import Goal, Offer
from offers.services.coupons import add_coupons
from offers.services.rates import Figures, set_rate
from tracking.choices import Origin
from tracking.services.postback_settings import save_settings
from tracking.services.postbacks import take_call

# Price of the goods, minutes ago, and what of it is another kind of goods: the newest leads, and the last to come.
SALES = (("110.00", 48, "Home"), ("74.90", 31, ""), ("58.50", 19, ""), ("129.00", 6, "Gift cards"))
# (revenue, earning) in basis points; nothing is paid for gift cards.
CATEGORY_RATES = {"Sets": (2000, 1500), "Gift cards": (0, 0)}


def call_in_other_ways(stage, now: datetime) -> None:
    """Promo codes of one offer, sales by them, and what an advertiser's inbox looks like on an ordinary week."""
    link = next((link for link in stage.links if _goal(link.offer)), None)
    if link is None:
        return
    offer, actor = link.offer, stage.staff[Role.OWNER]
    save_settings(advertiser=offer.advertiser, actor=actor, now=now, pixel_domains=["shop.example"])
    word = "".join(letter for letter in offer.name.upper() if letter.isascii() and letter.isalpha())[:8] or "SALE"
    codes = [f"{word}10", f"{word}15", f"{word}-VIP"]
    add_coupons(
        offer=offer, codes=codes, affiliate=link.affiliate, description="10% off the first order", actor=actor,
        now=now - timedelta(days=10),
    )  # fmt: skip
    for category, (revenue, earning) in CATEGORY_RATES.items():
        figures = Figures(revenue_percent=revenue, earning_percent=earning)
        set_rate(goal=_goal(offer), figures=figures, category=category, actor=actor, now=now - timedelta(days=10))
    _go_wrong(offer, now)
    for number, (amount, minutes, beside) in enumerate(SALES):
        _sell_by_code(offer, codes[number % 2], f"PC-{1001 + number}", amount, beside, now - timedelta(minutes=minutes))


def _goal(offer: Offer) -> Goal | None:
    return offer.goals(manager="objects").filter(is_active=True, payment_model=PaymentModel.PERCENT).first()


def _call(offer, now, origin=Origin.POSTBACK, **parameters):
    take_call(
        advertiser=offer.advertiser, parameters={"goal": _goal(offer).code, **parameters}, method="POST",
        address="198.51.100.24", now=now, origin=origin,
    )  # fmt: skip


def _sell_by_code(offer, code, order, amount, beside, at):
    lines = [{"id": "L-7", "category": "sets", "name": "Travel set", "price": amount, "quantity": 1}]
    if beside:
        lines.append({"id": "L-9", "category": beside, "name": beside, "price": "25.00", "quantity": 2})
    _call(offer, at, promo_code=code, order_id=order, items=json.dumps(lines))


def _go_wrong(offer, now):
    """A click of two days ago that never came, a macro that was left, a code nobody knows."""
    lost = now - timedelta(days=2)
    _call(offer, lost, click_id=uuid7_at(lost).hex, order_id="1046", amount="49.90")
    _call(offer, now - timedelta(hours=5), click_id="{click_id}", order_id="1044", amount="49.90")
    _call(offer, now - timedelta(hours=3), promo_code="WELCOME", order_id="1045", amount="49.90")
    _call(offer, now - timedelta(hours=1), origin=Origin.PIXEL, promo_code="WELCOME", order_id="1047", amount="19.90")
