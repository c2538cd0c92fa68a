"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path

from offers.views import affiliate, manager, public
from offers.views.editor import caps, coupons, feeds, goals, offers, parts

# The editor stands at two desks: each view has one form for advertisers and one for the staff (offers.views.desk).
EDITOR = [
    ("offers/", offers.offers, "offers"),
    ("offers/new/", offers.offer_new, "offer_new"),
    ("offers/<int:pk>/", offers.offer, "offer"),
    ("offers/<int:pk>/status/", offers.offer_status, "offer_status"),
    ("offers/<int:pk>/general/", offers.offer_general, "offer_general"),
    ("offers/<int:pk>/audience/", offers.offer_audience, "offer_audience"),
    ("offers/<int:pk>/traffic/", offers.offer_traffic, "offer_traffic"),
    ("offers/<int:pk>/goals/", goals.offer_goals, "offer_goals"),
    ("offers/<int:pk>/goals/<int:goal_pk>/", goals.offer_goal, "offer_goal"),
    ("offers/<int:pk>/goals/<int:goal_pk>/rates/", goals.rate_set, "rate_set"),
    ("offers/<int:pk>/rates/<int:rate_pk>/end/", goals.rate_end, "rate_end"),
    ("offers/<int:pk>/landings/", parts.offer_landings, "offer_landings"),
    ("offers/<int:pk>/landings/<int:landing_pk>/", parts.offer_landing, "offer_landing"),
    ("offers/<int:pk>/caps/", caps.offer_caps, "offer_caps"),
    ("offers/<int:pk>/caps/<int:cap_pk>/", caps.offer_cap, "offer_cap"),
    ("offers/<int:pk>/caps/<int:cap_pk>/remove/", caps.cap_remove, "offer_cap_remove"),
    ("offers/<int:pk>/creatives/", parts.offer_creatives, "offer_creatives"),
    ("offers/<int:pk>/creatives/<int:creative_pk>/", parts.creative_active, "creative_active"),
    ("offers/<int:pk>/coupons/", coupons.offer_coupons, "offer_coupons"),
    ("offers/<int:pk>/coupons/give/", coupons.coupon_give, "coupon_give"),
    ("offers/<int:pk>/coupons/<int:coupon_pk>/", coupons.coupon_active, "coupon_active"),
    ("offers/<int:pk>/feeds/", feeds.offer_feeds, "offer_feeds"),
    ("offers/<int:pk>/feeds/<int:feed_pk>/", feeds.offer_feed, "offer_feed"),
    ("offers/<int:pk>/feeds/<int:feed_pk>/settings/", feeds.feed_settings, "feed_settings"),
    ("offers/<int:pk>/feeds/<int:feed_pk>/imports/", feeds.feed_imports, "feed_imports"),
    ("offers/<int:pk>/feeds/<int:feed_pk>/imports/new/", feeds.feed_import, "feed_import"),
    ("offers/<int:pk>/feeds/<int:feed_pk>/imports/<int:job_pk>/", feeds.feed_job, "feed_job"),
]

webmaster_pages = [
    path("offers/", affiliate.offers, name="offers"),
    path("offers/<int:pk>/", affiliate.offer, name="offer"),
    path("offers/<int:pk>/access/", affiliate.access_request, name="offer_access"),
    path("offers/<int:pk>/products/", affiliate.products, name="offer_products"),
]
advertiser_pages = [path(route, view.for_advertiser, name=name) for route, view, name in EDITOR]
manager_pages = [
    *(path(route, view.for_manager, name=name) for route, view, name in EDITOR),
    path("offers/<int:pk>/access/", manager.offer_access, name="offer_access"),
    path("offers/<int:pk>/access/invite/", manager.offer_invite, name="offer_invite"),
    path("offers/<int:pk>/access/<int:affiliate_pk>/withdraw/", manager.offer_withdraw, name="offer_withdraw"),
    path("access/", manager.access, name="access"),
    path("access/decide/", manager.access_decide, name="access_decide"),
    path("verticals/", manager.verticals, name="verticals"),
    path("verticals/<int:pk>/", manager.vertical_change, name="vertical_change"),
]
public_pages = [
    path("creatives/<int:pk>/", public.creative_image, name="creative_image"),
    path("logos/<int:pk>/", public.offer_logo, name="offer_logo"),
]
