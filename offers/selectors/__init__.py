"""Questions about offers. Everything here runs in the scope of one network."""

from offers.selectors.access import access_of, access_requests, has_access, may_promote
from offers.selectors.catalogue import catalogue, offer_for_webmaster
from offers.selectors.offers import all_offers, missing_of, offers_of, with_details
from offers.selectors.rates import rate_for, rates_for

__all__ = [
    "access_of",
    "access_requests",
    "all_offers",
    "catalogue",
    "has_access",
    "may_promote",
    "missing_of",
    "offer_for_webmaster",
    "offers_of",
    "rate_for",
    "rates_for",
    "with_details",
]
