"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path, re_path

from tracking.views import postback, statistics

webmaster_pages = [path("statistics/", statistics.webmaster, name="statistics")]
advertiser_pages = [path("statistics/", statistics.advertiser, name="statistics")]
manager_pages = [path("statistics/", statistics.manager, name="statistics")]
public_pages = [re_path(r"^postback/(?P<public_id>[^/]{1,64})/?$", postback.postback, name="postback")]
api_pages = []
