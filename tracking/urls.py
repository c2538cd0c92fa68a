"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path, re_path

from tracking.outgoing import urls as outgoing
from tracking.views import (
    advertiser_leads,
    clicks,
    feeds,
    fraud,
    fraud_rules,
    integration,
    links,
    manager_leads,
    postback,
    statistics,
    webmaster_leads,
)

webmaster_pages = [
    path("links/", links.links, name="links"),
    path("links/new/", links.link_new, name="link_new"),
    path("links/preview/<int:offer_id>/", links.link_preview, name="link_preview"),
    path("links/<int:link_id>/", links.link, name="link"),
    path("links/<int:link_id>/edit/", links.link_edit, name="link_edit"),
    path("links/<int:link_id>/switch/", links.link_switch, name="link_switch"),
    path("links/<int:link_id>/marked/", links.link_marked, name="link_marked"),
    path("links/<int:link_id>/clicks/", links.link_clicks, name="link_clicks"),
    path("leads/", webmaster_leads.leads, name="leads"),
    path("leads/<int:lead_id>/", webmaster_leads.lead, name="lead"),
    path("clicks/", clicks.webmaster_search, name="clicks"),
    path("clicks/<slug:click_id>/", clicks.webmaster, name="click"),
    path("statistics/", statistics.webmaster, name="statistics"),
    *outgoing.webmaster_pages,
]
advertiser_pages = [
    path("leads/", advertiser_leads.leads, name="leads"),
    path("leads/bulk/", advertiser_leads.bulk, name="leads_bulk"),
    path("leads/<int:lead_id>/", advertiser_leads.lead, name="lead"),
    path("leads/<int:lead_id>/decide/", advertiser_leads.decide, name="lead_decide"),
    path("integration/", integration.integration, name="integration"),
    path("integration/keys/", integration.key_new, name="key_new"),
    path("integration/keys/<int:key_id>/revoke/", integration.key_revoke, name="key_revoke"),
    path("integration/test/", integration.send_test, name="integration_test"),
    path("statistics/", statistics.advertiser, name="statistics"),
]
manager_pages = [
    path("leads/", manager_leads.leads, name="leads"),
    path("leads/<int:lead_id>/", manager_leads.lead, name="lead"),
    path("leads/<int:lead_id>/decide/", manager_leads.decide, name="lead_decide"),
    path("clicks/", clicks.manager_search, name="clicks"),
    path("clicks/<slug:click_id>/", clicks.manager, name="click"),
    path("fraud/", fraud.queue, name="fraud"),
    path("fraud/review/", fraud.review, name="fraud_review"),
    path("fraud/rules/", fraud_rules.rules, name="fraud_rules"),
    path("fraud/rules/<slug:code>/", fraud_rules.rule, name="fraud_rule"),
    path("fraud/rules/<slug:code>/forget/", fraud_rules.rule_forget, name="fraud_rule_forget"),
    path("fraud/lists/", fraud_rules.lists, name="fraud_lists"),
    path("fraud/lists/<int:entry_id>/", fraud_rules.entry, name="fraud_entry"),
    path("fraud/lists/<int:entry_id>/remove/", fraud_rules.entry_remove, name="fraud_entry_remove"),
    path("statistics/", statistics.manager, name="statistics"),
    *outgoing.manager_pages,
]
public_pages = [
    re_path(r"^postback/(?P<public_id>[^/]{1,64})/?$", postback.postback, name="postback"),
    path("pixel/v1.js", postback.pixel_script, name="pixel_script"),
    re_path(r"^pixel/(?P<pixel_id>[^/]{1,64})\.gif$", postback.pixel, name="pixel"),
    path("feeds/<slug:code>.xml", feeds.affiliate_feed, name="affiliate_feed"),
]
