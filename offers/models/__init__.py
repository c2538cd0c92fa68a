from offers.models.access import OfferAccess, OfferMetrics
from offers.models.caps import Cap, CapCounter
from offers.models.coupons import Coupon
from offers.models.feeds import Product, ProductFeed
from offers.models.offers import Creative, Goal, Landing, Offer, Rate, TrafficRule, Vertical

__all__ = [
    "Cap",
    "CapCounter",
    "Coupon",
    "Creative",
    "Goal",
    "Landing",
    "Offer",
    "OfferAccess",
    "OfferMetrics",
    "Product",
    "ProductFeed",
    "Rate",
    "TrafficRule",
    "Vertical",
]
