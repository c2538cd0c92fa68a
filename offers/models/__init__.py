from offers.models.access import OfferAccess, OfferMetrics
from offers.models.caps import Cap, CapCounter
from offers.models.coupons import Coupon
from offers.models.feeds import Product, ProductFeed
from offers.models.offers import Creative, Goal, Landing, Offer, Rate, TrafficRule, Vertical
from offers.models.reliability import AdvertiserReliability

__all__ = [
    "AdvertiserReliability",
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
