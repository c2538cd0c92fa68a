"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path

from cpanet.accounts.views import advertiser, affiliate, common, domains, manager


def _key_pages(views):
    return [
        path("api-keys/", views.api_keys, name="api_keys"),
        path("api-keys/<int:pk>/revoke/", views.api_key_revoke, name="api_key_revoke"),
    ]


webmaster_pages = [
    path("profile/", affiliate.profile, name="profile"),
    path("profile/sites/", affiliate.site_add, name="site_add"),
    path("profile/sites/<int:pk>/remove/", affiliate.site_remove, name="site_remove"),
    *_key_pages(affiliate),
]
advertiser_pages = [
    path("team/", advertiser.team, name="team"),
    path("team/<int:pk>/", advertiser.member_active, name="member_active"),
    *_key_pages(advertiser),
]
manager_pages = [
    path("webmasters/", manager.webmasters, name="webmasters"),
    path("webmasters/<int:pk>/", manager.webmaster, name="webmaster"),
    path("webmasters/<int:pk>/decide/", manager.webmaster_decide, name="webmaster_decide"),
    path("advertisers/", manager.advertisers, name="advertisers"),
    path("advertisers/new/", manager.advertiser_new, name="advertiser_new"),
    path("advertisers/<int:pk>/", manager.advertiser, name="advertiser"),
    path("staff/", manager.staff, name="staff"),
    path("staff/invite/", manager.staff_invite, name="staff_invite"),
    path("staff/<int:pk>/", manager.member_active, name="member_active"),
    path("settings/", manager.settings, name="settings"),
    path("domains/", domains.domains, name="domains"),
    path("domains/<int:pk>/links/", domains.domain_for_links, name="domain_for_links"),
    path("domains/<int:pk>/remove/", domains.domain_remove, name="domain_remove"),
    path("audit/", manager.audit_log, name="audit"),
    *_key_pages(manager),
]
public_pages = [
    path("invitation/<str:token>/", common.accept, name="invitation"),
    path("join/<str:public_id>/", common.join, name="join"),
]
