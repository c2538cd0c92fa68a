"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path, re_path

from tracking.views import feeds, links, postback, statistics

webmaster_pages = [
    path("links/", links.links, name="links"),
    path("links/new/", links.link_new, name="link_new"),
    path("links/preview/<int:offer_id>/", links.link_preview, name="link_preview"),
    path("links/<int:link_id>/", links.link, name="link"),
    path("links/<int:link_id>/edit/", links.link_edit, name="link_edit"),
    path("links/<int:link_id>/switch/", links.link_switch, name="link_switch"),
    path("links/<int:link_id>/marked/", links.link_marked, name="link_marked"),
    path("links/<int:link_id>/clicks/", links.link_clicks, name="link_clicks"),
    path("statistics/", statistics.webmaster, name="statistics"),
]
advertiser_pages = [
    path("statistics/", statistics.advertiser, name="statistics"),
]
manager_pages = [
    path("statistics/", statistics.manager, name="statistics"),
]
public_pages = [
    re_path(r"^postback/(?P<public_id>[^/]{1,64})/?$", postback.postback, name="postback"),
    path("feeds/<slug:code>.xml", feeds.affiliate_feed, name="affiliate_feed"),
]
api_pages = []
